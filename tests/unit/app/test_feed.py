"""Reading again and again: what arrives, how failures show, what is never made up."""

import asyncio

import pytest

from ctpanel.app.feed import SLOWEST
from ctpanel.app.ports import ReadCause
from ctpanel.domain.outcomes import Code, Denied
from ctpanel.domain.reverse import Plan
from ctpanel.domain.state import Link
from ctpanel.paper.faults import Faults
from tests.fakes.bench import Bench
from tests.fakes.examples import MES
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
