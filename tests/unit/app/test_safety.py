"""Closing, cancelling, flattening: sent once, and only what was read is said."""

import asyncio
from dataclasses import replace

import pytest

from ctpanel.app.ports import ReadCause
from ctpanel.domain.instrument import Contract
from ctpanel.domain.outcomes import Cause, Code, Refused, Unknown
from ctpanel.domain.position import FLAT
from ctpanel.domain.report import Act, ActDenied, ActEnded, PressDenied
from ctpanel.domain.state import Lock
from ctpanel.domain.values import Action, OrderType
from ctpanel.paper.faults import Faults
from ctpanel.paper.model import NewOrder
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.examples import MES, intent
from tests.fakes.fake_server import FakeServer, read_failed
from tests.fakes.memory import MemoryJournal

KEY = ("Sim101", MES)
MGC = Contract("MGC", 2026, 12)


def ended(bench: Bench) -> ActEnded:
    event = bench.events[-1]
    assert isinstance(event, ActEnded), event
    return event


def denied(bench: Bench) -> Code:
    event = bench.events[-1]
    assert isinstance(event, ActDenied), event
    return event.denied.code


async def test_closing_says_flat_after_reading_flat() -> None:
    async with ready_panel() as bench:
        bench.safety.close_position()
        await bench.idle()
        assert (ended(bench).act, ended(bench).position) == (Act.CLOSE, FLAT)
        assert bench.server.net(*KEY) == 0


async def test_a_close_that_is_rejected_says_what_is_still_held() -> None:
    async with ready_panel(FakeServer(faults=Faults(close="reject"))) as bench:
        bench.safety.close_position()
        await bench.idle()
        position = ended(bench).position
        assert position is not None
        assert position.net == 3


async def test_a_close_whose_readings_fail_claims_no_position() -> None:
    async with ready_panel() as bench:
        bench.safety.close_position()
        bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
        await bench.idle()
        assert ended(bench).position is None


async def test_many_presses_on_close_send_one_request() -> None:
    async with ready_panel() as bench:
        for _ in range(10):
            bench.safety.close_position()
        await bench.idle()
        assert len(bench.server.sent) == 1


async def test_closing_nothing_is_denied() -> None:
    async with ready_panel() as bench:
        bench.safety.close_position()
        await bench.idle()
        bench.safety.close_position()
        assert denied(bench) is Code.NO_POSITION


async def test_closing_waits_for_a_reverse_that_is_being_sent() -> None:
    async with ready_panel() as bench:
        bench.press()
        bench.safety.close_position()
        assert denied(bench) is Code.BUSY
        await bench.idle()


async def test_closing_is_possible_while_a_reverse_is_unanswered() -> None:
    async with ready_panel() as bench:
        bench.server.outcomes_instead = [Unknown(Cause.DEADLINE)]
        bench.press()
        await asyncio.sleep(3)
        bench.safety.close_position()
        await bench.idle()
        assert bench.server.net(*KEY) == 0


async def test_closing_is_possible_while_a_reverse_is_locked() -> None:
    async with ready_panel() as bench:
        bench.store.update(lambda s: replace(s, locks={KEY: Lock(intent(), None)}))
        bench.safety.close_position()
        await bench.idle()
        assert ended(bench).position == FLAT


async def test_closing_is_possible_with_a_fault_in_the_panel() -> None:
    async with ready_panel() as bench:
        bench.store.update(lambda state: replace(state, faults=("a fault",)))
        bench.safety.close_position()
        await bench.idle()
        assert ended(bench).position == FLAT


async def test_closing_is_possible_without_a_journal() -> None:
    async with ready_panel(journal=MemoryJournal(failure="disk full")) as bench:
        bench.safety.close_position()
        await bench.idle()
        assert ended(bench).position == FLAT
        assert bench.state.journal_fault == "disk full"


async def test_cancelling_says_how_many_orders_are_left() -> None:
    async with ready_panel() as bench:
        market = bench.server.exchange.market.book(MES)
        far = market.price(market.ask + 100)
        for _ in range(2):
            asked = NewOrder(MES, Action.SELL, 1, OrderType.LIMIT, limit_price=far)
            bench.server.submit("Sim101", asked)
        await asyncio.sleep(2)
        bench.safety.cancel_orders()
        await bench.idle()
        assert ended(bench).working == 0
        assert bench.server.exchange.working("Sim101") == []


