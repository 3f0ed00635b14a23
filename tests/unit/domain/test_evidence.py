"""How position, orders, executions and an order's history fit together, case by case."""

from decimal import Decimal

import pytest

from ctpanel.domain.evidence import Reading, is_unexplained, told_by_fills
from ctpanel.domain.flat import is_proved_flat
from ctpanel.domain.order import Execution, LifecycleEvent, Order, OrderState
from ctpanel.domain.outcomes import Cause, VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.values import OrderType
from ctpanel.domain.verdict import QUIET, Awaited, judge
from tests.fakes.examples import MES, intent, order, plan

CLOSE = order("close", name="Close")
ENTRY = order("entry")
LOST = Awaited(is_lost=True, cause=Cause.DEADLINE)
LOST_CLOSE = Awaited(has_entry=False, is_lost=True, cause=Cause.DEADLINE)


def fill(order_id: str, quantity: int, fill_id: str = "") -> Execution:
    return Execution(fill_id or f"{order_id}/1", order_id, MES, quantity, Decimal(5012), "09:30:00")


def told(orders: tuple[Order, ...], *fills: Execution, **before: int) -> tuple[int, ...] | None:
    """Contracts filled of each order, once the executions have been heard."""
    heard = told_by_fills(
        intent(None, **before), Reading(1.0, Position.of_net(0), orders, fills=fills)
    )
    return None if heard is None else tuple(order.filled for order in heard.orders)


# --- executions -------------------------------------------------------------------------------


def test_executions_that_are_ahead_of_the_list_count() -> None:
    assert told((order("a", filled=1),), fill("a", 1, "f1"), fill("a", 2, "f2")) == (3,)


def test_a_list_that_is_ahead_of_the_executions_counts() -> None:
    assert told((order("a", filled=3),), fill("a", 1)) == (3,)


def test_an_execution_told_twice_counts_once() -> None:
    assert told((order("a", filled=0),), fill("a", 2), fill("a", 2)) == (2,)


def test_an_execution_of_an_order_that_is_not_listed_makes_the_list_unusable() -> None:
    assert told((ENTRY,), fill("entry", 3), fill("stranger", 1)) is None


def test_what_an_older_order_filled_is_told_by_its_list_alone() -> None:
    assert told((order("old", filled=3),), fill("old", 5), old=3) == (3,)


def test_an_older_order_that_is_listed_no_more_does_not_matter() -> None:
    assert told((ENTRY,), fill("old", 1), old=1) == (3,)


def test_executions_complete_what_the_list_of_orders_does_not_tell_yet() -> None:
    behind = order("entry", filled=0)
    reading = Reading(1.0, Position.of_net(-3), (CLOSE, behind), fills=(fill("entry", 3),))
    verdict = judge(intent(), Awaited("entry"), (reading,))
    assert verdict is not None
    assert verdict.kind is VerdictKind.REVERSED


@pytest.mark.parametrize("awaited", [Awaited("entry"), LOST], ids=["named", "lost"])
def test_an_entry_that_the_executions_fill_whole_is_not_said_to_rest(awaited: Awaited) -> None:
    price = Decimal("5012.50")
    limit = intent(plan(order_type=OrderType.LIMIT, limit_price=str(price)))
    kind = {"order_type": OrderType.LIMIT, "limit_price": price}
    behind = order("entry", state=OrderState.WORKING, filled=0, **kind)
    reading = Reading(1.0, Position.of_net(-3), (CLOSE, behind), fills=(fill("entry", 3),))
    verdict = judge(limit, awaited, (reading,))
    assert verdict is not None
    assert verdict.kind is VerdictKind.REVERSED


def test_an_execution_of_an_order_that_is_not_listed_proves_no_reversal() -> None:
    reading = Reading(1.0, Position.of_net(-3), (CLOSE, ENTRY), fills=(fill("stop", 3),))
    assert judge(intent(), Awaited("entry"), (reading,)) is None


def test_an_execution_of_an_order_that_is_not_listed_proves_no_flat() -> None:
    readings = [
        Reading(at, Position.of_net(0), (CLOSE,), fills=(fill("stop", 3),)) for at in (1.0, 2.0)
    ]
    assert not is_proved_flat(intent(), tuple(readings))


# --- the history of our own order -------------------------------------------------------------


def event(state: OrderState | None) -> LifecycleEvent:
    return LifecycleEvent("request" if state is None else "state", state, "09:30:00")


def after_history(*states: OrderState | None, net: int = 0) -> VerdictKind | None:
    """The end of an entry that no list of orders shows, by its history read twice."""
    history = tuple(event(state) for state in states)
    readings = [Reading(at, Position.of_net(net), (CLOSE,), history=history) for at in (1.0, 2.1)]
    verdict = judge(intent(), Awaited("own", has_entry=False), tuple(readings))
    return None if verdict is None else verdict.kind


