"""What was read about one contract after an order, and how its parts fit together. Pure.

What that proves is decided in verdict.py and flat.py; taking readings is app/reconcile.py's work.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ctpanel.domain.order import Execution, LifecycleEvent, Order, OrderState
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Intent


@dataclass(frozen=True, slots=True)
class Reading:
    """Position and orders of one contract, read together.

    Attributes:
        at: seconds since the request was answered or given up.
        position: as read.
        orders: every order of the contract that the server listed, finished ones included.
        fills: executions on the contract since the press, where they were asked for.
        history: what the server remembers of the order with our own id, where it was asked for.
    """

    at: float
    position: Position
    orders: tuple[Order, ...]
    fills: tuple[Execution, ...] = ()
    history: tuple[LifecycleEvent, ...] = ()

    @property
    def is_entry_dead(self) -> bool:
        """Whether the history of our own order ends without it resting or filling anywhere."""
        states = [event.state for event in self.history if event.state is not None]
        return bool(states) and states[-1] in (OrderState.REJECTED, OrderState.CANCELLED)


def new_orders(intent: Intent, orders: Iterable[Order]) -> list[Order]:
    """Those that were not there before the press: its own, and other people's."""
    return [order for order in orders if order.order_id not in intent.filled_before]


def ledger(intent: Intent, orders: Iterable[Order]) -> int:
    """Signed contracts that must be held: those before the press and every fill since."""
    since = (o.action.sign * (o.filled - intent.filled_before.get(o.order_id, 0)) for o in orders)
    return intent.plan.start.net + sum(since)


def is_unexplained(intent: Intent, before: Reading, later: Reading) -> bool:
    """Whether a position stands, through two readings, that the listed fills do not make."""
    explained = (ledger(intent, read.orders) == read.position.net for read in (before, later))
    return before.position.net == later.position.net and not any(explained)


def told_by_fills(intent: Intent, reading: Reading) -> Reading | None:
    """The reading with its new orders filled as far as the executions say, when those are ahead.

    Both only ever grow, so the larger is the later. None when there are fills of an order that is
    not listed yet: such a list is behind, and proves nothing.
    """
    filled = _filled_by_order(reading.fills)
    if not filled.keys() <= {order.order_id for order in reading.orders} | set(
        intent.filled_before
    ):
        return None
    new = {order.order_id for order in new_orders(intent, reading.orders)}
    orders = tuple(
        _filled_to(order, filled[order.order_id]) if order.order_id in new else order
        for order in reading.orders
    )
    return replace(reading, orders=orders)


def _filled_to(order: Order, filled: int) -> Order:
    """The order with so many contracts filled; a whole one works no more, whatever is listed."""
    if filled <= order.filled:
        return order
    state = OrderState.FILLED if filled >= order.quantity else order.state
    return replace(order, filled=filled, state=state)


def _filled_by_order(fills: Iterable[Execution]) -> Counter[str]:
    """Contracts by order; a fill that is told twice counts once."""
    by_id = {fill.execution_id: fill for fill in fills}
    counted: Counter[str] = Counter()
    for fill in by_id.values():
        counted[fill.order_id] += fill.quantity
    return counted
