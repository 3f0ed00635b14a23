"""After the verdict: locks that readings end, and news that comes too late to change anything."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import cycle

import pytest

from ctpanel.app.ports import ReadCause
from ctpanel.app.reconcile import Trail
from ctpanel.app.reopen import open_intents
from ctpanel.app.watch import EVERY, NEWS_FOR
from ctpanel.domain.instrument import Contract
from ctpanel.domain.limits import VERDICT_WITHIN
from ctpanel.domain.outcomes import Cause, Field, Unknown, Verdict, VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.pushes import with_pushed_order
from ctpanel.domain.report import Notice, Noticed, ReverseEnded
from ctpanel.domain.reverse import Intent, Plan
from ctpanel.domain.state import Lock
from ctpanel.domain.steps import Step
from ctpanel.domain.values import Action, Entry, OrderType
from ctpanel.domain.verdict import LATE_ARRIVAL, Awaited
from ctpanel.paper.model import NewOrder
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.examples import MES
from tests.fakes.fake_server import FakeServer, read_failed
from tests.fakes.memory import MemoryJournal

KEY = ("Sim101", MES)
LOST = Unknown(Cause.CONNECTION_LOST)


def verdicts(bench: Bench) -> list[VerdictKind]:
    return [e.verdict.kind for e in bench.events if isinstance(e, ReverseEnded)]


def news(bench: Bench) -> int:
    return sum(noticed.notice is Notice.LATE_NEWS for noticed in bench.state.notices)


async def test_a_lock_ends_by_itself_once_readings_prove_what_happened() -> None:
    async with ready_panel(FakeServer(outcomes_after=[LOST])) as bench:
        bench.press()
        bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
        await bench.idle()
        assert KEY in bench.state.locks
        bench.server.fail_reads = None
        await bench.until(lambda s: not s.locks)
        assert verdicts(bench) == [VerdictKind.UNKNOWN, VerdictKind.REVERSED]
        await asyncio.sleep(0.1)
        assert bench.journal.steps[-2:] == ["LOCKED", "PROVED"]


async def test_without_evidence_a_lock_stays_however_long_it_is_watched() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as bench:
        bench.press()
        await bench.idle()
        await asyncio.sleep(3600)
        assert KEY in bench.state.locks
        assert verdicts(bench) == [VerdictKind.UNKNOWN]


async def test_watching_sends_nothing() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as bench:
        bench.press()
        await bench.idle()
        await asyncio.sleep(600)
        assert len(bench.server.sent) == 1


async def test_an_attested_lock_is_watched_no_more() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as bench:
        bench.press()
        await bench.idle()
        bench.reverser.attest(KEY, "I checked NinjaTrader: position is LONG 3")
        await asyncio.sleep(4)
        names = {task.get_name() for task in asyncio.all_tasks()}
        assert not any(name.startswith("watch") for name in names)


@pytest.mark.parametrize("entry", list(Entry))
async def test_the_next_start_finds_out_by_reading_what_a_reverse_came_to(entry: Entry) -> None:
    first = Bench(FakeServer(outcomes_after=[LOST]))
    await first.ready()
    first.desk.edit(Field.ENTRY, entry.value)
    await asyncio.sleep(0.5)
    first.press()
    first.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
    await first.idle()
    await first.stop()
    first.server.fail_reads = None
    second = Bench(first.server, journal=first.journal)
    await second.reverser.restore(open_intents(second.journal.rows, second.state.origin))
    second.start()
    await second.until(lambda s: not s.locks)
    expected = {Entry.ONE_CALL: VerdictKind.REVERSED, Entry.ONLY_WHEN_FLAT: VerdictKind.FLAT_ONLY}
    assert verdicts(second) == [expected[entry]]
    await second.stop()
    assert len(second.server.sent) == 1


async def lost_and_closed_by_hand(bench: Bench) -> None:
    """An answer is lost, and an order that could be the close ends it as flat."""
    bench.press()
    bench.server.submit("Sim101", sell_3())
    await bench.idle()
    await bench.until(lambda s: not s.locks)
    assert verdicts(bench)[-1] is VerdictKind.FLAT_ONLY


def sell_3() -> NewOrder:
    return NewOrder(MES, Action.SELL, 3, OrderType.MARKET)


async def test_an_order_like_ours_after_the_end_is_said_and_changes_no_verdict() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as bench:
        await lost_and_closed_by_hand(bench)
        told = verdicts(bench)
        await asyncio.sleep(5)
        bench.server.submit("Sim101", sell_3())
        await asyncio.sleep(5)
        assert news(bench) == 1
        assert verdicts(bench) == told
        assert bench.journal.steps[-1] == "NEWS"


async def test_what_comes_after_a_lock_was_proved_is_news_too() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as bench:
        bench.press()
        await bench.idle()
        bench.server.submit("Sim101", sell_3())
        await bench.until(lambda s: not s.locks)
        await asyncio.sleep(5)
        bench.server.submit("Sim101", sell_3())
        await asyncio.sleep(5)
        assert news(bench) == 1


async def test_an_order_that_was_pushed_after_the_last_reading_is_news() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as bench:
        reconciler = bench.reverser.legs.reconciler
        settle = reconciler.settle

        async def one_comes_at_the_end(sent: Intent, awaited: Awaited) -> tuple[Verdict, Trail]:
            found = await settle(sent, awaited)
            bench.server.submit("Sim101", sell_3())
            (late, *_) = reversed(await bench.server.orders("Sim101"))
            bench.store.update(lambda s: with_pushed_order(s, late, bench.clock.monotonic()))
            return found

        reconciler.settle = one_comes_at_the_end  # type: ignore[assignment, method-assign]  # once
        await lost_and_closed_by_hand(bench)
        await asyncio.sleep(5)
        assert news(bench) == 1


class SlowDisk(MemoryJournal):
    """Takes three seconds for each proof."""

    async def append(self, intent_id: str, step: str, facts: Mapping[str, str]) -> None:
        await asyncio.sleep(3.0 if step == Step.PROVED.value else 0.0)
        await super().append(intent_id, step, facts)


async def test_a_reverse_pressed_while_a_proof_is_written_is_no_news_of_it() -> None:
    server = FakeServer(outcomes_after=[LOST])
    async with ready_panel(server, journal=SlowDisk()) as bench:
        bench.press()
        server.fail_reads = read_failed(ReadCause.UNREACHABLE)
        await bench.idle()
        server.fail_reads = None
        await bench.until(lambda s: not s.locks)
        await asyncio.sleep(2.95)
        server.latency = 0.1
        bench.press()
        await asyncio.sleep(30)
        assert len(server.sent) == 2
        assert news(bench) == 0


async def test_other_orders_after_the_end_are_no_news() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as bench:
        await lost_and_closed_by_hand(bench)
        await asyncio.sleep(5)
        bench.server.submit("Sim101", replace(sell_3(), quantity=1))
        await asyncio.sleep(5)
        assert news(bench) == 0


async def test_a_trade_of_the_same_size_after_an_answered_reverse_is_no_news() -> None:
    async with ready_panel() as bench:
        bench.press()
        await bench.idle()
        await asyncio.sleep(5)
        bench.server.submit("Sim101", sell_3())
        await asyncio.sleep(NEWS_FOR)
        assert news(bench) == 0


async def test_an_answered_reverse_that_is_delivered_again_is_news() -> None:
    async with ready_panel() as bench:
        bench.press()
        await bench.idle()
        await asyncio.sleep(5)
        bench.server.submit("Sim101", replace(sell_3(), action=Action.BUY))
        await asyncio.sleep(1)
        bench.server.submit("Sim101", sell_3())
        await asyncio.sleep(5)
        assert news(bench) == 1


async def test_the_entry_of_an_answered_reverse_that_comes_once_more_is_news() -> None:
    async with ready_panel() as bench:
        bench.press()
        await bench.idle()
        await asyncio.sleep(5)
        bench.server.submit("Sim101", replace(sell_3(), name="Entry"))
        await asyncio.sleep(5)
        assert news(bench) == 1


async def test_the_next_reverse_is_no_news_of_the_one_before() -> None:
    async with ready_panel() as bench:
        for _ in range(3):
            bench.press()
            await bench.idle()
            await bench.until(lambda s: isinstance(s.offer, Plan))
            await asyncio.sleep(4)
        await asyncio.sleep(NEWS_FOR)
        assert news(bench) == 0


# --- how long, and how often ------------------------------------------------------------------


def looks(bench: Bench) -> int:
    """Readings of one position; the feed reads those of all accounts."""
    return sum(call[0] == "position" for call in bench.server.calls)


def watching() -> set[str]:
    names = {task.get_name() for task in asyncio.all_tasks()}
    return {name for name in names if name.startswith(("watch", "news"))}


async def test_a_lock_is_looked_at_once_in_a_while_and_not_all_the_time() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as bench:
        bench.press()
        await bench.idle()
        before = looks(bench)
        await asyncio.sleep(10 * EVERY)
        assert looks(bench) - before in range(9, 12)


async def test_what_was_read_before_the_lock_counts_for_its_proof() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as bench:
        bench.press()
        await asyncio.sleep(VERDICT_WITHIN - 1.5)
        bench.server.submit("Sim101", sell_3())
        await bench.idle()
        assert KEY in bench.state.locks
        await asyncio.sleep(LATE_ARRIVAL - 2)
        assert not bench.state.locks


async def test_news_are_looked_for_no_longer_than_they_can_come() -> None:
    async with ready_panel() as bench:
        bench.press()
        await bench.idle()
        await asyncio.sleep(NEWS_FOR - EVERY)
        assert watching() != set()
        await asyncio.sleep(2 * EVERY)
        assert watching() == set()


async def test_a_proof_that_comes_with_the_traders_word_does_not_end_it_twice() -> None:
    async with ready_panel(FakeServer(outcomes_after=[LOST])) as bench:
        bench.press()
        bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
        await bench.idle()
        bench.server.fail_reads, bench.server.latency = None, 1.0
        before = looks(bench)
        await asyncio.sleep(EVERY + 0.5)
        bench.reverser.attest(KEY, "I checked NinjaTrader: position is SHORT 3")
        await asyncio.sleep(3 * EVERY)
        assert looks(bench) > before
        assert verdicts(bench) == [VerdictKind.UNKNOWN]
        assert bench.journal.steps[-1] == "ATTESTED"


async def test_a_proof_is_told_with_the_time_since_the_press() -> None:
    async with ready_panel(FakeServer(outcomes_after=[LOST])) as bench:
        pressed_at = bench.clock.wall()
        bench.press()
        bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
        await bench.idle()
        await asyncio.sleep(100)
        bench.server.fail_reads = None
        await bench.until(lambda s: not s.locks)
        took = (bench.clock.wall() - pressed_at).total_seconds()
        ended = bench.events[-1]
        assert isinstance(ended, ReverseEnded)
        assert ended.seconds == pytest.approx(took, abs=0.1)
        await asyncio.sleep(0.1)
        assert bench.journal.rows[-1][2]["verdict"] == "REVERSED"


async def test_a_lock_of_another_reverse_is_left_to_its_own_watch() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as bench:
        bench.press()
        await bench.idle()
        lock = bench.state.locks[KEY]
        later = Lock(replace(lock.intent, intent_id="later"), None)
        elsewhere = {("Sim102", MES): lock}
        bench.store.update(lambda s: replace(s, locks={KEY: later, **elsewhere}))
        await asyncio.sleep(EVERY + 1)
        assert watching() == set()
        bench.reverser.attest(KEY, "I checked NinjaTrader: position is LONG 3")
        assert bench.state.locks == elsewhere


async def test_news_after_a_start_that_proved_an_earlier_reverse_are_told() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as first:
        first.press()
        await first.idle()
    second = Bench(first.server, journal=first.journal)
    await second.reverser.restore(open_intents(second.journal.rows, second.state.origin))
    second.start()
    first.server.submit("Sim101", sell_3())
    await second.until(lambda s: not s.locks)
    await asyncio.sleep(5)
    first.server.submit("Sim101", sell_3())
    await asyncio.sleep(5)
    assert news(second) == 1
    await second.stop()


async def test_news_are_told_with_the_position_and_kept_beside_earlier_ones() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as bench:
        await lost_and_closed_by_hand(bench)
        earlier = Noticed(Notice.UNEXPLAINED, "before")
        bench.store.update(lambda s: replace(s, notices=(earlier,)))
        bench.server.submit("Sim101", sell_3())
        await asyncio.sleep(5)
        late = Noticed(Notice.LATE_NEWS, "Sim101 MES 12-26: position SHORT 3")
        assert bench.state.notices == (earlier, late)
        assert bench.journal.rows[-1][1:] == ("NEWS", {"position": "SHORT 3"})


async def test_readings_that_fail_in_between_hide_no_news() -> None:
    async with ready_panel() as bench:
        bench.press()
        await bench.idle()
        bench.server.exchange.give("Sim101", MES, -2, Decimal(5012))  # no order explains it
        position, fails = bench.server.position, cycle([False, True])

        async def every_other(account: str, contract: Contract) -> Position:
            if next(fails):
                raise read_failed(ReadCause.UNREACHABLE)
            return await position(account, contract)

        bench.server.position = every_other  # type: ignore[method-assign]  # a bad connection
        await asyncio.sleep(5 * EVERY)
        assert [noticed.notice for noticed in bench.state.notices] == [Notice.UNEXPLAINED]
