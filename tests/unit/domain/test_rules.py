"""Each rule of the ticket, by example: what it refuses, with which values, and what it lets by."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ctpanel.domain.limits import FRESH_FOR, Limits
from ctpanel.domain.outcomes import Code, Denied, Field, deny
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.rules import problems
from ctpanel.domain.situation import Situation
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Action, OrderType, Side
from tests.fakes.examples import LIVE, LONG_3, QUOTE, SIM101, now, ticket

SHORT_3 = Position(Side.SHORT, 3, Decimal(5013))


def found(typed: Ticket, known: Situation) -> dict[Code, Denied]:
    return {problem.code: problem for problem in problems(typed, known)}


@pytest.mark.parametrize("position", [LONG_3, SHORT_3])
def test_a_stop_needs_a_market_to_be_checked_against(position: Position) -> None:
    empty = now(position=position, quote=replace(QUOTE, bid=None, ask=None))
    assert Code.NO_MARKET in found(stop("5010.00"), empty)


def test_position_and_orders_must_belong_together() -> None:
    assert Code.POSITION_MOVING in found(ticket(), now(is_moving=True))


def test_an_ordinary_market_ticket_has_no_problem() -> None:
    assert problems(ticket(), now()) == ()


def test_what_holds_everything_up_comes_before_the_fields() -> None:
    held_up = deny(Code.BUSY)
    assert problems(ticket(quantity="0"), now(hold=held_up))[0] is held_up


# --- account and instrument -------------------------------------------------------------------


def test_an_account_the_server_did_not_list_is_refused() -> None:
    refused = found(ticket(account="Sim999"), now(account=None))[Code.ACCOUNT_NOT_LISTED]
    assert dict(refused.facts) == {"account": "Sim999"}


def test_an_empty_account_list_is_said() -> None:
    assert Code.NO_ACCOUNTS in found(ticket(), now(accounts=(), account=None))


@pytest.mark.parametrize(
    "word", ["ConnectionLost", "Disconnected", "Disconnecting", "Connecting", "?"]
)
def test_an_account_whose_broker_is_not_connected_is_refused_with_the_servers_word(
    word: str,
) -> None:
    account = replace(SIM101, connection=word)
    refused = found(ticket(), now(account=account))[Code.BROKER_OFFLINE]
    assert dict(refused.facts) == {"connection": word}


@pytest.mark.parametrize("word", ["Connected", "connected", ""])
def test_an_account_is_refused_only_when_it_is_told_to_be_cut_off(word: str) -> None:
    assert problems(ticket(), now(account=replace(SIM101, connection=word))) == ()


def test_an_instrument_without_a_contract_is_refused_with_its_reason() -> None:
    reason = deny(Code.INSTRUMENT_NOT_FOUND, Field.INSTRUMENT, typed="XX", reason="no")
    assert reason in problems(ticket(), now(unresolved=reason))


@pytest.mark.parametrize(
    "quote",
    [
        replace(QUOTE, contract=replace(QUOTE.contract, year=2025)),
        replace(QUOTE, expires=date(2026, 11, 22)),
    ],
)
def test_an_expired_contract_is_refused_by_its_month_and_by_its_own_date(quote: Any) -> None:  # noqa: ANN401
    assert Code.CONTRACT_EXPIRED in found(ticket(), now(quote=quote))


def test_a_contract_trades_on_its_expiry_day() -> None:
    quote = replace(QUOTE, expires=now().today)
    assert Code.CONTRACT_EXPIRED not in found(ticket(), now(quote=quote))


# --- position and action ----------------------------------------------------------------------


def test_a_position_that_was_never_read_is_not_taken_for_flat() -> None:
    assert set(found(ticket(quantity="3"), now(position=None))) == {Code.POSITION_NOT_READ}


def test_a_flat_position_has_nothing_to_reverse() -> None:
    assert Code.NO_POSITION in found(ticket(), now(position=FLAT))


def test_a_position_is_relied_on_up_to_its_limit_of_age() -> None:
    assert problems(ticket(), now(position_age=FRESH_FOR)) == ()
    assert Code.POSITION_STALE in found(ticket(), now(position_age=FRESH_FOR + 0.1))


def test_orders_must_have_been_read_lately() -> None:
    assert problems(ticket(), now(orders_age=FRESH_FOR)) == ()
    assert Code.ORDERS_STALE in found(ticket(), now(orders_age=FRESH_FOR + 0.1))


@pytest.mark.parametrize(
    ("position", "action"), [(now().position, Action.BUY), (SHORT_3, Action.SELL)]
)
def test_an_action_on_the_positions_own_side_is_no_reverse(
    position: Position, action: Action
) -> None:
    assert Code.SAME_SIDE in found(ticket(action=action), now(position=position))


# --- quantity ---------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["1", "20", " 3 ", "007", "000003"])
def test_a_whole_quantity_within_the_limit_is_taken(typed: str) -> None:
    assert problems(ticket(quantity=typed), now()) == ()


@pytest.mark.parametrize(
    "typed", ["", "0", "-1", "1.5", "1e3", "4 5", "\uff14", "x", "1" * 7, "+3"]
)
def test_a_quantity_that_is_not_whole_and_positive_is_refused(typed: str) -> None:
    refused = found(ticket(quantity=typed), now())[Code.QUANTITY_NOT_WHOLE]
    assert refused.field is Field.QUANTITY


def test_a_quantity_over_the_hard_limit_names_both_numbers() -> None:
    refused = found(ticket(quantity="21"), now())[Code.QUANTITY_OVER_LIMIT]
    assert dict(refused.facts) == {"quantity": "21", "limit": str(Limits().hard_quantity)}


# --- prices -----------------------------------------------------------------------------------


def limit(price: str, **changes: Any) -> Ticket:  # noqa: ANN401
    return ticket(order_type=OrderType.LIMIT, limit_price=price, **changes)


def stop(price: str, **changes: Any) -> Ticket:  # noqa: ANN401
    return ticket(order_type=OrderType.STOPMARKET, stop_price=price, **changes)


def stop_limit(stop_at: str, limit_at: str, **changes: Any) -> Ticket:  # noqa: ANN401
    prices = {"stop_price": stop_at, "limit_price": limit_at}
    return ticket(order_type=OrderType.STOPLIMIT, **prices, **changes)


@pytest.mark.parametrize(
    "typed", [limit("5013.00"), stop("5010.00"), stop_limit("5010.00", "5009.75")]
)
def test_a_priced_ticket_with_sound_prices_has_no_problem(typed: Ticket) -> None:
    assert problems(typed, now()) == ()


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        (limit(""), {Field.LIMIT_PRICE}),
        (stop("  "), {Field.STOP_PRICE}),
        (stop_limit("", ""), {Field.LIMIT_PRICE, Field.STOP_PRICE}),
    ],
)
def test_each_price_its_order_type_needs_is_required(typed: Ticket, fields: set[Field]) -> None:
    missing = {p.field for p in problems(typed, now()) if p.code is Code.PRICE_MISSING}
    assert missing == fields


@pytest.mark.parametrize(
    "left_over",
    [
        ticket(limit_price="nonsense", stop_price="-1"),
        ticket(stop_price="5020.00"),
        ticket(order_type=OrderType.STOPMARKET, stop_price="5010.00", limit_price="5010.25"),
        ticket(order_type=OrderType.LIMIT, limit_price="5010.00", stop_price="5009.75"),
    ],
)
def test_a_price_that_does_not_apply_is_not_judged(left_over: Ticket) -> None:
    assert problems(left_over, now()) == ()


@pytest.mark.parametrize("typed", ["abc", "5,013.00", "1e4", "5013.00.0"])
def test_a_price_that_cannot_be_read_is_refused(typed: str) -> None:
    assert Code.PRICE_UNREADABLE in found(limit(typed), now())


@pytest.mark.parametrize("typed", ["0", "-5013.00", "0.00"])
def test_a_price_of_zero_or_below_is_refused(typed: str) -> None:
    assert Code.PRICE_NOT_POSITIVE in found(limit(typed), now())


def test_a_price_of_one_tick_is_a_price() -> None:
    assert problems(limit("0.25"), now()) == ()


def test_an_off_tick_price_is_refused_with_the_two_nearest() -> None:
    facts = dict(found(limit("5013.10"), now())[Code.PRICE_OFF_TICK].facts)
    assert (facts["below"], facts["above"]) == ("5013.00", "5013.25")


def test_the_locales_decimal_sign_is_read_in_prices() -> None:
    assert problems(limit("5013,25"), now(decimal_sign=",")) == ()
    assert Code.STOP_WRONG_SIDE in found(stop("5012,25"), now(decimal_sign=","))


@pytest.mark.parametrize(("stop_at", "limit_at"), [("5010,00", "5010.25"), ("5010.00", "5010,25")])
def test_both_prices_of_a_stop_limit_are_read_with_the_locales_decimal_sign(
    stop_at: str, limit_at: str
) -> None:
    assert Code.LIMIT_BEYOND_STOP in found(stop_limit(stop_at, limit_at), now(decimal_sign=","))


def test_prices_are_checked_against_a_quote_up_to_its_limit_of_age() -> None:
    assert problems(limit("5013.00"), now(quote_age=FRESH_FOR)) == ()


def test_what_was_never_read_is_never_fresh() -> None:
    unread = now(quote=None, position=None)
    assert not unread.quote_is_fresh
    assert not unread.position_is_fresh


@pytest.mark.parametrize("age", [FRESH_FOR + 0.1, float("inf")])
def test_prices_are_not_checked_against_an_old_quote(age: float) -> None:
    assert Code.QUOTE_STALE in found(limit("5013.00"), now(quote_age=age))


def test_a_market_order_needs_no_fresh_quote() -> None:
    assert problems(ticket(), now(quote_age=60.0)) == ()


@pytest.mark.parametrize("price", ["5012.25", "5012.50", "5020.00"])
def test_a_sell_stop_at_or_above_the_bid_is_refused(price: str) -> None:
    facts = dict(found(stop(price), now())[Code.STOP_WRONG_SIDE].facts)
    assert facts == {"action": "SELL", "market": "5012.25"}


def test_a_stop_one_tick_beyond_the_market_is_taken() -> None:
    assert problems(stop("5012.00"), now()) == ()
    assert problems(stop("5012.75"), now(position=SHORT_3)) == ()


@pytest.mark.parametrize("price", ["5012.50", "5012.25", "5000.00"])
def test_a_buy_stop_at_or_below_the_ask_is_refused(price: str) -> None:
    facts = dict(found(stop(price), now(position=SHORT_3))[Code.STOP_WRONG_SIDE].facts)
    assert facts == {"action": "BUY", "market": "5012.50"}


def test_a_sell_stop_limit_takes_a_limit_at_its_stop_and_refuses_one_above() -> None:
    assert problems(stop_limit("5010.00", "5010.00"), now()) == ()
    assert Code.LIMIT_BEYOND_STOP in found(stop_limit("5010.00", "5010.25"), now())


def test_a_buy_stop_limit_takes_a_limit_at_its_stop_and_refuses_one_below() -> None:
    short = now(position=SHORT_3)
    assert problems(stop_limit("5015.00", "5015.00"), short) == ()
    assert Code.LIMIT_BEYOND_STOP in found(stop_limit("5015.00", "5014.75"), short)


# --- OCO id and ATM strategy ------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a", "x" * 64, "my oco", "ct-12"])
def test_an_ordinary_oco_id_is_taken(text: str) -> None:
    assert problems(ticket(oco_id=text), now()) == ()


@pytest.mark.parametrize("text", [" a", "a ", "x" * 65, "a\nb", "a\tb", "\u202eabc", " "])
def test_an_oco_id_that_others_could_misread_is_refused(text: str) -> None:
    assert Code.OCO_ID_UNUSABLE in found(ticket(oco_id=text), now())


def test_a_used_oco_id_is_refused() -> None:
    assert Code.OCO_ID_USED in found(ticket(oco_id="a"), now(used_oco_ids=frozenset({"a"})))


def test_a_strategy_recorded_for_another_quantity_is_refused() -> None:
    known = now(strategy_quantities={"Scalp": 2})
    facts = dict(found(ticket(strategy="Scalp"), known)[Code.STRATEGY_QUANTITY].facts)
    assert facts == {"strategy": "Scalp", "recorded": "2", "quantity": "3"}


@pytest.mark.parametrize("recorded", [{}, {"Scalp": 3}, {"Other": 1}])
def test_a_strategy_without_a_conflicting_record_is_taken(recorded: dict[str, int]) -> None:
    assert problems(ticket(strategy="Scalp"), now(strategy_quantities=recorded)) == ()


@pytest.mark.parametrize("text", [" Scalp", "Scalp ", "x" * 65, "Sc\nalp"])
def test_a_strategy_name_that_cannot_be_one_is_refused(text: str) -> None:
    assert Code.STRATEGY_UNUSABLE in found(ticket(strategy=text), now())


def test_a_live_account_follows_the_same_rules() -> None:
    assert problems(ticket(account=LIVE.name), now(accounts=(SIM101, LIVE), account=LIVE)) == ()
