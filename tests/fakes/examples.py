"""Ordinary values for tests to start from; a test changes only what it is about."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from random import Random
from typing import Any

from ctpanel.domain.instrument import Contract
from ctpanel.domain.limits import FRESH_FOR, Limits
from ctpanel.domain.market import Account, Quote
from ctpanel.domain.order import Order, OrderState
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Intent, Plan, plan_reverse
from ctpanel.domain.situation import Situation
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import AccountKind, Action, Confirming, OrderType, Side

TODAY = date(2026, 11, 23)
MES = Contract("MES", 2026, 12)
SIM101 = Account("Sim101", AccountKind.PAPER, "Simulator")
LIVE = Account("U1234567", AccountKind.LIVE, "Rithmic")
LONG_3 = Position(Side.LONG, 3, Decimal("5011.00"))
QUOTE = Quote(
    MES, Decimal("5012.25"), Decimal("5012.50"), Decimal("5012.50"), Decimal("0.25"), Decimal(5)
)
TICKET = Ticket(account="Sim101", instrument="MES 12-26")
NOW = Situation(
    at=1000.0,
    today=TODAY,
    time_of_day=time(14, 30),
    hold=None,
    accounts=(SIM101,),
    account=SIM101,
    unresolved=None,
    quote=QUOTE,
    quote_age=0.0,
    position=LONG_3,
    position_age=0.0,
    orders_age=0.0,
    resting=(),
    is_moving=False,
    used_oco_ids=frozenset(),
    strategy_quantities={},
    sent=(),
    day_result=Decimal(0),
    confirms=Confirming.INSTANT,
    limits=Limits(),
    fresh_for=FRESH_FOR,
    decimal_sign=".",
)


def dice(seed: int) -> Callable[[], float]:
    """Numbers from 0 to 1, the same ones each time."""
    return Random(seed).random  # noqa: S311 - a test wants them foreseeable


def ticket(**changes: Any) -> Ticket:  # noqa: ANN401 - a test names the fields it changes
    return replace(TICKET, **changes)


def now(**changes: Any) -> Situation:  # noqa: ANN401 - same
    return replace(NOW, **changes)


def plan(**changes: Any) -> Plan:  # noqa: ANN401 - same
    made = plan_reverse(ticket(**changes), NOW)
    assert isinstance(made, Plan), made
    return made


def intent(made: Plan | None = None, **filled_before: int) -> Intent:
    when = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    return Intent("intent-1", plan() if made is None else made, when, filled_before)


def order(order_id: str, **changes: Any) -> Order:  # noqa: ANN401 - same
    """A filled market sell of 3, unless told otherwise."""
    made = Order(
        order_id, "Sim101", MES, Action.SELL, OrderType.MARKET, OrderState.FILLED, 3, filled=3
    )
    return replace(made, **changes)
