"""What a press stands for: the plan, what it binds, and what is asked first."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ctpanel.domain.limits import Limits
from ctpanel.domain.outcomes import Code, Denied, Field
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.reverse import Ask, EntryOrder, Plan, Question, plan_reverse
from ctpanel.domain.situation import Situation
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Action, Confirming, OrderType, Side, TimeInForce
from tests.fakes.examples import LIVE, LONG_3, MES, QUOTE, SIM101, now, plan, ticket

WIDE = Limits(too_far_fraction=Decimal(10))
SHORT_2 = Position(Side.SHORT, 2, Decimal("5013.00"))


def planned(typed: Ticket, known: Situation) -> Plan:
    made = plan_reverse(typed, known)
    assert isinstance(made, Plan), made
    return made


def asks(typed: Ticket, known: Situation) -> set[Ask]:
    return {question.ask for question in planned(typed, known).questions}


def limit(price: str) -> Ticket:
    return ticket(order_type=OrderType.LIMIT, limit_price=price)


def stop(price: str) -> Ticket:
    return ticket(order_type=OrderType.STOPMARKET, stop_price=price)


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


def test_an_order_has_nothing_that_was_not_typed() -> None:
    bare = EntryOrder(Action.SELL, 3, OrderType.MARKET, TimeInForce.DAY)
    assert plan().order == bare


def test_an_order_has_everything_that_was_typed() -> None:
    typed = ticket(
        order_type=OrderType.STOPLIMIT,
        time_in_force=TimeInForce.GTC,
        limit_price="5009,75",
        stop_price="5010,00",
        oco_id="pair 7",
        strategy="Scalp",
    )
    assert planned(typed, now(decimal_sign=",")).order == EntryOrder(
        Action.SELL,
        3,
        OrderType.STOPLIMIT,
        TimeInForce.GTC,
        Decimal("5009.75"),
        Decimal("5010.00"),
        "pair 7",
        "Scalp",
    )


@pytest.mark.parametrize(
    ("typed", "has_limit", "has_stop"),
    [(limit("5013.00"), True, False), (stop("5010.00"), False, True)],
)
def test_an_order_has_the_price_of_its_type(typed: Ticket, has_limit: bool, has_stop: bool) -> None:  # noqa: FBT001
    order = planned(typed, now()).order
    assert (order.limit_price is not None, order.stop_price is not None) == (has_limit, has_stop)


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
    known = now(accounts=(LIVE,), account=LIVE, confirms=Confirming.ASK)
    assert asks(ticket(account=LIVE.name), known) == {Ask.LIVE_ACCOUNT}


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
    assert asks(limit(price), now()) == asked


def test_a_priced_order_without_any_market_is_asked_about() -> None:
    bare = replace(QUOTE, bid=None, ask=None, last=None)
    assert asks(limit("5013.00"), now(quote=bare)) == {Ask.FAR_PRICE}


@pytest.mark.parametrize(
    ("is_open", "asked"), [(True, set()), (None, set()), (False, {Ask.MARKET_CLOSED})]
)
def test_a_closed_market_is_asked_about(is_open: bool | None, asked: set[Ask]) -> None:  # noqa: FBT001
    assert asks(ticket(), now(quote=replace(QUOTE, is_open=is_open))) == asked


@pytest.mark.parametrize(
    ("prices", "price", "asked"),
    [
        ({"last": Decimal(4900)}, "5000.00", {Ask.FAR_PRICE}),
        ({"last": None, "bid": Decimal(4900)}, "5000.00", {Ask.FAR_PRICE}),
        ({"last": None, "bid": None}, "5000.00", set()),
        ({"last": None, "bid": None}, "4900.00", {Ask.FAR_PRICE}),
    ],
)
def test_a_price_is_measured_from_the_last_trade_else_the_bid_else_the_ask(
    prices: dict[str, Decimal | None], price: str, asked: set[Ask]
) -> None:
    quote = replace(QUOTE, **prices)  # type: ignore[arg-type]  # prices by name
    assert asks(limit(price), now(quote=quote)) == asked


def test_a_price_is_far_from_a_market_below_zero() -> None:
    below_zero = replace(QUOTE, last=Decimal(-50))
    assert asks(limit("1.00"), now(quote=below_zero, limits=WIDE)) == {Ask.FAR_PRICE}


def test_a_price_exactly_as_far_as_may_be_is_not_asked_about() -> None:
    assert asks(limit("5050.00"), now(quote=replace(QUOTE, last=Decimal(5000)))) == set()


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (
            ticket(quantity="7"),
            Question(Ask.LARGE_QUANTITY, (("quantity", "7"), ("limit", "5"))),
        ),
        (
            limit("5112.75"),
            Question(
                Ask.FAR_PRICE,
                (("field", "Limit price"), ("price", "5112.75"), ("percent", "2.0%")),
            ),
        ),
        (
            stop("4912.25"),
            Question(
                Ask.FAR_PRICE, (("field", "Stop price"), ("price", "4912.25"), ("percent", "2.0%"))
            ),
        ),
    ],
)
def test_a_question_names_what_was_measured(typed: Ticket, asked: Question) -> None:
    assert planned(typed, now()).questions == (asked,)


def test_the_same_question_with_another_measure_is_not_a_new_one() -> None:
    assert not planned(limit("5112.75"), now()).asks_beyond(planned(limit("5113.00"), now()))


def test_the_same_question_about_another_field_is_a_new_one() -> None:
    assert planned(stop("4912.25"), now()).asks_beyond(planned(limit("5112.75"), now()))


def test_a_question_without_a_field_is_about_itself_alone() -> None:
    assert Question(Ask.LIVE_ACCOUNT).topic == (Ask.LIVE_ACCOUNT, "")
    assert Field.LIMIT_PRICE.value in planned(limit("5112.75"), now()).questions[0].topic
