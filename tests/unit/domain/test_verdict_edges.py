"""The edges of a verdict: which states rest, what counts as a change, what is said with it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ctpanel.domain.evidence import Reading
from ctpanel.domain.order import Order, OrderState
from ctpanel.domain.outcomes import Cause, Verdict, VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Intent
from ctpanel.domain.values import Action, OrderType
from ctpanel.domain.verdict import Awaited, is_late_news, judge
from tests.fakes.examples import intent, order, plan

SENT = intent()
CLOSE = order("close", name="Close")
ENTRY = order("entry")
NAMED = Awaited("entry")
LOST = Awaited(is_lost=True, cause=Cause.DEADLINE)
AT_5020 = intent(plan(order_type=OrderType.LIMIT, limit_price="5020.00"))
LIMIT = order(
    "entry",
    order_type=OrderType.LIMIT,
    limit_price=Decimal("5020.00"),
    state=OrderState.WORKING,
    filled=0,
)


def read(at: float, net: int, *orders: Order) -> Reading:
    return Reading(at, Position.of_net(net), orders)


def judged(
    sent: Intent, awaited: Awaited, net: int, *orders: Order, within: float = 1.1
) -> Verdict | None:
    """The verdict when the same is read twice."""
    return judge(sent, awaited, (read(1.0, net, *orders), read(1.0 + within, net, *orders)))


def kind(sent: Intent, awaited: Awaited, net: int, *orders: Order) -> VerdictKind | None:
    verdict = judged(sent, awaited, net, *orders)
    return None if verdict is None else verdict.kind


# --- what rests -------------------------------------------------------------------------------

RESTS = {
    *(OrderState.ACCEPTED, OrderState.WORKING, OrderState.TRIGGER_PENDING),
    *(OrderState.PART_FILLED, OrderState.SUSPENDED),
}


@pytest.mark.parametrize("awaited", [NAMED, LOST], ids=["named", "lost"])
@pytest.mark.parametrize(
    "state", [state for state in OrderState if replace(LIMIT, state=state).is_working]
)
def test_an_entry_is_working_once_the_exchange_has_it(state: OrderState, awaited: Awaited) -> None:
    found = kind(AT_5020, awaited, 0, CLOSE, replace(LIMIT, state=state))
    assert found is (VerdictKind.WORKING if state in RESTS else None)


def test_a_lost_market_entry_does_not_rest() -> None:
    assert kind(SENT, LOST, 0, CLOSE, order("entry", state=OrderState.WORKING, filled=0)) is None


def test_a_lost_resting_entry_with_the_old_side_still_open_proves_nothing() -> None:
    assert kind(AT_5020, LOST, 3, LIMIT) is None


def test_a_resting_stop_is_said_with_its_stop_price() -> None:
    sent = intent(plan(order_type=OrderType.STOPMARKET, stop_price="5000.00"))
    stop = order(
        "entry",
        order_type=OrderType.STOPMARKET,
        stop_price=Decimal("5000.00"),
        state=OrderState.WORKING,
        filled=0,
    )
    verdict = judged(sent, NAMED, 0, CLOSE, stop)
    assert verdict is not None
    assert (verdict.resting_at, verdict.others) == (Decimal("5000.00"), 0)
    other_stop = replace(stop, stop_price=Decimal("4990.00"))
    assert kind(sent, LOST, 0, CLOSE, other_stop) is None


def test_an_entry_that_has_filled_rests_nowhere() -> None:
    done = replace(LIMIT, state=OrderState.FILLED, filled=3)
    verdict = judged(AT_5020, NAMED, -3, CLOSE, done)
    assert verdict is not None
    assert (verdict.kind, verdict.resting_at) == (VerdictKind.REVERSED, None)


# --- what is a change -------------------------------------------------------------------------

REJECTED = order("entry", state=OrderState.REJECTED, filled=0)
BUY = order("other", action=Action.BUY, quantity=2, filled=1)
END = (CLOSE, REJECTED)
CHANGES = {
    "nothing": (read(1.0, 0, *END), True),
    "the position": (read(1.0, 1, *END), False),
    "an order's state": (read(1.0, 0, CLOSE, replace(REJECTED, state=OrderState.SUBMITTED)), False),
    "an order's fills": (read(1.0, 0, replace(CLOSE, filled=2), REJECTED), False),
    "an order's id": (read(1.0, 0, replace(CLOSE, order_id="c2"), REJECTED), False),
    "one order more": (read(1.0, 0, *END, BUY), False),
}


@pytest.mark.parametrize(("earlier", "is_believed"), CHANGES.values(), ids=CHANGES)
def test_a_bad_end_is_believed_unless_something_changed(
    earlier: Reading,
    is_believed: bool,  # noqa: FBT001
) -> None:
    verdict = judge(SENT, NAMED, (earlier, read(2.1, 0, *END)))
    assert (verdict is not None) is is_believed


# --- which bad end ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("net", "end"),
    [
        (0, VerdictKind.FLAT_ONLY),
        (3, VerdictKind.UNCHANGED),
        (1, VerdictKind.PARTIAL),
        (6, VerdictKind.PARTIAL),
        (-1, VerdictKind.PARTIAL),
        (-3, VerdictKind.PARTIAL),
        (-4, VerdictKind.OVERSIZED),
    ],
)
def test_a_reverse_that_went_wrong_is_called_by_what_is_held(net: int, end: VerdictKind) -> None:
    """Its entry was rejected; whatever else is held, somebody else's orders made."""
    action = Action.BUY if net > 3 else Action.SELL
    size = abs(net - 3)
    others = (order("x", action=action, quantity=size, filled=size),) if size else ()
    assert kind(SENT, NAMED, net, REJECTED, *others) is end


