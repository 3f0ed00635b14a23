"""What a press stands for: the plan, what it binds, and what is asked first."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ctpanel.domain.outcomes import Code, Denied
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.reverse import Ask, Plan, plan_reverse
from ctpanel.domain.situation import Situation
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Action, OrderType, Side
from tests.fakes.examples import LIVE, LONG_3, MES, QUOTE, SIM101, now, plan, ticket

SHORT_2 = Position(Side.SHORT, 2, Decimal("5013.00"))


def asks(typed: Ticket, known: Situation) -> set[Ask]:
    made = plan_reverse(typed, known)
    assert isinstance(made, Plan), made
    return {question.ask for question in made.questions}


def test_a_long_is_reversed_by_selling_its_size() -> None:
    made = plan()
    assert (made.start, made.order.target) == (LONG_3, Position(Side.SHORT, 3))


def test_a_short_is_reversed_by_buying_its_size() -> None:
    made = plan_reverse(ticket(), now(position=SHORT_2))
    assert isinstance(made, Plan)
    assert (made.order.action, made.order.quantity) == (Action.BUY, 2)


def test_a_typed_quantity_is_the_size_of_the_new_position() -> None:
    assert plan(quantity="5").order.target == Position(Side.SHORT, 5)


def test_a_refused_ticket_makes_no_plan() -> None:
    made = plan_reverse(ticket(), now(position=FLAT))
    assert isinstance(made, Denied)
    assert made.code is Code.NO_POSITION


def test_a_plan_names_the_dated_contract_of_the_quote() -> None:
    assert plan().contract == MES


def test_prices_that_do_not_apply_are_absent_from_the_order() -> None:
    order = plan(limit_price="5013.00", stop_price="5010.00").order
    assert (order.limit_price, order.stop_price) == (None, None)


def test_prices_keep_the_digits_they_were_typed_with() -> None:
    order = plan(order_type=OrderType.LIMIT, limit_price="5013.00").order
    assert str(order.limit_price) == "5013.00"


@pytest.mark.parametrize(
    "known",
    [
        now(position=Position(Side.LONG, 2, LONG_3.average_price)),
        now(account=replace(SIM101, name="Sim102")),
        now(quote=replace(QUOTE, contract=replace(MES, month=3, year=2027))),
    ],
)
def test_what_the_button_shows_changes_with_position_account_and_contract(known: Situation) -> None:
    made = plan_reverse(ticket(), known)
    assert isinstance(made, Plan)
    assert made.shown != plan().shown


def test_what_the_button_shows_stays_while_only_the_market_moves() -> None:
    moved = now(quote=replace(QUOTE, bid=Decimal(5013), ask=Decimal("5013.25")))
    made = plan_reverse(ticket(), moved)
    assert isinstance(made, Plan)
    assert made.shown == plan().shown


def test_an_ordinary_paper_reverse_is_not_asked_about() -> None:
    assert asks(ticket(), now()) == set()


def test_a_live_account_is_asked_about() -> None:
    assert asks(ticket(account=LIVE.name), now(accounts=(LIVE,), account=LIVE)) == {
        Ask.LIVE_ACCOUNT
    }


@pytest.mark.parametrize(("quantity", "asked"), [("5", set()), ("6", {Ask.LARGE_QUANTITY})])
def test_a_quantity_over_the_soft_limit_is_asked_about(quantity: str, asked: set[Ask]) -> None:
    assert asks(ticket(quantity=quantity), now()) == asked


@pytest.mark.parametrize(
    ("price", "asked"),
    [("5062.50", set()), ("5062.75", {Ask.FAR_PRICE}), ("4962.25", {Ask.FAR_PRICE})],
)
def test_a_price_more_than_one_percent_from_the_market_is_asked_about(
    price: str, asked: set[Ask]
) -> None:
    typed = ticket(order_type=OrderType.LIMIT, limit_price=price)
    assert asks(typed, now()) == asked


def test_a_priced_order_without_any_market_is_asked_about() -> None:
    bare = replace(QUOTE, bid=None, ask=None, last=None)
    typed = ticket(order_type=OrderType.LIMIT, limit_price="5013.00")
    assert asks(typed, now(quote=bare)) == {Ask.FAR_PRICE}


@pytest.mark.parametrize(
    ("is_open", "asked"), [(True, set()), (None, set()), (False, {Ask.MARKET_CLOSED})]
)
def test_a_closed_market_is_asked_about(is_open: bool | None, asked: set[Ask]) -> None:  # noqa: FBT001
    assert asks(ticket(), now(quote=replace(QUOTE, is_open=is_open))) == asked
