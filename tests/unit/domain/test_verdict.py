"""What readings prove, case by case: long 3 was to become short 3."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ctpanel.domain.evidence import Reading
from ctpanel.domain.order import Order, OrderState
from ctpanel.domain.outcomes import Accepted, Cause, Unknown, Verdict, VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Correction, Intent
from ctpanel.domain.values import Action, OrderType
from ctpanel.domain.verdict import LATE_ARRIVAL, QUIET, Awaited, awaited_of, judge
from tests.fakes.examples import intent, order, plan

TAKEN = Accepted(("entry",))
LOST = Unknown(Cause.DEADLINE)

CLOSE = order("close", name="Close")
ENTRY = order("entry")
WORKING = OrderState.WORKING


def reading(net: int, *orders: Order, at: float = 1.0) -> Reading:
    return Reading(at, Position.of_net(net), orders)


def judged(sent: Intent, outcome: Accepted | Unknown, *readings: Reading) -> Verdict | None:
    return judge(sent, awaited_of(sent, outcome), readings)


def kind(
    outcome: Accepted | Unknown, *readings: Reading, of: Intent | None = None
) -> VerdictKind | None:
    verdict = judged(of or intent(), outcome, *readings)
    return None if verdict is None else verdict.kind


def settled(
    outcome: Accepted | Unknown, net: int, *orders: Order, at: float, since: float | None = None
) -> VerdictKind | None:
    """The verdict when the same was read twice, a second apart or `since` a moment."""
    first = at - 1.1 if since is None else since
    return kind(outcome, reading(net, *orders, at=first), reading(net, *orders, at=at))


# --- the server took it and named the entry ---------------------------------------------------


def test_entry_filled_and_position_on_target_is_reversed_at_once() -> None:
    assert kind(TAKEN, reading(-3, CLOSE, ENTRY)) is VerdictKind.REVERSED


def test_no_reading_proves_nothing() -> None:
    assert kind(TAKEN) is None


def test_position_on_target_without_fills_that_explain_it_proves_nothing() -> None:
    assert kind(TAKEN, reading(-3)) is None


def test_fills_without_the_position_they_make_prove_nothing_however_often_they_are_read() -> None:
    assert settled(TAKEN, 3, CLOSE, ENTRY, at=9.0) is None


def test_an_entry_still_filling_proves_nothing() -> None:
    part = order("entry", state=OrderState.PART_FILLED, filled=1)
    assert kind(TAKEN, reading(-1, CLOSE, part)) is None


def test_a_close_still_working_proves_nothing() -> None:
    close = order("close", name="Close", state=WORKING, filled=0)
    assert settled(TAKEN, 0, close, ENTRY, at=9.0) is None


def test_an_entry_rejected_after_the_close_is_flat_only() -> None:
    rejected = order("entry", state=OrderState.REJECTED, filled=0)
    assert settled(TAKEN, 0, CLOSE, rejected, at=3.0) is VerdictKind.FLAT_ONLY


def test_a_bad_end_is_not_believed_from_one_reading() -> None:
    rejected = order("entry", state=OrderState.REJECTED, filled=0)
    assert kind(TAKEN, reading(0, CLOSE, rejected)) is None


def test_a_bad_end_is_not_believed_from_two_readings_in_quick_succession() -> None:
    rejected = order("entry", state=OrderState.REJECTED, filled=0)
    readings = [reading(0, CLOSE, rejected, at=at) for at in (1.0, 1.5)]
    assert kind(TAKEN, *readings) is None


def test_a_bad_end_is_forgotten_when_the_readings_change() -> None:
    rejected = order("entry", state=OrderState.REJECTED, filled=0)
    readings = (
        reading(0, CLOSE, rejected, at=1.0),
        reading(3, at=2.0),
        reading(0, CLOSE, rejected, at=2.5),
    )
    assert kind(TAKEN, *readings) is None


def test_a_rejected_close_with_a_filled_entry_is_flat_only() -> None:
    close = order("close", name="Close", state=OrderState.REJECTED, filled=0)
    assert settled(TAKEN, 0, close, ENTRY, at=6.0) is VerdictKind.FLAT_ONLY


def test_nothing_filled_at_all_is_unchanged() -> None:
    close = order("close", name="Close", state=OrderState.REJECTED, filled=0)
    rejected = order("entry", state=OrderState.REJECTED, filled=0)
    assert settled(TAKEN, 3, close, rejected, at=3.0) is VerdictKind.UNCHANGED


def test_an_entry_filled_in_part_and_finished_is_partial() -> None:
    cut = order("entry", state=OrderState.CANCELLED, filled=1)
    assert settled(TAKEN, -1, CLOSE, cut, at=3.0) is VerdictKind.PARTIAL


def test_a_close_filled_in_part_is_partial() -> None:
    cut = order("close", name="Close", state=OrderState.CANCELLED, filled=1)
    assert settled(TAKEN, -1, cut, ENTRY, at=3.0) is VerdictKind.PARTIAL


def test_a_stop_that_filled_with_the_close_is_oversized() -> None:
    stop = order("stop", order_type=OrderType.STOPMARKET)
    known = intent(None, stop=0)
    readings = [reading(-6, stop, CLOSE, ENTRY, at=at) for at in (1.0, 2.1)]
    assert kind(TAKEN, *readings, of=known) is VerdictKind.OVERSIZED


def test_fills_from_before_the_press_are_not_counted_again() -> None:
    before = order("old", filled=3)
    assert kind(TAKEN, reading(-3, before, CLOSE, ENTRY), of=intent(None, old=3)) is (
        VerdictKind.REVERSED
    )


def test_every_other_working_order_is_counted_with_the_verdict() -> None:
    rest = {"order_type": OrderType.LIMIT, "state": WORKING, "filled": 0}
    old, bracket = order("target", **rest), order("Stop1", action=Action.BUY, **rest)
    verdict = judged(intent(None, target=0), TAKEN, reading(-3, old, CLOSE, ENTRY, bracket))
    assert verdict is not None
    assert (verdict.kind, verdict.others) == (VerdictKind.REVERSED, 2)


def test_a_position_as_before_with_a_filled_entry_is_unchanged_but_not_unfilled() -> None:
    bought = order("other", action=Action.BUY)
    verdict = judged(intent(), TAKEN, *(reading(3, ENTRY, bought, at=at) for at in (1.0, 2.1)))
    assert verdict is not None
    assert (verdict.kind, verdict.filled) == (VerdictKind.UNCHANGED, 3)


# --- a resting entry --------------------------------------------------------------------------

RESTING_PLAN = plan(order_type=OrderType.LIMIT, limit_price="5020.00")
RESTING: dict[str, Any] = {
    "order_type": OrderType.LIMIT,
    "limit_price": RESTING_PLAN.order.limit_price,
    "state": WORKING,
    "filled": 0,
}


def test_old_side_closed_and_entry_resting_is_working() -> None:
    entry = order("entry", **RESTING)
    verdict = judged(intent(RESTING_PLAN), TAKEN, reading(0, CLOSE, entry))
    assert verdict is not None
    assert (verdict.kind, verdict.resting_at) == (VerdictKind.WORKING, entry.limit_price)


def test_a_resting_entry_with_the_old_side_still_open_proves_nothing() -> None:
    entry = order("entry", **RESTING)
    assert kind(TAKEN, reading(3, entry), of=intent(RESTING_PLAN)) is None


def test_an_entry_that_is_only_submitted_does_not_rest_yet() -> None:
    entry = order("entry", **{**RESTING, "state": OrderState.SUBMITTED})
    assert kind(TAKEN, reading(0, CLOSE, entry), of=intent(RESTING_PLAN)) is None


def test_a_resting_entry_filled_in_part_is_working_with_what_has_filled() -> None:
    entry = order("entry", **{**RESTING, "state": OrderState.PART_FILLED, "filled": 1})
    verdict = judged(intent(RESTING_PLAN), TAKEN, reading(-1, CLOSE, entry))
    assert verdict is not None
    assert (verdict.kind, verdict.filled) == (VerdictKind.WORKING, 1)


# --- the answer was lost ----------------------------------------------------------------------


def test_a_lost_answer_with_one_close_and_one_entry_is_reversed() -> None:
    assert kind(LOST, reading(-3, CLOSE, ENTRY)) is VerdictKind.REVERSED


def test_the_target_reached_twice_over_is_not_called_reversed() -> None:
    again = (order("c2", action=Action.BUY), order("e2"))
    assert settled(LOST, -3, CLOSE, ENTRY, *again, at=14.0) is None


@pytest.mark.parametrize(
    "orders",
    [
        (order("other", quantity=6, filled=6),),
        (order("a", quantity=2, filled=2), order("b", quantity=4, filled=4)),
        (order("a"), order("b", order_type=OrderType.LIMIT)),
        (order("a"), order("b", quantity=5)),
        (order("a", filled=2, state=OrderState.CANCELLED), order("b", filled=4)),
    ],
)
def test_a_target_reached_in_another_way_is_not_called_reversed(orders: tuple[Order, ...]) -> None:
    assert settled(LOST, -3, *orders, at=14.0) is None


SMALLER = order("entry", quantity=2, filled=2)


@pytest.mark.parametrize("orders", [(CLOSE, SMALLER), (SMALLER, CLOSE)])
def test_close_and_entry_of_a_lost_answer_may_be_listed_in_either_order(
    orders: tuple[Order, ...],
) -> None:
    sent = intent(plan(quantity="2"))
    assert kind(LOST, reading(-2, *orders), of=sent) is VerdictKind.REVERSED


@pytest.mark.parametrize("at", [2.0, 14.0])
def test_absence_of_any_trace_never_becomes_a_verdict(at: float) -> None:
    assert settled(LOST, 3, at=at) is None


def test_flat_after_a_lost_answer_may_only_mean_not_yet() -> None:
    assert settled(LOST, 0, CLOSE, at=LATE_ARRIVAL - 0.1, since=1.0) is None


def test_flat_long_after_a_lost_answer_is_flat_only() -> None:
    assert settled(LOST, 0, CLOSE, at=LATE_ARRIVAL, since=1.0) is VerdictKind.FLAT_ONLY


def test_a_close_seen_late_may_still_be_followed_by_its_entry() -> None:
    readings = (reading(3, at=1.0), reading(0, CLOSE, at=9.0), reading(0, CLOSE, at=14.0))
    assert kind(LOST, *readings) is None


def test_all_new_orders_rejected_long_after_a_lost_answer_is_unchanged() -> None:
    close = order("close", state=OrderState.REJECTED, filled=0)
    assert settled(LOST, 3, close, at=LATE_ARRIVAL, since=1.0) is VerdictKind.UNCHANGED


REJECTED: dict[str, Any] = {"state": OrderState.REJECTED, "filled": 0}
TRACES = {
    "its close": (order("n", **REJECTED),),
    "its entry": (
        order("n", order_type=OrderType.STOPMARKET, stop_price=Decimal(5000), **REJECTED),
    ),
    "its close beside another's": (
        order("n", **REJECTED),
        order("o", action=Action.BUY, **REJECTED),
    ),
}


@pytest.mark.parametrize("orders", TRACES.values(), ids=TRACES)
def test_one_order_like_ours_is_trace_enough_once_it_is_late(orders: tuple[Order, ...]) -> None:
    sent = intent(plan(order_type=OrderType.STOPMARKET, stop_price="5000.00"))
    readings = [reading(3, *orders, at=at) for at in (1.0, LATE_ARRIVAL)]
    assert kind(LOST, *readings, of=sent) is VerdictKind.UNCHANGED


@pytest.mark.parametrize(
    "other",
    [
        order("o", action=Action.BUY, order_type=OrderType.LIMIT, state=WORKING, filled=0),
        order("o", quantity=1, state=OrderState.REJECTED, filled=0),
        order("o", action=Action.BUY, state=OrderState.REJECTED, filled=0),
    ],
)
def test_somebody_elses_order_is_no_trace_of_ours(other: Order) -> None:
    assert settled(LOST, 3, other, at=LATE_ARRIVAL + 2, since=1.0) is None


def test_one_resting_entry_after_a_lost_answer_is_working() -> None:
    entry = order("entry", **RESTING)
    assert kind(LOST, reading(0, CLOSE, entry), of=intent(RESTING_PLAN)) is VerdictKind.WORKING


def test_two_resting_entries_after_a_lost_answer_prove_nothing() -> None:
    entries = (order("e1", **RESTING), order("e2", **RESTING))
    assert kind(LOST, reading(0, CLOSE, *entries), of=intent(RESTING_PLAN)) is None


def test_a_resting_order_at_another_price_is_not_taken_for_the_entry() -> None:
    other = order("entry", **{**RESTING, "limit_price": None})
    assert kind(LOST, reading(0, CLOSE, other), of=intent(RESTING_PLAN)) is None


def test_stop_and_target_of_an_atm_strategy_do_not_hide_the_reversal() -> None:
    child = order("Stop1", action=Action.BUY, state=WORKING, filled=0)
    assert kind(LOST, reading(-3, CLOSE, ENTRY, child)) is VerdictKind.REVERSED


def test_an_answered_refusal_without_a_trace_is_unchanged_after_a_while() -> None:
    refused = Unknown(Cause.HALF_DONE, "Invalid request")
    assert settled(refused, 3, at=QUIET, since=0.1) is None
    assert settled(refused, 3, at=QUIET + 0.1, since=0.1) is VerdictKind.UNCHANGED


def test_an_answered_refusal_after_the_close_is_flat_only() -> None:
    refused = Unknown(Cause.HALF_DONE, "Invalid request")
    assert settled(refused, 0, CLOSE, at=QUIET + 0.1, since=0.1) is VerdictKind.FLAT_ONLY


# --- a correction: one order under its own id -------------------------------------------------

CORRECTS = Awaited("own", has_entry=False)


def correcting(held: int, action: Action, quantity: int, **filled_before: int) -> Intent:
    made = plan()
    order = replace(made.order, action=action, quantity=quantity)
    start = Position.of_net(held)
    way = Correction("intent-1")
    return intent(replace(made, start=start, order=order, entry=way), **filled_before)


@pytest.mark.parametrize(
    ("held", "action", "quantity"), [(0, Action.SELL, 3), (-1, Action.SELL, 2), (-6, Action.BUY, 3)]
)
def test_a_correction_that_filled_and_is_held_is_corrected_at_once(
    held: int, action: Action, quantity: int
) -> None:
    sent = correcting(held, action, quantity, old=3)
    own = order("own", action=action, quantity=quantity, filled=quantity)
    verdict = judge(sent, CORRECTS, (reading(-3, order("old"), own),))
    assert verdict is not None
    assert verdict.kind is VerdictKind.CORRECTED


BAD_CORRECTIONS = {
    "rejected from flat": (0, Action.SELL, 3, 0, 0, VerdictKind.UNCHANGED),
    "rejected from a part": (-1, Action.SELL, 2, 0, -1, VerdictKind.UNCHANGED),
    "filled in part": (-1, Action.SELL, 2, 1, -2, VerdictKind.PARTIAL),
    "bought back in part": (-6, Action.BUY, 3, 1, -5, VerdictKind.OVERSIZED),
}


@pytest.mark.parametrize("case", BAD_CORRECTIONS.values(), ids=BAD_CORRECTIONS)
def test_a_correction_that_did_not_fill_is_called_by_what_is_held(
    case: tuple[int, Action, int, int, int, VerdictKind],
) -> None:
    held, action, quantity, filled, net, expected = case
    own = order("own", action=action, quantity=quantity, filled=filled, state=OrderState.REJECTED)
    readings = tuple(reading(net, own, at=at) for at in (1.0, 2.1))
    verdict = judge(correcting(held, action, quantity), CORRECTS, readings)
    assert verdict is not None
    assert verdict.kind is expected


def test_a_correction_whose_order_is_nowhere_proves_nothing_however_quiet_it_is() -> None:
    readings = tuple(reading(-1, at=float(at)) for at in range(60))
    assert judge(correcting(-1, Action.SELL, 2), CORRECTS, readings) is None


def test_an_order_like_a_correction_under_another_id_proves_nothing() -> None:
    other = order("other", quantity=2, filled=2)
    readings = tuple(reading(-3, other, at=float(at)) for at in range(60))
    assert judge(correcting(-1, Action.SELL, 2), CORRECTS, readings) is None
