"""A suggested correction: asked about, sent once, read back - and locked when nothing is proved."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ctpanel.app.ports import ReadCause
from ctpanel.app.reopen import open_intents
from ctpanel.app.watch import NEWS_FOR
from ctpanel.domain.limits import SETTLE, Limits
from ctpanel.domain.outcomes import (
    Cause,
    Code,
    NotSent,
    Refused,
    Unknown,
    VerdictKind,
    WireOutcome,
)
from ctpanel.domain.position import Position
from ctpanel.domain.readings import with_position
from ctpanel.domain.report import (
    Leg,
    Notice,
    PressDenied,
    ReverseEnded,
    ReverseStopped,
    ReverseTaken,
)
from ctpanel.domain.reverse import Ask, Plan, Shown
from ctpanel.domain.state import Link, PanelState
from ctpanel.domain.values import Action, OrderType, Side
from ctpanel.paper.faults import Faults
from ctpanel.paper.model import NewOrder
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.examples import MES
from tests.fakes.fake_server import FakeServer, read_failed

KEY = ("Sim101", MES)
LOST = Unknown(Cause.DEADLINE, "ReadTimeout")


def kinds(bench: Bench) -> list[VerdictKind]:
    return [e.verdict.kind for e in bench.events if isinstance(e, ReverseEnded)]


def placed(bench: Bench) -> list[tuple[object, ...]]:
    return [call for call in bench.server.sent if call[0] == "place"]


def suggested(bench: Bench) -> Shown:
    """What the suggestion says, which may be pressed."""
    suggestion = bench.state.suggestion
    assert suggestion is not None
    assert isinstance(suggestion.offer, Plan), suggestion.offer
    return suggestion.offer.shown


def why_not(bench: Bench) -> Code:
    event = bench.events[-1]
    assert isinstance(event, PressDenied), event
    return event.denied.code


async def entry_rejected(bench: Bench) -> None:
    bench.server.faults.entry = "reject"
    bench.press()
    await bench.idle()


async def entry_filled_by_a_third(bench: Bench) -> None:
    bench.server.faults.entry = "partial"
    bench.press()
    await bench.idle()


async def sold_twice(bench: Bench) -> None:
    """Somebody sells while the close is on its way: the server enters on top of it."""
    bench.server.faults.close_delay_ms = 1000
    bench.press()
    await asyncio.sleep(0.5)
    bench.server.submit("Sim101", NewOrder(MES, Action.SELL, 3, OrderType.MARKET))
    await bench.idle()


BadEnd = Callable[[Bench], Awaitable[None]]


@asynccontextmanager
async def badly_ended(bad_end: BadEnd, **parts: Any) -> AsyncIterator[Bench]:  # noqa: ANN401 - parts by name
    """A panel after a press that came to something else; what went wrong is over."""
    async with ready_panel(**parts) as bench:
        await bad_end(bench)
        bench.server.faults.entry, bench.server.faults.close_delay_ms = "ok", 0
        await asyncio.sleep(SETTLE + 0.05)
        yield bench


def ask(bench: Bench) -> Shown:
    """Press the suggestion; what is now asked about."""
    shown = suggested(bench)
    bench.reverser.correct(shown)
    asked = bench.state.confirming
    assert asked is not None
    assert asked.shown == shown
    return shown


async def correct(bench: Bench) -> None:
    """Press the suggestion, confirm it, and wait for its end."""
    bench.reverser.confirm(ask(bench))
    await bench.idle()


# --- from a bad end to what was asked for -----------------------------------------------------

ENDS = {
    "flat only": (entry_rejected, VerdictKind.FLAT_ONLY, (Action.SELL, 3, Side.FLAT)),
    "partial": (entry_filled_by_a_third, VerdictKind.PARTIAL, (Action.SELL, 2, Side.SHORT)),
    "oversized": (sold_twice, VerdictKind.OVERSIZED, (Action.BUY, 3, Side.SHORT)),
}


@pytest.mark.parametrize(("bad_end", "kind", "expected"), ENDS.values(), ids=ENDS)
async def test_a_confirmed_correction_sends_one_order_that_ends_on_target(
    bad_end: BadEnd, kind: VerdictKind, expected: tuple[Action, int, Side]
) -> None:
    async with badly_ended(bad_end) as bench:
        await correct(bench)
        ((_, *where, order, _, held),) = placed(bench)
        assert tuple(where) == KEY
        assert (order.action, order.quantity, held) == expected  # type: ignore[attr-defined]  # the order
        assert kinds(bench) == [kind, VerdictKind.CORRECTED]
        assert [e.leg for e in bench.events if isinstance(e, ReverseTaken)][-1] is Leg.CORRECTION
        assert bench.server.net(*KEY) == -3


async def test_a_bad_end_by_itself_sends_nothing_however_long_it_stands() -> None:
    async with badly_ended(entry_rejected) as bench:
        await asyncio.sleep(600)
        assert suggested(bench).order.quantity == 3
        assert placed(bench) == []


async def test_its_rows_are_its_own_and_name_the_intent_before_it() -> None:
    async with badly_ended(entry_rejected) as bench:
        await correct(bench)
        await asyncio.sleep(0.1)
        first, *_ = bench.journal.rows[0]
        rows = [row for row in bench.journal.rows if row[0] != first]
        assert [step for _, step, _ in rows] == ["SENDING", "TAKEN", "PROVED"]
        assert {name for name, _, _ in rows} == {placed(bench)[0][4]}
        facts = rows[0][2]
        assert (facts["after"], facts["from"], facts["to"]) == (first, "FLAT", "SHORT 3")


async def test_a_strategy_of_the_press_goes_with_an_entry_from_flat() -> None:
    async with ready_panel() as bench:
        bench.store.update(
            lambda state: replace(state, ticket=replace(state.ticket, strategy="Scalp 3"))
        )
        await asyncio.sleep(SETTLE + 0.05)
        await entry_rejected(bench)
        bench.server.faults.entry = "ok"
        await asyncio.sleep(SETTLE + 0.05)
        await correct(bench)
        (call,) = placed(bench)
        assert call[3].strategy == "Scalp 3"  # type: ignore[attr-defined]  # the order
        assert kinds(bench)[-1] is VerdictKind.CORRECTED


async def test_a_correction_that_ends_badly_suggests_what_is_still_missing() -> None:
    async with badly_ended(entry_rejected) as bench:
        bench.server.faults.entry = "partial"
        await correct(bench)
        assert kinds(bench)[-1] is VerdictKind.PARTIAL
        assert (suggested(bench).start_net, suggested(bench).order.quantity) == (-1, 2)


async def test_a_correction_that_is_rejected_changes_nothing_and_is_not_suggested_again() -> None:
    async with badly_ended(entry_rejected) as bench:
        bench.server.faults.entry = "reject"
        await correct(bench)
        assert kinds(bench)[-1] is VerdictKind.UNCHANGED
        assert bench.state.suggestion is None


# --- being asked ------------------------------------------------------------------------------


async def test_a_pressed_suggestion_is_asked_about_and_sends_nothing_on_paper_either() -> None:
    async with badly_ended(entry_rejected) as bench:
        ask(bench)
        await asyncio.sleep(2)
        assert bench.state.confirming is not None
        assert placed(bench) == []


async def test_confirming_many_times_sends_one_order() -> None:
    async with badly_ended(entry_rejected) as bench:
        shown = ask(bench)
        for _ in range(5):
            bench.reverser.confirm(shown)
        await bench.idle()
        await asyncio.sleep(SETTLE + 1)
        bench.reverser.confirm(shown)
        await bench.idle()
        assert len(placed(bench)) == 1


async def test_what_was_never_asked_about_is_asked_and_not_sent() -> None:
    async with badly_ended(entry_rejected) as bench:
        bench.reverser.confirm(suggested(bench))
        assert bench.state.confirming is not None
        assert placed(bench) == []


async def test_the_question_of_a_reverse_does_not_stand_for_that_of_a_correction() -> None:
    async with badly_ended(entry_filled_by_a_third) as bench:
        offer = bench.state.offer
        assert isinstance(offer, Plan)
        bench.store.update(lambda state: replace(state, confirming=offer))
        bench.reverser.confirm(suggested(bench))
        asked = bench.state.confirming
        assert asked is not None
        assert asked.is_correction
        assert placed(bench) == []


async def test_a_dismissed_correction_sends_nothing_and_is_suggested_no_more() -> None:
    async with badly_ended(entry_rejected) as bench:
        ask(bench)
        bench.reverser.dismiss()
        await asyncio.sleep(2)
        assert (bench.state.confirming, bench.state.suggestion) == (None, None)
        assert placed(bench) == []


async def test_a_dismissed_reverse_leaves_what_is_suggested() -> None:
    async with badly_ended(entry_filled_by_a_third) as bench:
        shown, offer = suggested(bench), bench.state.offer
        assert isinstance(offer, Plan)
        bench.store.update(lambda state: replace(state, confirming=offer))
        bench.reverser.dismiss()
        assert bench.state.confirming is None
        assert suggested(bench) == shown


async def test_nothing_asked_is_nothing_dismissed() -> None:
    async with badly_ended(entry_rejected) as bench:
        shown = suggested(bench)
        bench.reverser.dismiss()
        assert suggested(bench) == shown


async def test_a_suggestion_that_has_only_just_come_takes_no_press() -> None:
    async with ready_panel() as bench:
        await entry_rejected(bench)
        bench.reverser.correct(suggested(bench))
        assert why_not(bench) is Code.POSITION_CHANGED
        assert bench.state.confirming is None


async def test_a_question_that_arose_meanwhile_is_asked_before_sending() -> None:
    async with badly_ended(entry_rejected) as bench:
        shown = ask(bench)
        bench.store.update(lambda s: replace(s, limits=Limits(soft_quantity=1)))
        bench.reverser.confirm(shown)
        asked = bench.state.confirming
        assert asked is not None
        assert [question.ask for question in asked.questions] == [Ask.LARGE_QUANTITY]
        assert placed(bench) == []


# --- what takes it away, or holds it back -----------------------------------------------------


def moved(state: PanelState) -> PanelState:
    return with_position(state, KEY, Position.of_net(-1), state.now)


GONE: dict[str, Callable[[Bench], object]] = {
    "another position": lambda bench: bench.store.update(moved),
    "another account": lambda bench: bench.desk.choose_account("Sim102"),
    "another instrument": lambda bench: bench.desk.type_instrument("MNQ"),
}


@pytest.mark.parametrize("change", GONE.values(), ids=GONE)
async def test_a_suggestion_does_not_come_back_after_a_change(
    change: Callable[[Bench], object],
) -> None:
    async with badly_ended(entry_rejected) as bench:
        shown = suggested(bench)
        change(bench)
        assert bench.state.suggestion is None
        bench.desk.choose_account("Sim101")
        bench.desk.choose_instrument("MES")
        await asyncio.sleep(3)
        assert bench.state.suggestion is None
        bench.reverser.correct(shown)
        assert why_not(bench) is Code.SUGGESTION_GONE


@pytest.mark.parametrize("change", GONE.values(), ids=GONE)
async def test_a_question_closes_with_its_reason_when_what_it_asks_about_changes(
    change: Callable[[Bench], object],
) -> None:
    async with badly_ended(entry_rejected) as bench:
        shown = ask(bench)
        change(bench)
        assert bench.state.confirming is None
        assert why_not(bench) is Code.SUGGESTION_GONE
        bench.reverser.confirm(shown)
        await bench.idle()
        assert placed(bench) == []


async def test_the_next_press_takes_the_suggestion_away() -> None:
    async with badly_ended(entry_filled_by_a_third) as bench:
        assert suggested(bench).order.quantity == 2
        bench.press()
        assert bench.state.suggestion is None
        await bench.idle()
        assert placed(bench) == []


async def test_an_end_on_another_account_suggests_nothing_here() -> None:
    async with ready_panel() as bench:
        bench.server.faults.entry = "reject"
        bench.press()
        bench.desk.choose_account("Sim102")
        await bench.idle()
        assert kinds(bench) == [VerdictKind.FLAT_ONLY]
        assert bench.state.suggestion is None


HELD_BACK: dict[str, tuple[Callable[[PanelState], PanelState], Code]] = {
    "not connected": (lambda s: replace(s, link=Link.UNREACHABLE), Code.NOT_CONNECTED),
    "no record": (lambda s: replace(s, journal_fault="disk full"), Code.JOURNAL_FAULT),
    "a fault in the panel": (lambda s: replace(s, faults=("x",)), Code.PANEL_FAULT),
    "closing": (lambda s: replace(s, is_closing=True), Code.CLOSING),
}


@pytest.mark.parametrize(("change", "code"), HELD_BACK.values(), ids=HELD_BACK)
async def test_what_holds_a_press_back_closes_the_question_and_says_why(
    change: Callable[[PanelState], PanelState], code: Code
) -> None:
    async with badly_ended(entry_rejected) as bench:
        shown = ask(bench)
        bench.store.update(change)
        assert (bench.state.confirming, why_not(bench)) == (None, code)
        bench.reverser.confirm(shown)
        await bench.idle()
        assert placed(bench) == []


async def test_readings_that_grow_old_hold_it_back() -> None:
    async with badly_ended(entry_rejected) as bench:
        shown = ask(bench)
        bench.server.fail_reads = read_failed(ReadCause.RATE_LIMITED)
        await bench.until(lambda s: s.confirming is None)
        bench.reverser.confirm(shown)
        await bench.idle()
        assert placed(bench) == []


async def test_a_working_order_on_the_contract_holds_it_back_until_it_is_gone() -> None:
    async with badly_ended(entry_rejected) as bench:
        far = NewOrder(MES, Action.BUY, 1, OrderType.LIMIT, limit_price=Decimal(1000))
        bench.server.submit("Sim101", far)
        shown = suggested(bench)
        await asyncio.sleep(3)
        bench.reverser.correct(shown)
        assert why_not(bench) is Code.ORDERS_WORKING
        bench.safety.cancel_orders()
        await bench.idle()
        await asyncio.sleep(3)
        assert suggested(bench) == shown


# --- what the wire makes of it ----------------------------------------------------------------

STOPPED: dict[str, WireOutcome] = {
    "refused": Refused("Market position is short, required flat"),
    "not sent": NotSent(Cause.NO_CONNECTION),
}


@pytest.mark.parametrize("outcome", STOPPED.values(), ids=STOPPED)
async def test_what_was_proved_not_to_have_run_frees_the_key_and_is_not_sent_again(
    outcome: WireOutcome,
) -> None:
    async with badly_ended(entry_rejected) as bench:
        bench.server.outcomes_instead.append(outcome)
        await correct(bench)
        stopped = bench.events[-1]
        assert isinstance(stopped, ReverseStopped)
        assert stopped.outcome == outcome
        await asyncio.sleep(60)
        assert len(placed(bench)) == 1
        assert (dict(bench.state.locks), bench.state.suggestion) == ({}, None)


async def test_a_position_that_changes_on_the_way_is_refused_by_the_server() -> None:
    async with badly_ended(entry_rejected) as bench:
        shown = ask(bench)
        bench.server.latency = 0.3
        bench.reverser.confirm(shown)
        bench.server.submit("Sim101", NewOrder(MES, Action.BUY, 1, OrderType.MARKET))
        await bench.idle()
        assert isinstance(bench.events[-1], ReverseStopped)
        assert bench.server.net(*KEY) == 1


async def test_a_lost_answer_to_a_correction_that_ran_is_found_out_by_its_id() -> None:
    async with badly_ended(entry_filled_by_a_third) as bench:
        bench.server.outcomes_after.append(LOST)
        await correct(bench)
        assert kinds(bench) == [VerdictKind.PARTIAL, VerdictKind.CORRECTED]
        assert len(placed(bench)) == 1


async def test_a_correction_that_left_no_trace_is_locked_and_suggests_nothing() -> None:
    async with badly_ended(entry_filled_by_a_third) as bench:
        bench.server.outcomes_instead.append(LOST)
        await correct(bench)
        assert kinds(bench)[-1] is VerdictKind.UNKNOWN
        await asyncio.sleep(600)
        assert KEY in bench.state.locks
        assert bench.state.suggestion is None
        assert len(placed(bench)) == 1
        bench.reverser.attest(KEY, "I checked NinjaTrader: position is SHORT 1")
        assert KEY not in bench.state.locks


async def test_a_fault_while_a_correction_is_sent_locks_it_until_its_order_is_found() -> None:
    async with badly_ended(entry_filled_by_a_third) as bench:
        place = bench.server.place

        async def fail(*call: Any, held: Side) -> WireOutcome:  # noqa: ANN401 - handed on
            await place(*call, held=held)
            raise ZeroDivisionError

        bench.server.place = fail  # type: ignore[method-assign, assignment]  # a bug that nobody foresaw
        await correct(bench)
        assert bench.state.locks[KEY].cause is Cause.INTERNAL
        await bench.until(lambda s: not s.locks)
        assert kinds(bench)[-2:] == [VerdictKind.UNKNOWN, VerdictKind.CORRECTED]
        assert len(placed(bench)) == len(bench.errors) == 1
        bench.errors.clear()


async def test_without_its_row_a_correction_is_not_sent() -> None:
    async with badly_ended(entry_rejected) as bench:
        shown = ask(bench)
        bench.journal.failure = "disk full"
        bench.reverser.confirm(shown)
        await bench.idle()
        assert placed(bench) == []
        assert bench.state.journal_fault == "disk full"


async def test_a_correction_that_runs_again_under_its_one_id_is_told_by_the_position() -> None:
    async with badly_ended(entry_filled_by_a_third) as bench:
        await correct(bench)
        await asyncio.sleep(5)
        bench.server.exchange.give("Sim101", MES, -2, Decimal(5012))  # its second row is not listed
        await asyncio.sleep(3)
        assert [noticed.notice for noticed in bench.state.notices] == []
        await asyncio.sleep(5)
        assert [noticed.notice for noticed in bench.state.notices] == [Notice.UNEXPLAINED]
        assert bench.journal.steps[-1] == "NEWS"


async def test_a_trade_of_somebody_else_after_a_correction_is_no_news() -> None:
    async with badly_ended(entry_filled_by_a_third) as bench:
        await correct(bench)
        await asyncio.sleep(5)
        bench.server.submit("Sim101", NewOrder(MES, Action.SELL, 2, OrderType.MARKET))
        await asyncio.sleep(NEWS_FOR)
        assert bench.state.notices == ()


# --- a restart --------------------------------------------------------------------------------


@asynccontextmanager
async def restarted(first: Bench) -> AsyncIterator[Bench]:
    """The next run, on the same server and record."""
    await first.stop()
    second = Bench(first.server, journal=first.journal)
    await second.reverser.restore(open_intents(second.journal.rows, second.state.origin))
    second.start()
    try:
        yield second
    finally:
        await second.stop()


async def test_a_restart_locks_an_unproved_correction_and_sends_nothing() -> None:
    async with badly_ended(entry_filled_by_a_third) as bench:
        bench.server.outcomes_instead.append(LOST)
        await correct(bench)
        sent = len(bench.server.sent)
        async with restarted(bench) as second:
            await asyncio.sleep(600)
            lock = second.state.locks[KEY]
            assert (str(lock.intent.plan.start), str(lock.intent.plan.target)) == (
                "SHORT 1",
                "SHORT 3",
            )
            assert len(bench.server.sent) == sent


async def test_a_restart_finds_out_by_the_id_what_a_correction_came_to() -> None:
    async with badly_ended(entry_filled_by_a_third) as bench:
        bench.server.outcomes_after.append(LOST)
        shown = ask(bench)
        bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
        bench.reverser.confirm(shown)
        await bench.idle()
        assert KEY in bench.state.locks
        bench.server.fail_reads = None
        sent = len(bench.server.sent)
        async with restarted(bench) as second:
            await second.until(lambda s: not s.locks)
            assert kinds(second) == [VerdictKind.CORRECTED]
            assert len(bench.server.sent) == sent


async def test_a_bad_end_that_only_the_next_start_could_prove_is_suggested_for_too() -> None:
    async with ready_panel(FakeServer(faults=Faults(entry="reject"))) as bench:
        bench.press()
        bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
        await bench.idle()
        bench.server.fail_reads = None
        async with restarted(bench) as second:
            second.desk.choose_instrument("MES")
            await second.until(lambda s: s.suggestion is not None)
            assert kinds(second) == [VerdictKind.FLAT_ONLY]
            assert second.server.sent == bench.server.sent
