"""What readings prove about a reverse. Pure: taking the readings is app/reconcile.py's work.

Position alone cannot tell one execution from two, nor ours from somebody else's. So a verdict
needs two witnesses that agree: the position, and the ledger - the position before the press plus
every fill on the contract since, whosever order it was.
"""

from dataclasses import dataclass
from typing import Final

from ctpanel.domain.order import Order, OrderState
from ctpanel.domain.outcomes import Accepted, Cause, Unknown, Verdict, VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Intent
from ctpanel.domain.values import OrderType

LATE_ARRIVAL: Final = 12.0
"""Seconds after which an execution that shows no trace is not expected to appear any more: the
server's own five seconds of waiting, plus the relay. Before that, flat may only mean "not yet"."""

REFUSAL_SETTLES: Final = 3.0
"""Seconds after a refusal that may have come after the close, until no trace of one means none."""

_REPEAT: Final = 1.0
"""Seconds between two equal readings before a bad end is believed."""

_RESTING: Final = frozenset(
    {
        OrderState.ACCEPTED,
        OrderState.WORKING,
        OrderState.TRIGGER_PENDING,
        OrderState.PART_FILLED,
        OrderState.SUSPENDED,
    }
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Position and orders of one contract, read together.

    Attributes:
        at: seconds since the request was answered or given up.
        position: as read.
        orders: every order of the contract that the server listed, finished ones included.
    """

    at: float
    position: Position
    orders: tuple[Order, ...]


def judge(
    intent: Intent, outcome: Accepted | Unknown, readings: tuple[Reading, ...]
) -> Verdict | None:
    """The verdict the readings allow, or None while they prove nothing.

    `readings` are the successful ones, oldest first. UNKNOWN is never returned here: it is what
    the caller says when time is up.
    """
    if not readings:
        return None
    found = _judge_one(intent, outcome, readings[-1])
    if found is None or found.kind in (VerdictKind.REVERSED, VerdictKind.WORKING):
        return found
    for earlier in reversed(readings[:-1]):
        if _judge_one(intent, outcome, earlier) != found:
            return None
        if readings[-1].at - earlier.at >= _REPEAT:
            return found
    return None


def _judge_one(intent: Intent, outcome: Accepted | Unknown, reading: Reading) -> Verdict | None:
    if _ledger(intent, reading.orders) != reading.position.net:
        return None
    entry = _entry(intent, outcome, reading.orders)
    if entry is not None:
        return _by_entry(intent, entry, reading)
    return _by_count(intent, outcome, reading)


def _ledger(intent: Intent, orders: tuple[Order, ...]) -> int:
    since = (o.action.sign * (o.filled - intent.filled_before.get(o.order_id, 0)) for o in orders)
    return intent.plan.start.net + sum(since)


def _entry(intent: Intent, outcome: Accepted | Unknown, orders: tuple[Order, ...]) -> Order | None:
    """The order the server named.

    One known before the press is not what the press made: such an answer belongs elsewhere.
    """
    if isinstance(outcome, Unknown) or outcome.order_id in (None, *intent.filled_before):
        return None
    return next((o for o in orders if o.order_id == outcome.order_id), None)


def _by_entry(intent: Intent, entry: Order, reading: Reading) -> Verdict | None:
    """The server named the entry's order and the order list knows it."""
    others = [o for o in _new(intent, reading.orders) if o.order_id != entry.order_id]
    if any(o.is_working and o.order_type is OrderType.MARKET for o in others):
        return None
    net, filled = reading.position.net, entry.net_filled
    if entry.is_working:
        rests = entry.order_type is not OrderType.MARKET and entry.state in _RESTING
        if rests and net == filled:
            return _verdict(VerdictKind.WORKING, intent, reading, entry)
        return None
    kind = _end(intent, net, entry.filled)
    return _verdict(kind, intent, reading, entry)


def _end(intent: Intent, net: int, filled: int) -> VerdictKind:
    """The end of a reverse whose entry is finished, from what is held now."""
    target, start = intent.plan.order.target.net, intent.plan.start.net
    if net == target and filled == intent.plan.order.quantity:
        return VerdictKind.REVERSED
    if net == 0:
        return VerdictKind.FLAT_ONLY
    if net == start and filled == 0:
        return VerdictKind.UNCHANGED
    if net * target > 0 and abs(net) > abs(target):
        return VerdictKind.OVERSIZED
    return VerdictKind.PARTIAL


def _by_count(intent: Intent, outcome: Accepted | Unknown, reading: Reading) -> Verdict | None:
    """No order id to go by: the new orders must explain what is held, exactly once."""
    new = _new(intent, reading.orders)
    resting = [o for o in new if o.is_working and o.action is intent.plan.order.action]
    if resting:
        return _resting(intent, resting, reading)
    if reading.position.net == intent.plan.order.target.net:
        return _verdict(VerdictKind.REVERSED, intent, reading, None) if _once(intent, new) else None
    if not _is_over(outcome, new, reading):
        return None
    return _verdict(_end(intent, reading.position.net, 0), intent, reading, None)


def _resting(intent: Intent, resting: list[Order], reading: Reading) -> Verdict | None:
    entry = resting[0]
    rests = entry.order_type is not OrderType.MARKET and entry.state in _RESTING
    ours = len(resting) == 1 and rests and _is_entry(intent, entry)
    if ours and reading.position.net == entry.net_filled:
        return _verdict(VerdictKind.WORKING, intent, reading, entry)
    return None


def _once(intent: Intent, new: list[Order]) -> bool:
    """Whether the new fills are exactly one close and one entry.

    Two reverses in turn, or somebody else's orders, can end at the same position.
    """
    filled = [order for order in new if order.filled]
    if len(filled) != 2:  # noqa: PLR2004 - a close and an entry
        return False
    return any(
        _is_entry(intent, entry) and entry.remaining == 0 and _is_close(intent, close)
        for entry, close in (filled, filled[::-1])
    )


def _is_close(intent: Intent, order: Order) -> bool:
    closes = order.action is intent.plan.order.action and order.order_type is OrderType.MARKET
    return closes and order.filled == order.quantity == intent.plan.start.quantity


def _is_over(outcome: Accepted | Unknown, new: list[Order], reading: Reading) -> bool:
    """Whether nothing of this press can still be on its way."""
    if isinstance(outcome, Accepted):
        return False
    if outcome.cause is Cause.HALF_DONE and reading.at >= REFUSAL_SETTLES:
        return True
    return bool(new) and reading.at >= LATE_ARRIVAL


def _is_entry(intent: Intent, order: Order) -> bool:
    """Whether an order is what the press asked for, field by field."""
    wanted = intent.plan.order
    return (
        order.action is wanted.action
        and order.order_type is wanted.order_type
        and order.quantity == wanted.quantity
        and order.limit_price == wanted.limit_price
        and order.stop_price == wanted.stop_price
    )


def _new(intent: Intent, orders: tuple[Order, ...]) -> list[Order]:
    return [o for o in orders if o.order_id not in intent.filled_before]


def _verdict(kind: VerdictKind, intent: Intent, reading: Reading, entry: Order | None) -> Verdict:
    leftovers = sum(o.is_working and o.order_id in intent.filled_before for o in reading.orders)
    resting_at = None
    if entry is not None and entry.is_working:
        resting_at = entry.limit_price if entry.limit_price is not None else entry.stop_price
    filled = None if entry is None else entry.filled
    return Verdict(kind, reading.position, filled, resting_at, leftovers)
