"""What readings prove about a reverse. Pure: what a reading is, is in evidence.py.

Position alone cannot tell one execution from two, nor ours from somebody else's. So a verdict
needs two witnesses that agree: the position, and the ledger - the position before the press plus
every fill on the contract since, whosever order it was.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from ctpanel.domain.evidence import Reading, ledger, new_orders, told_by_fills
from ctpanel.domain.order import Order, OrderState
from ctpanel.domain.outcomes import Accepted, Cause, Unknown, Verdict, VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Intent
from ctpanel.domain.values import OrderType

LATE_ARRIVAL: Final = 12.0
"""Seconds after which an execution that shows no trace is not expected to appear any more: the
server's own five seconds of waiting, plus the relay. Before that, flat may only mean "not yet"."""

QUIET: Final = 7.0
"""Seconds without any change after which a reverse whose entry is not known takes no further step:
the server waits up to five between its close and its entry, plus the relay."""

CLOSE_NAME: Final = "Close"
"""NinjaTrader's own label of a closing order, whichever way it trades."""

_REPEAT: Final = 1.0
"""Seconds the same must be read before a bad end is believed, once the entry is over."""

_AS_ASKED: Final = (VerdictKind.REVERSED, VerdictKind.CORRECTED, VerdictKind.WORKING)

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
class Awaited:
    """What the answers left open: what may still come of a press.

    Attributes:
        entry_id: the entry's order, when it has been named.
        has_entry: whether an entry may exist at all.
        is_lost: an answer is missing, so the request itself may still be on its way.
        is_settled: nothing more will come; what was read twice is the end.
        cause: what was lost, for the sentence that says so.
    """

    entry_id: str | None = None
    has_entry: bool = True
    is_lost: bool = False
    is_settled: bool = False
    cause: Cause | None = None


def awaited_of(intent: Intent, outcome: Accepted | Unknown) -> Awaited:
    """What the answer leaves open, of a correction or of the one call that closes and enters.

    A correction is known by its own id, whatever was answered. An order known before the press is
    not what the press made: such an answer belongs elsewhere.
    """
    if intent.plan.is_correction:
        cause = outcome.cause if isinstance(outcome, Unknown) else None
        return Awaited(intent.intent_id, has_entry=False, cause=cause)
    if isinstance(outcome, Unknown):
        return Awaited(is_lost=outcome.cause is not Cause.HALF_DONE, cause=outcome.cause)
    is_new = outcome.order_id not in intent.filled_before
    return Awaited(outcome.order_id if is_new else None, is_lost=not is_new)


def judge(intent: Intent, awaited: Awaited, readings: tuple[Reading, ...]) -> Verdict | None:
    """The verdict the readings allow, or None while they prove nothing.

    `readings` are the successful ones, oldest first. UNKNOWN is never returned here: it is what
    the caller says when time is up.
    """
    if not readings:
        return None
    last = readings[-1]
    found = _judge_one(intent, awaited, last)
    if found is None or found.kind in _AS_ASKED:
        return found
    return found if _unchanged_for(readings) >= _quiet_for(intent, awaited, last) else None


def _quiet_for(intent: Intent, awaited: Awaited, last: Reading) -> float:
    """Seconds without a change that a bad end takes."""
    is_known = awaited.is_settled or last.is_entry_dead or _entry(awaited, last.orders) is not None
    return _REPEAT if is_known or _is_all_there(intent, awaited, last) else QUIET


def _unchanged_for(readings: tuple[Reading, ...]) -> float:
    """Seconds for which every reading has shown what the last one shows."""
    last = readings[-1]
    same = takewhile(lambda reading: _signs(reading) == _signs(last), reversed(readings))
    return last.at - min(reading.at for reading in same)


def _signs(reading: Reading) -> tuple[int, frozenset[tuple[str, OrderState, int]]]:
    """What changes when anything happens."""
    orders = frozenset((o.order_id, o.state, o.filled) for o in reading.orders)
    return reading.position.net, orders


def _judge_one(intent: Intent, awaited: Awaited, read: Reading) -> Verdict | None:
    reading = told_by_fills(intent, read)
    if reading is None or ledger(intent, reading.orders) != reading.position.net:
        return None
    entry = _entry(awaited, reading.orders)
    if entry is not None:
        return _by_entry(intent, entry, reading)
    return _by_count(intent, awaited, reading)


def _entry(awaited: Awaited, orders: tuple[Order, ...]) -> Order | None:
    """The order that was named, once the list of orders has it."""
    return next((o for o in orders if o.order_id == awaited.entry_id), None)


def _by_entry(intent: Intent, entry: Order, reading: Reading) -> Verdict | None:
    """The server named the entry's order and the order list knows it."""
    new = new_orders(intent, reading.orders)
    if any(o.is_working and o.order_type is OrderType.MARKET for o in new):
        return None
    net, filled = reading.position.net, entry.filled
    if entry.is_working:
        if entry.state in _RESTING and net == entry.net_filled:
            return _verdict(VerdictKind.WORKING, intent, reading, entry)
        return None
    if net == intent.plan.target.net and filled == intent.plan.order.quantity:
        done = VerdictKind.CORRECTED if intent.plan.is_correction else VerdictKind.REVERSED
        return _verdict(done, intent, reading, entry)
    return _verdict(_end(intent, reading.position), intent, reading, entry)