LOST_CLOSE = Awaited(has_entry=False, is_lost=True, cause=Cause.DEADLINE)


def test_somebody_elses_resting_order_is_not_the_entry_of_a_close_alone() -> None:
    assert kind(AT_5020, LOST_CLOSE, 0, CLOSE, LIMIT) is None


def test_a_close_alone_is_never_called_reversed_whoever_sold_the_rest() -> None:
    assert kind(SENT, LOST_CLOSE, -3, CLOSE, ENTRY) is VerdictKind.PARTIAL


def test_a_settled_reverse_is_over_as_soon_as_it_is_read_twice() -> None:
    settled = Awaited(has_entry=False, is_settled=True)
    assert kind(SENT, settled, 0, CLOSE) is VerdictKind.FLAT_ONLY


# --- what has filled --------------------------------------------------------------------------


def test_without_a_new_fill_nothing_of_the_entry_has_filled() -> None:
    dead = replace(CLOSE, state=OrderState.REJECTED, filled=0)
    verdict = judged(SENT, Awaited(), 3, dead, within=8.0)
    assert verdict is not None
    assert (verdict.kind, verdict.filled) == (VerdictKind.UNCHANGED, 0)


def test_with_a_new_fill_and_no_entry_known_it_is_not_said_what_filled() -> None:
    dead = replace(ENTRY, state=OrderState.REJECTED, filled=0)
    verdict = judged(SENT, Awaited(), 0, CLOSE, dead, within=8.0)
    assert verdict is not None
    assert (verdict.kind, verdict.filled) == (VerdictKind.FLAT_ONLY, None)


# --- late news --------------------------------------------------------------------------------

ANOTHER_SIZE = order("n", quantity=1, filled=1)
LABELLED = order("entry", name="Entry")
LIMIT_ENTRY = replace(LIMIT, order_id="n", state=OrderState.FILLED, filled=3)

NEWS: dict[str, tuple[Intent, Awaited, tuple[Order, ...], bool]] = {
    "lost: nothing new": (SENT, LOST, (), False),
    "lost: an order like its close": (AT_5020, LOST, (order("n"),), True),
    "lost: a close by its label": (SENT, LOST, (replace(ANOTHER_SIZE, name="Close"),), True),
    "lost: an order like its entry": (AT_5020, LOST, (LIMIT_ENTRY,), True),
    "lost: any other order": (SENT, LOST, (ANOTHER_SIZE,), False),
    "answered: an order like its entry": (SENT, NAMED, (order("n"),), False),
    "answered: its entry by its label": (SENT, NAMED, (order("n", name="Entry"),), True),
    "answered: its entry by its label, beside another": (
        SENT,
        NAMED,
        (order("n", name="Entry"), ANOTHER_SIZE),
        True,
    ),
    "answered: another order of that label": (
        SENT,
        NAMED,
        (replace(ANOTHER_SIZE, name="Entry"),),
        False,
    ),
    "answered: a whole reverse more": (
        SENT,
        NAMED,
        (order("n"), order("m", action=Action.BUY)),
        True,
    ),
    "answered: half a reverse more": (SENT, NAMED, (order("m", action=Action.BUY),), False),
    "answered: an entry and a limit against it": (
        SENT,
        NAMED,
        (order("n"), order("m", action=Action.BUY, order_type=OrderType.LIMIT)),
        False,
    ),
    "answered: an entry and another size against it": (
        SENT,
        NAMED,
        (order("n"), order("m", action=Action.BUY, quantity=1)),
        False,
    ),
}


@pytest.mark.parametrize(("sent", "awaited", "fresh", "is_news"), NEWS.values(), ids=NEWS)
def test_orders_after_the_end_are_news_when_they_may_be_ours(
    sent: Intent,
    awaited: Awaited,
    fresh: tuple[Order, ...],
    is_news: bool,  # noqa: FBT001
) -> None:
    later = read(9.0, 0, LABELLED, *fresh)
    assert is_late_news(sent, awaited, {"entry"}, later) is is_news


def test_an_entry_that_is_listed_no_more_makes_no_other_order_news() -> None:
    assert not is_late_news(SENT, NAMED, {"entry"}, read(9.0, -3, order("n")))


def test_orders_without_a_label_are_not_the_same_for_having_none() -> None:
    later = read(9.0, 0, ENTRY, order("n"))
    assert not is_late_news(SENT, NAMED, {"entry"}, later)