async def test_flattening_closes_every_position_of_the_account() -> None:
    async with ready_panel() as bench:
        bench.safety.flatten_account("Sim101")
        await bench.idle()
        assert ended(bench).position == FLAT
        assert bench.server.net(*KEY) == 0
        assert bench.server.net("Sim101", Contract("MGC", 2026, 12)) == 0


async def test_flattening_leaves_other_accounts_alone() -> None:
    async with ready_panel() as bench:
        bench.safety.flatten_account("Sim101")
        await bench.idle()
        assert bench.server.net("Sim102", Contract("MNQ", 2026, 12)) == -2


async def test_flattening_is_bound_to_the_account_that_was_asked_about() -> None:
    async with ready_panel() as bench:
        bench.desk.choose_account("Sim102")
        bench.safety.flatten_account("Sim101")
        assert denied(bench) is Code.POSITION_CHANGED
        assert bench.server.sent == []


@pytest.mark.parametrize("outcome", [Refused("No positions found"), Unknown(Cause.CONNECTION_LOST)])
async def test_an_answer_other_than_success_is_said_as_it_is(outcome: Refused | Unknown) -> None:
    async with ready_panel() as bench:
        bench.server.outcomes_instead = [outcome]
        bench.safety.close_position()
        await bench.idle()
        assert ended(bench).outcome == outcome


async def test_every_safety_action_is_recorded_before_and_after() -> None:
    async with ready_panel() as bench:
        bench.safety.close_position()
        await bench.idle()
        assert bench.journal.steps == ["ACT_SENDING", "ACT_ANSWERED"]


@pytest.mark.parametrize("act", list(Act))
async def test_a_reverse_waits_for_whatever_else_is_on_its_way(act: Act) -> None:
    async with ready_panel(FakeServer(latency=1.0)) as bench:
        ACTS[act](bench)
        bench.press()
        event = bench.events[-1]
        assert isinstance(event, PressDenied)
        assert event.denied.code is Code.BUSY
        await bench.idle()
        assert len(bench.server.sent) == 1


ACTS = {
    Act.CLOSE: lambda bench: bench.safety.close_position(),
    Act.CANCEL: lambda bench: bench.safety.cancel_orders(),
    Act.FLATTEN: lambda bench: bench.safety.flatten_account("Sim101"),
}


async def test_closing_one_contract_does_not_keep_another_from_being_closed() -> None:
    async with ready_panel(FakeServer(latency=1.0)) as bench:
        bench.safety.close_position()
        bench.desk.choose_instrument("MGC 12-26")
        await bench.until(lambda s: s.contract == MGC and s.position is not None)
        bench.safety.close_position()
        await bench.idle()
        assert [call[2] for call in bench.server.sent] == [MES, MGC]


async def test_a_position_that_was_flat_a_while_ago_may_be_closed() -> None:
    async with ready_panel() as bench:
        bench.safety.close_position()
        await bench.idle()
        bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
        await asyncio.sleep(60)
        bench.server.submit("Sim101", NewOrder(MES, Action.SELL, 3, OrderType.MARKET))
        bench.safety.close_position()
        await bench.idle()
        assert bench.server.net(*KEY) == 0


async def test_a_second_close_is_not_stacked_on_one_that_still_works() -> None:
    async with ready_panel(FakeServer(faults=Faults(close_delay_ms=9000, orphans="keep"))) as bench:
        bench.safety.close_position()
        await bench.idle()
        await bench.until(lambda s: any(o.is_working for o in s.orders_of(*KEY)))
        bench.safety.close_position()
        assert denied(bench) is Code.MARKET_ORDER_WORKING
        await asyncio.sleep(10)
        assert bench.server.net(*KEY) == 0


async def test_a_fault_in_the_middle_of_a_close_ends_as_unknown() -> None:
    bench = Bench(FakeServer())
    await bench.ready()

    async def break_down(*_: object) -> None:
        raise RuntimeError

    bench.server.close_position = break_down  # type: ignore[method-assign, assignment]
    bench.safety.close_position()
    await bench.until(lambda s: not s.acts)
    assert isinstance(ended(bench).outcome, Unknown)
    await bench.stop()
    assert len(bench.errors) == 1
