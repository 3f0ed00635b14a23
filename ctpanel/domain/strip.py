"""What the price strip draws besides the price: levels and reversal marks. Drawing is ui's."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from ctpanel.domain.offers import own_orders
from ctpanel.domain.order import Order
from ctpanel.domain.outcomes import VerdictKind
from ctpanel.domain.report import Report, ReverseEnded
from ctpanel.domain.reverse import Key
from ctpanel.domain.state import PanelState
from ctpanel.domain.values import Price, Side


class LevelKind(Enum):
    """What stands at a price."""

    AVERAGE = "AVERAGE"
    LIMIT = "LIMIT"
    STOP = "STOP"


_ENTERED: Final = (VerdictKind.REVERSED, VerdictKind.CORRECTED)


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line.

    Attributes:
        side: of the position, or what the order would add to it.
        quantity: contracts held, or still to fill.
        name: NinjaTrader's label of the order, "" when it has none.
    """

    kind: LevelKind
    price: Price
    side: Side
    quantity: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A reverse that was proved, where its position was entered."""

    key: Key
    at: datetime
    price: Price
    side: Side


def levels(state: PanelState) -> tuple[Level, ...]:
    """The average price of the ticket's position, and its contract's working orders."""
    held = state.position
    average = None if held is None else held.value.average_price
    own = (
        ()
        if held is None or average is None or held.value.is_flat
        else (Level(LevelKind.AVERAGE, average, held.value.side, held.value.quantity),)
    )
    return (*own, *(level for order in own_orders(state) for level in _of_order(order)))


def _of_order(order: Order) -> list[Level]:
    if not order.is_working:
        return []
    prices = ((LevelKind.STOP, order.stop_price), (LevelKind.LIMIT, order.limit_price))
    return [
        Level(kind, price, order.action.side, order.remaining, order.name)
        for kind, price in prices
        if price is not None
    ]


def marks(state: PanelState) -> tuple[Mark, ...]:
    """The reverses that are among the reports, of whatever account and contract."""
    return tuple(mark for report in state.reports if (mark := _mark(report)))


def _mark(report: Report) -> Mark | None:
    ended = report.event
    if not isinstance(ended, ReverseEnded) or ended.verdict.kind not in _ENTERED:
        return None
    held = ended.verdict.position
    if held is None or held.average_price is None:
        return None
    return Mark(ended.plan.key, report.at, held.average_price, held.side)