def _end(intent: Intent, held: Position) -> VerdictKind:
    """What is over and did not come to what was asked for, by what is held now."""
    target = intent.plan.target
    if held.net == intent.plan.start.net:
        return VerdictKind.UNCHANGED
    if held.is_flat:
        return VerdictKind.FLAT_ONLY
    if held.side is target.side and held.quantity > target.quantity:
        return VerdictKind.OVERSIZED
    return VerdictKind.PARTIAL


def _by_count(intent: Intent, awaited: Awaited, reading: Reading) -> Verdict | None:
    """No order id to go by: the new orders must explain what is held, exactly once."""
    new = new_orders(intent, reading.orders)
    working = [o for o in new if o.is_working and o.action is intent.plan.order.action]
    if working:
        return _resting(intent, working, reading) if awaited.has_entry else None
    if awaited.has_entry and reading.position.net == intent.plan.target.net:
        return _verdict(VerdictKind.REVERSED, intent, reading, None) if _once(intent, new) else None
    if not _is_over(intent, awaited, reading):
        return None
    return _verdict(_end(intent, reading.position), intent, reading, None)


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
        _is_entry(intent, entry) and entry.remaining == 0 and looks_like_close(intent, close)
        for entry, close in (filled, filled[::-1])
    )


def _is_over(intent: Intent, awaited: Awaited, reading: Reading) -> bool:
    """Whether nothing of this press can still be on its way, once all is quiet.

    A named entry must be seen first, or its history must tell of its end. Without an answer it
    takes either all that the request makes, or a trace, an order that looks like ours, and time:
    other orders prove nothing.
    """
    if reading.is_entry_dead or _is_all_there(intent, awaited, reading):
        return True
    if not awaited.is_lost:
        return awaited.entry_id is None
    new = new_orders(intent, reading.orders)
    traces = (looks_like_close(intent, o) or _is_entry(intent, o) for o in new)
    return reading.at >= LATE_ARRIVAL and any(traces)


def _is_all_there(intent: Intent, awaited: Awaited, reading: Reading) -> bool:
    """Whether what a lost request makes is on record, each once; by now none of it is working.

    Its close is known by NinjaTrader's own label: another of that size may be anybody's.
    """
    new = new_orders(intent, reading.orders)
    closes = [o for o in new if o.name == CLOSE_NAME and looks_like_close(intent, o)]
    entries = [o for o in new if o not in closes and _is_entry(intent, o)]
    each_once = len(closes) == 1 and (len(entries) == 1 or not awaited.has_entry)
    return awaited.is_lost and each_once


def looks_like_close(intent: Intent, order: Order) -> bool:
    """Whether an order is what closes the position the press started from."""
    closes = order.action is intent.plan.order.action and order.order_type is OrderType.MARKET
    return closes and order.quantity == intent.plan.start.quantity


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


def is_late_news(intent: Intent, awaited: Awaited, known: AbstractSet[str], later: Reading) -> bool:
    """Whether orders besides those known at an intent's end may be its request, come again.

    A lost one may arrive late: any order like ours. An answered one may be delivered twice: its
    entry once more, under the same label, or a whole reverse that closes what the first opened.
    """
    fresh = [o for o in new_orders(intent, later.orders) if o.order_id not in known]
    entered = any(_is_entry(intent, order) for order in fresh)
    if awaited.is_lost:
        closed = (looks_like_close(intent, o) or o.name == CLOSE_NAME for o in fresh)
        return entered or any(closed)
    first = _entry(awaited, later.orders)
    label = None if first is None else first.name
    again = any(_is_entry(intent, order) and label and order.name == label for order in fresh)
    return again or (entered and any(_closes_target(intent, order) for order in fresh))


def _closes_target(intent: Intent, order: Order) -> bool:
    wanted = intent.plan.order
    against = order.action is not wanted.action and order.order_type is OrderType.MARKET
    return against and order.quantity == wanted.quantity


def _verdict(kind: VerdictKind, intent: Intent, reading: Reading, entry: Order | None) -> Verdict:
    others = sum(o.is_working and o is not entry for o in reading.orders)
    resting_at = None
    if entry is not None and entry.is_working:
        resting_at = entry.limit_price if entry.limit_price is not None else entry.stop_price
    return Verdict(kind, reading.position, _filled(intent, reading, entry), resting_at, others)


def _filled(intent: Intent, reading: Reading, entry: Order | None) -> int | None:
    """Contracts of the entry; without knowing it, none when nothing new has filled at all."""
    if entry is not None:
        return entry.filled
    return None if any(o.filled for o in new_orders(intent, reading.orders)) else 0
