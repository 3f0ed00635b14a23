"""A server whose clock is wrong: nothing the panel decides comes from the times it tells."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, Literal, TypeAlias

import pytest

from ctpanel.app.ports import Snapshot
from ctpanel.crosstrade.strict_json import parse
from ctpanel.crosstrade.wire import accounts as account_wire
from ctpanel.crosstrade.wire import market as market_wire
from ctpanel.crosstrade.wire import orders as order_wire
from ctpanel.domain.instrument import Contract
from ctpanel.domain.market import Quote
from ctpanel.domain.order import Order
from ctpanel.domain.outcomes import VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.report import Event, ReverseEnded
from ctpanel.paper.faults import Faults
from ctpanel.paper.views import Views
from tests.fakes.bench import ready_panel
from tests.fakes.fake_server import FakeServer

BEGAN = datetime(2026, 11, 23, 8, 30, tzinfo=timezone(timedelta(hours=-6)))

Clock: TypeAlias = Literal["right", "a_day_ahead", "a_day_behind"]
WRONG: tuple[Clock, ...] = ("a_day_ahead", "a_day_behind")


class TellingTimes(FakeServer):
    """Tells its readings as the API's own JSON, with all its times in it."""

    async def snapshot(self) -> Snapshot:
        await self._asked("snapshot")
        self._tell_accounts()
        return account_wire.snapshot(read(self._views.snapshot()), on_paper=True)

    async def position(self, account: str, contract: Contract) -> Position:
        await self._asked("position", account, contract)
        owner = self.exchange.accounts[account]
        told = self._views.position(owner, contract, self._views.held(owner, contract))
        return account_wire.position(read(told), account, contract)

    async def orders(self, account: str) -> tuple[Order, ...]:
        await self._asked("orders", account)
        own = (order for order in self.exchange.orders if order.account == account)
        return order_wire.orders(read([self._views.order(order) for order in own]), account)

    async def quote(self, query: str) -> Quote:
        await self._asked("quote", query)
        return market_wire.quote(read(self._views.quote(self._resolved(query))), query)

    @property
    def _views(self) -> Views:
        return Views(self.exchange, BEGAN)


def read(told: Mapping[str, Any] | list[Any]) -> object:
    return parse(json.dumps(told).encode())


async def reverse(before: Clock, during: Clock) -> list[Event]:
    """What a panel reports of a reverse, while the server's clock is now this, now that."""
    async with ready_panel(TellingTimes(faults=Faults(clock=before))) as bench:
        bench.press()
        await asyncio.sleep(0.05)
        bench.server.faults.clock = during
        await bench.idle()
        return [in_milliseconds(event) for event in bench.events]


def in_milliseconds(event: Event) -> Event:
    """The running loop's own time is a float, and no two presses begin at the same one."""
    if isinstance(event, ReverseEnded):
        return replace(event, seconds=round(event.seconds, 3))
    return event


@pytest.mark.parametrize("clock", WRONG)
async def test_a_press_ends_as_it_does_with_the_right_clock(clock: Clock) -> None:
    told = await reverse(clock, clock)
    assert told == await reverse("right", "right")
    assert isinstance(told[-1], ReverseEnded)
    assert told[-1].verdict.kind is VerdictKind.REVERSED


@pytest.mark.parametrize("clock", WRONG)
async def test_a_clock_that_jumps_during_a_press_changes_nothing(clock: Clock) -> None:
    usual = await reverse("right", "right")
    assert await reverse("right", clock) == usual
    assert await reverse(clock, "right") == usual


@pytest.mark.parametrize("clock", WRONG)
async def test_ages_count_from_our_own_questions(clock: Clock) -> None:
    async with ready_panel(TellingTimes(faults=Faults(clock=clock))) as bench:
        state = bench.state
        ages = [
            state.age(state.position),
            state.age(state.quote),
            state.age(state.orders["Sim101"]),
        ]
        assert all(0 <= age < 2 for age in ages), ages
