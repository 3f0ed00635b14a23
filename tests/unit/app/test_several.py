"""Reverses of several accounts at once, and of one account again: none disturbs another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from ctpanel.domain.instrument import Contract
from ctpanel.domain.limits import SAME_ORDER_WITHIN
from ctpanel.domain.outcomes import Cause, Field, Refused, Unknown
from ctpanel.domain.report import ReverseEnded
from ctpanel.domain.reverse import Plan
from ctpanel.domain.state import Lock
from ctpanel.paper.faults import Faults
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.examples import MES, intent
from tests.fakes.fake_server import FakeServer

FIRST = ("Sim101", MES)
SECOND = ("Sim102", Contract("MNQ", 2026, 12))
LOST = Unknown(Cause.DEADLINE, "ReadTimeout")


def slow() -> FakeServer:
    """A reverse takes it some seconds."""
    return FakeServer(faults=Faults(close_delay_ms=3000))


@asynccontextmanager
async def both_pressed(server: FakeServer) -> AsyncIterator[Bench]:
    """Sim101's reverse is on its way, and Sim102's has just been sent as well."""
    async with ready_panel(server) as bench:
        bench.press()
        bench.desk.choose_account("Sim102")
        bench.desk.type_instrument("MNQ")
        bench.desk.choose_instrument("MNQ")
        await bench.until(lambda s: isinstance(s.offer, Plan) and s.now - s.offer_since > 0.3)
        bench.press()
        yield bench


async def test_two_accounts_are_reversed_side_by_side() -> None:
    async with both_pressed(slow()) as bench:
        assert set(bench.state.in_flight) == {FIRST, SECOND}
        assert set(bench.state.pressed_at) == {FIRST, SECOND}
        await bench.idle()
        assert bench.server.net(*FIRST) == -3
        assert bench.server.net(*SECOND) == 2


async def test_the_end_of_one_reverse_releases_nothing_of_another() -> None:
    async with both_pressed(slow()) as bench:
        await bench.until(lambda s: any(isinstance(r.event, ReverseEnded) for r in s.reports))
        assert set(bench.state.in_flight) == {SECOND}
        await bench.idle()


async def test_two_lost_answers_lock_both() -> None:
    async with both_pressed(FakeServer(outcomes_instead=[LOST, LOST])) as bench:
        await bench.idle()
        assert set(bench.state.locks) == {FIRST, SECOND}


async def test_what_an_earlier_run_left_open_joins_what_is_locked_already() -> None:
    async with ready_panel() as bench:
        other = {SECOND: Lock(intent(), None)}
        bench.store.update(lambda state: replace(state, locks=other))
        await bench.reverser.restore(())
        assert bench.state.locks == other


async def test_every_oco_id_that_was_sent_stays_used_whatever_came_of_it() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[Refused("no")] * 3)) as bench:
        for oco_id in ("pair 7", "pair 8", ""):
            bench.desk.edit(Field.OCO_ID, oco_id)
            await asyncio.sleep(SAME_ORDER_WITHIN + 1)
            bench.press()
            await bench.idle()
        assert len(bench.server.sent) == 3
        assert bench.state.sent_oco_ids == {"pair 7", "pair 8"}


async def test_a_used_strategy_joins_the_remembered_ones_and_keeps_what_is_recorded() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[Refused("no")] * 3)) as bench:
        bench.store.update(lambda state: replace(state, strategies={"Scalp": 3, "Other": 1}))
        for strategy in ("Scalp", "New", ""):
            bench.desk.edit(Field.STRATEGY, strategy)
            await asyncio.sleep(SAME_ORDER_WITHIN + 1)
            bench.press()
            await bench.idle()
        assert len(bench.server.sent) == 3
        assert bench.state.strategies == {"New": None, "Scalp": 3, "Other": 1}
