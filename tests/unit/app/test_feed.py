"""Reading again and again: what arrives, how failures show, what is never made up."""

import asyncio
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.app.feed import JITTER, POSITIONS_EVERY, SLOWEST, WARM_EVERY, pause_after
from ctpanel.app.ports import ReadCause, Snapshot
from ctpanel.domain.outcomes import Code, Denied
from ctpanel.domain.reverse import Plan
from ctpanel.domain.state import Link
from ctpanel.paper.faults import Faults
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.examples import MES, dice
from tests.fakes.fake_server import FakeServer, read_failed

CAUSES = {
    ReadCause.ADDON_OFFLINE: Link.ADDON_OFFLINE,
    ReadCause.RATE_LIMITED: Link.RATE_LIMITED,
    ReadCause.REFUSED: Link.REFUSING,
    ReadCause.UNREACHABLE: Link.UNREACHABLE,
    ReadCause.IDENTITY: Link.UNTRUSTED,
    ReadCause.GARBLED: Link.GARBLED,
}


async def test_a_started_panel_reads_accounts_position_quote_and_orders() -> None:
    bench = Bench()
    plan = await bench.ready()
    assert (plan.account.name, plan.contract, plan.start.net) == ("Sim101", MES, 3)
    await bench.stop()


@pytest.mark.parametrize(("cause", "link"), CAUSES.items())
async def test_each_kind_of_failure_shows_as_itself(cause: ReadCause, link: Link) -> None:
    bench = Bench()
    await bench.ready()
    bench.server.fail_reads = read_failed(cause, "why")
    await bench.until(lambda state: state.link is link)
    assert bench.state.link_detail == "why"
    await bench.stop()


async def test_a_failed_reading_leaves_the_position_as_it_was_and_aging() -> None:
    bench = Bench()
    await bench.ready()
    bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
    await asyncio.sleep(10)
    held = bench.state.position
    assert held is not None
    assert held.value.net == 3
    assert bench.state.age(held) > 9
    await bench.stop()


async def test_reading_goes_on_after_a_failure() -> None:
    bench = Bench()
    await bench.ready()
    bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
    await asyncio.sleep(60)
    bench.server.fail_reads = None
    await bench.until(lambda s: s.link is Link.CONNECTED and isinstance(s.offer, Plan), 20)
    await bench.stop()


async def test_failures_in_a_row_slow_the_reading_down() -> None:
    bench = Bench()
    await bench.ready()
    bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
    await asyncio.sleep(60)
    before = len(bench.server.calls)
    await asyncio.sleep(80)
    assert len(bench.server.calls) - before <= 3 * 80 / SLOWEST + 3
    await bench.stop()


class TimedServer(FakeServer):
    """Remembers when it was asked for all positions."""

    async def snapshot(self) -> Snapshot:
        self.asked_at.append(asyncio.get_running_loop().time())
        return await super().snapshot()

    def __post_init__(self) -> None:
        super().__post_init__()
        self.asked_at: list[float] = []


async def pauses_of_an_outage(chance: Callable[[], float]) -> list[float]:
    """Seconds between the questions a panel asks a server that does not answer."""
    server = TimedServer()
    bench = Bench(server, chance=chance)
    await bench.ready()
    server.fail_reads = read_failed(ReadCause.UNREACHABLE)
    server.asked_at.clear()
    await asyncio.sleep(60)
    await bench.stop()
    return [later - earlier for earlier, later in pairwise(server.asked_at)]


async def test_pauses_after_failures_are_not_all_alike_and_stay_bounded() -> None:
    pauses = await pauses_of_an_outage(dice(7))
    slowed = [pause for pause in pauses if pause >= SLOWEST]
    assert len({round(pause, 2) for pause in slowed}) > len(slowed) / 2
    assert max(pauses) <= SLOWEST * (1 + JITTER) + 0.01


async def test_panels_that_lost_their_server_together_do_not_come_back_together() -> None:
    mine, yours = [await pauses_of_an_outage(dice(seed)) for seed in (1, 2)]
    assert all(abs(a - b) > 0.001 for a, b in zip(mine[1:], yours[1:], strict=False))