@pytest.mark.parametrize("end", [OrderState.REJECTED, OrderState.CANCELLED])
def test_an_entry_whose_history_ends_without_it_leaves_the_account_flat(end: OrderState) -> None:
    assert after_history(None, OrderState.SUBMITTED, end) is VerdictKind.FLAT_ONLY
    assert after_history(OrderState.SUBMITTED, end, None) is VerdictKind.FLAT_ONLY


@pytest.mark.parametrize(
    "states",
    [
        (),
        (None,),
        (OrderState.SUBMITTED,),
        (OrderState.WORKING,),
        (OrderState.FILLED,),
        (OrderState.CANCELLED, OrderState.FILLED),
        (OrderState.OTHER,),
    ],
)
def test_a_history_without_such_an_end_proves_nothing(
    states: tuple[OrderState | None, ...],
) -> None:
    assert after_history(*states) is None


# --- all that a lost request makes ------------------------------------------------------------


def ends(awaited: Awaited, net: int, *orders: Order, apart: float = 1.1) -> VerdictKind | None:
    """The end when the same is read twice, early, `apart` seconds from each other."""
    readings = [Reading(at, Position.of_net(net), orders) for at in (1.0, 1.0 + apart)]
    verdict = judge(intent(), awaited, tuple(readings))
    return None if verdict is None else verdict.kind


REJECTED = order("entry", state=OrderState.REJECTED, filled=0)


def test_a_lost_close_that_is_on_record_is_over() -> None:
    assert ends(LOST_CLOSE, 0, CLOSE) is VerdictKind.FLAT_ONLY


def test_a_lost_close_that_was_rejected_is_over() -> None:
    rejected = order("close", name="Close", state=OrderState.REJECTED, filled=0)
    assert ends(LOST_CLOSE, 3, rejected) is VerdictKind.UNCHANGED


def test_a_lost_reverse_with_its_close_and_its_rejected_entry_is_over() -> None:
    assert ends(LOST, 0, CLOSE, REJECTED) is VerdictKind.FLAT_ONLY


def test_a_bad_end_takes_two_readings_even_when_all_is_there() -> None:
    assert ends(LOST, 0, CLOSE, REJECTED, apart=0.5) is None


@pytest.mark.parametrize(
    ("awaited", "net", "orders"),
    [
        (LOST, 0, (CLOSE,)),
        (LOST, 3, (REJECTED,)),
        (LOST, 0, (CLOSE, order("other", quantity=1, state=OrderState.REJECTED, filled=0))),
        (LOST_CLOSE, 0, (order("other"),)),
        (LOST_CLOSE, 0, (CLOSE, order("again", name="Close", filled=0))),
        (LOST_CLOSE, 0, (CLOSE, order("again", name="Close", state=OrderState.WORKING, filled=0))),
        (LOST_CLOSE, 2, (order("close", name="Close", state=OrderState.WORKING, filled=1),)),
        (LOST, 0, (CLOSE, REJECTED, order("e2", state=OrderState.REJECTED, filled=0))),
        (LOST_CLOSE, 0, (order("close", name="Close", order_type=OrderType.STOPMARKET),)),
    ],
    ids=[
        "no entry yet",
        "no close yet",
        "another order and no entry yet",
        "a close without its label",
        "two closes",
        "two closes, one working",
        "a close still filling",
        "two entries",
        "a stop that closed",
    ],
)
def test_anything_less_or_more_takes_its_time(
    awaited: Awaited, net: int, orders: tuple[Order, ...]
) -> None:
    assert ends(awaited, net, *orders, apart=QUIET + 0.1) is None


# --- what no listed fill explains -------------------------------------------------------------


def stands(net: int, *orders: Order) -> Reading:
    return Reading(1.0, Position.of_net(net), orders)


@pytest.mark.parametrize(
    ("before", "later", "unexplained"),
    [
        (stands(-6, CLOSE, ENTRY), stands(-6, CLOSE, ENTRY), True),
        (stands(-3, CLOSE, ENTRY), stands(-6, CLOSE, ENTRY), False),
        (stands(-6, CLOSE, ENTRY), stands(-6, CLOSE, ENTRY, order("other")), False),
        (stands(-6, CLOSE, ENTRY), stands(-9, CLOSE, ENTRY), False),
        (stands(-3, CLOSE, ENTRY), stands(-3, CLOSE, ENTRY, order("other")), False),
    ],
    ids=[
        "twice the same",
        "only just",
        "the list came later",
        "still moving",
        "the list is ahead, only just",
    ],
)
def test_a_position_is_unexplained_when_it_stands_and_no_fills_make_it(
    before: Reading,
    later: Reading,
    unexplained: bool,  # noqa: FBT001 - what is expected
) -> None:
    assert is_unexplained(intent(), before, later) is unexplained
