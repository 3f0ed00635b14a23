"""The very moment from which a press counts: after a change of the button, and after a press."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ctpanel.domain import desk
from ctpanel.domain.limits import HOLD_AFTER_PRESS, SETTLE
from ctpanel.domain.pushes import with_pnl
from ctpanel.domain.readings import with_listing, with_orders
from ctpanel.domain.state import Link, PanelState
from ctpanel.domain.stream import AccountPnl
from tests.fakes.bench import Bench
from tests.fakes.clocks import ManualClock
from tests.fakes.examples import LONG_3, MES, QUOTE, SIM101

KEY = ("Sim101", MES)
A_BIT = 0.001


def offering(state: PanelState) -> PanelState:
    """Connected, long 3 MES, everything read at second zero, when the button came to stand."""
    state = desk.with_accounts(replace(state, link=Link.CONNECTED), (SIM101,))
    state = desk.with_instrument_asked(desk.with_instrument_typed(state, "MES"))
    state = desk.with_instrument_resolved(state, "MES", QUOTE, 0.0)
    state = with_pnl(state, AccountPnl("Sim101", Decimal(0), Decimal(0)), 0.0)
    return with_orders(with_listing(state, "Sim101", {MES: LONG_3}, 0.0), "Sim101", (), 0.0)


async def is_sent(seconds: float, **changes: object) -> bool:
    """Whether a press is, this long after the button came to stand."""
    clock = ManualClock()
    bench = Bench(clock=clock)
    bench.store.update(offering)
    bench.store.update(lambda state: replace(state, **changes))  # type: ignore[arg-type]  # by name
    clock.seconds = seconds
    bench.press()
    found = KEY in bench.state.in_flight
    await bench.stop()
    return found


@pytest.mark.parametrize(("seconds", "sent"), [(SETTLE - A_BIT, False), (SETTLE, True)])
async def test_a_press_counts_once_the_button_has_stood(seconds: float, sent: bool) -> None:  # noqa: FBT001
    assert await is_sent(seconds) is sent


@pytest.mark.parametrize(
    ("seconds", "sent"), [(HOLD_AFTER_PRESS - A_BIT, False), (HOLD_AFTER_PRESS, True)]
)
async def test_a_press_counts_once_the_last_one_is_long_enough_ago(
    seconds: float,
    sent: bool,  # noqa: FBT001
) -> None:
    assert await is_sent(seconds, pressed_at={KEY: 0.0}) is sent