@given(st.integers(0, 10**6), st.floats(0, 1))
def test_a_pause_never_falls_below_the_plan_nor_rises_above_its_bound(
    failures: int, chance: float
) -> None:
    pause = pause_after(failures, POSITIONS_EVERY, chance)
    assert pause >= POSITIONS_EVERY
    assert pause <= SLOWEST * (1 + JITTER)


async def test_reading_goes_on_after_a_night_without_the_server() -> None:
    bench = Bench()
    await bench.ready()
    bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
    await asyncio.sleep(2 * 3600)
    bench.server.fail_reads = None
    await bench.until(lambda s: s.link is Link.CONNECTED and isinstance(s.offer, Plan), 20)
    await bench.stop()
    assert not bench.errors


async def test_a_refused_token_stops_all_reading() -> None:
    bench = Bench()
    await bench.ready()
    bench.server.fail_reads = read_failed(ReadCause.TOKEN_REFUSED, "unauthorized")
    await bench.until(lambda state: state.link is Link.TOKEN_REFUSED)
    await asyncio.sleep(5)
    before = len(bench.server.calls)
    await asyncio.sleep(60)
    assert len(bench.server.calls) == before
    await bench.stop()


async def test_ages_grow_while_reading_has_stopped() -> None:
    bench = Bench()
    await bench.ready()
    bench.server.fail_reads = read_failed(ReadCause.TOKEN_REFUSED)
    await asyncio.sleep(30)
    assert bench.state.age(bench.state.position) > 25
    await bench.stop()


async def test_an_ordinary_minute_stays_below_the_servers_allowance() -> None:
    bench = Bench()
    await bench.ready()
    before = len(bench.server.calls)
    await asyncio.sleep(60)
    assert len(bench.server.calls) - before <= 2.6 * 60
    await bench.stop()


async def test_a_reading_that_had_to_wait_its_turn_is_no_older_for_it() -> None:
    async def four_seconds() -> None:
        await asyncio.sleep(4)

    bench = Bench(turn=four_seconds)
    bench.start()
    await bench.until(lambda state: "Sim101" in state.listed_at)
    assert bench.state.now - bench.state.listed_at["Sim101"] < 0.5
    assert bench.state.round_trip == pytest.approx(bench.server.latency * 1000, abs=1)
    await bench.stop()


async def test_a_chosen_account_is_read_at_once() -> None:
    bench = Bench()
    await bench.ready()
    bench.desk.choose_account("Sim102")
    await asyncio.sleep(0.05)
    assert ("orders", "Sim102") in bench.server.calls
    await bench.stop()


async def test_an_empty_account_list_is_said() -> None:
    bench = Bench(FakeServer(faults=Faults(accounts="empty")))
    bench.start()
    await bench.until(lambda state: state.link is Link.CONNECTED)
    assert isinstance(bench.state.offer, Denied)
    assert bench.state.offer.code is Code.NO_ACCOUNTS
    await bench.stop()


async def test_a_reading_task_that_dies_is_an_error_not_a_silence() -> None:
    bench = Bench()
    await bench.ready()

    async def fail(query: str) -> None:
        raise ZeroDivisionError(query)

    bench.server.quote = fail  # type: ignore[method-assign, assignment]  # a bug nobody foresaw
    await asyncio.sleep(5)
    assert len(bench.errors) == 1
    await bench.stop()


def asked(bench: Bench, name: str) -> int:
    return sum(call[0] == name for call in bench.server.calls)


async def test_the_way_of_orders_is_used_now_and_then_so_that_it_stays_open() -> None:
    async with ready_panel() as bench:
        before = asked(bench, "accounts")
        await asyncio.sleep(3 * WARM_EVERY + 1)
        assert asked(bench, "accounts") - before == 3


async def test_the_way_of_orders_is_left_to_an_order_that_is_on_it() -> None:
    async with ready_panel(FakeServer(faults=Faults(close_delay_ms=4000))) as bench:
        await asyncio.sleep(WARM_EVERY - 3)
        before = asked(bench, "accounts")
        bench.press()
        await asyncio.sleep(4)
        assert bench.state.in_flight
        assert asked(bench, "accounts") == before
