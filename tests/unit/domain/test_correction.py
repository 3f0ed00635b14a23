"""What is suggested after a bad end, from any position to any target, and when nothing is."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.domain.correction import Ended, Suggestion, suggest
from ctpanel.domain.limits import Limits
from ctpanel.domain.order import OrderState
from ctpanel.domain.outcomes import Code, Denied, Field, Verdict, VerdictKind, deny
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Ask, Correction, Intent, Plan
from ctpanel.domain.values import AccountKind, Action, Confirming, OrderType, TimeInForce
from tests.fakes.examples import LIVE, QUOTE, SIM101, TODAY, intent, now, order, plan

RESTING = order("o1", state=OrderState.WORKING, filled=0)
FLAT_ONLY, PARTIAL, OVERSIZED = (
    VerdictKind.FLAT_ONLY,
    VerdictKind.PARTIAL,
    VerdictKind.OVERSIZED,
)
BAD = {0: FLAT_ONLY, -1: PARTIAL, -6: OVERSIZED}
"""Ends of long 3 that was to become short 3, by what is held."""


def ended(net: int, kind: VerdictKind | None = None, of: Intent | None = None) -> Ended:
    verdict = Verdict(kind or BAD[net], Position.of_net(net, Decimal(5012)))
    return Ended(of or intent(), verdict)


def suggested(bad: Ended, **known: Any) -> Suggestion | None:  # noqa: ANN401 - a test names its fields
    situation = {"position": bad.verdict.position, **known}
    return suggest(bad, now(**situation))


def planned(bad: Ended, **known: Any) -> Plan:  # noqa: ANN401 - same
    found = suggested(bad, **known)
    assert found is not None
    assert isinstance(found.offer, Plan), found.offer
    return found.offer


def denied(bad: Ended, **known: Any) -> Code:  # noqa: ANN401 - same
    found = suggested(bad, **known)
    assert found is not None
    assert isinstance(found.offer, Denied), found.offer
    return found.offer.code


@pytest.mark.parametrize(
    ("net", "action", "quantity"),
    [(0, Action.SELL, 3), (-1, Action.SELL, 2), (-6, Action.BUY, 3)],
)
def test_the_missing_order_is_suggested_at_market(net: int, action: Action, quantity: int) -> None:
    made = planned(ended(net))
    order = (made.order.action, made.order.quantity, made.order.order_type)
    assert order == (action, quantity, OrderType.MARKET)
    assert (made.start.net, made.target.net) == (net, -3)


LARGE = Limits(hard_quantity=100, soft_quantity=100, net_quantity=100)
NETS = st.integers(-30, 30)


@given(
    start=NETS.filter(bool),
    held=NETS,
    size=st.integers(1, 30),
    kind=st.sampled_from(list(BAD.values())),
)
def test_from_whatever_is_held_a_suggestion_lands_on_the_target_and_never_crosses_flat(
    start: int, held: int, size: int, kind: VerdictKind
) -> None:
    action = Action.SELL if start > 0 else Action.BUY
    made = plan()
    order = replace(made.order, action=action, quantity=size)
    pressed = intent(replace(made, start=Position.of_net(start), order=order))
    found = suggested(ended(held, kind, pressed), limits=LARGE)
    target = action.sign * size
    if found is None:
        assert held == target or held * target < 0
        return
    assert isinstance(found.offer, Plan)
    last = held + found.offer.order.action.sign * found.offer.order.quantity
    assert last == target == found.target.net == found.offer.target.net
    assert held * last >= 0


@pytest.mark.parametrize(
    "kind", [kind for kind in VerdictKind if kind not in (FLAT_ONLY, PARTIAL, OVERSIZED)]
)
def test_after_any_other_end_nothing_is_suggested(kind: VerdictKind) -> None:
    assert suggested(ended(-1, kind)) is None


def test_a_position_that_is_not_what_the_verdict_read_suggests_nothing() -> None:
    assert suggested(ended(-1), position=Position.of_net(-2)) is None


def test_a_position_that_was_never_read_suggests_nothing() -> None:
    assert suggested(ended(-1), position=None) is None
    unread = Ended(intent(), Verdict(PARTIAL))
    assert suggest(unread, now(position=Position.of_net(-1))) is None


def test_what_is_left_of_the_old_side_is_for_reverse_and_not_for_a_correction() -> None:
    assert suggested(ended(2, PARTIAL)) is None


def test_the_target_reached_by_other_orders_needs_no_more() -> None:
    assert suggested(ended(-3, PARTIAL)) is None


def test_a_strategy_goes_with_an_entry_from_flat_and_with_nothing_else() -> None:
    pressed = intent(plan(strategy="Scalp 3"))
    strategies = {net: planned(ended(net, of=pressed)).order.strategy for net in BAD}
    assert strategies == {0: "Scalp 3", -1: "", -6: ""}


def test_prices_and_the_oco_id_stay_with_the_press_and_its_time_in_force_is_kept() -> None:
    pressed = intent(
        plan(
            order_type=OrderType.LIMIT,
            limit_price="5013.00",
            oco_id="pair 7",
            time_in_force=TimeInForce.GTC,
        )
    )
    order = planned(ended(0, of=pressed)).order
    assert (order.limit_price, order.oco_id) == (None, "")
    assert order.time_in_force is TimeInForce.GTC


def test_it_names_the_intent_it_comes_after() -> None:
    assert planned(ended(-1)).entry == Correction("intent-1")


def test_after_a_correction_the_target_is_still_that_of_the_press() -> None:
    first = planned(ended(-1))
    again = ended(-2, PARTIAL, replace(intent(first), intent_id="intent-2"))
    made = planned(again)
    assert (made.order.quantity, made.target.net) == (1, -3)
    assert made.entry == Correction("intent-2")


HELD_BACK: dict[str, tuple[dict[str, object], Code]] = {
    "a hold of everything": ({"hold": deny(Code.BUSY)}, Code.BUSY),
    "a stale position": ({"position_age": 3.1}, Code.POSITION_STALE),
    "stale orders": ({"orders_age": 3.1}, Code.ORDERS_STALE),
    "readings that do not belong together": ({"is_moving": True}, Code.POSITION_MOVING),
    "orders that still work": ({"resting": (RESTING,)}, Code.ORDERS_WORKING),
    "an expired contract": (
        {"quote": replace(QUOTE, expires=TODAY.replace(day=1))},
        Code.CONTRACT_EXPIRED,
    ),
    "an order over the limit": ({"limits": Limits(hard_quantity=1)}, Code.QUANTITY_OVER_LIMIT),
    "a target over the limit": ({"limits": Limits(hard_quantity=2)}, Code.QUANTITY_OVER_LIMIT),
    "an account that is gone": ({"account": None}, Code.ACCOUNT_NOT_LISTED),
    "an instrument that is not resolved": (
        {"unresolved": deny(Code.INSTRUMENT_RESOLVING)},
        Code.INSTRUMENT_RESOLVING,
    ),
}


@pytest.mark.parametrize(("known", "code"), HELD_BACK.values(), ids=HELD_BACK)
def test_what_holds_a_press_back_holds_a_suggestion_back_and_says_why(
    known: dict[str, object], code: Code
) -> None:
    assert denied(ended(-1), **known) is code


def test_a_strategy_recorded_for_another_size_holds_an_entry_back() -> None:
    pressed = intent(plan(strategy="Scalp"))
    assert denied(ended(0, of=pressed), strategy_quantities={"Scalp": 1}) is Code.STRATEGY_QUANTITY


def test_a_live_account_and_a_closed_market_are_named_in_the_question() -> None:
    shut = replace(QUOTE, is_open=False)
    made = planned(ended(0), accounts=(LIVE,), account=LIVE, quote=shut, confirms=Confirming.ASK)
    assert {question.ask for question in made.questions} == {Ask.LIVE_ACCOUNT, Ask.MARKET_CLOSED}
    assert made.account.kind is AccountKind.LIVE


def test_a_correction_is_never_shown_as_a_reverse() -> None:
    made = planned(ended(-1))
    reverse = replace(made, entry=plan().entry)
    assert made.account == SIM101
    assert made.shown != reverse.shown


def test_a_suggestion_that_may_not_be_sent_says_why_in_full() -> None:
    refusals: dict[Denied, dict[str, Any]] = {
        deny(Code.ORDERS_WORKING, working=2): {"resting": (RESTING, RESTING)},
        deny(Code.ACCOUNT_NOT_LISTED, Field.ACCOUNT, account="Sim101"): {"account": None},
        deny(Code.QUANTITY_OVER_LIMIT, quantity=3, limit=2): {"limits": Limits(hard_quantity=2)},
    }
    for refusal, known in refusals.items():
        found = suggested(ended(0), **known)
        assert found is not None
        assert found.offer == refusal


def test_a_target_of_exactly_the_hard_limit_is_suggested() -> None:
    assert planned(ended(0), limits=Limits(hard_quantity=3)).target.net == -3
