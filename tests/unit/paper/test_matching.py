"""How the paper exchange fills, rests, triggers, cancels and rejects single orders."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from ctpanel.domain.order import OrderState
from ctpanel.domain.values import Action, OrderType
from ctpanel.paper.exchange import DEPTH, Exchange
from tests.fakes.examples import MES
from tests.unit.paper.engines import (
    ASK,
    BID,
    asked,
    move,
    net,
    place,
    states,
    still_exchange,
    wait,
    working,
)


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with still_exchange() as made:
        yield made


@pytest.mark.parametrize(
    ("action", "price", "held"), [(Action.BUY, ASK, 1), (Action.SELL, BID, -1)]
)
def test_a_market_order_fills_at_the_other_side(
    exchange: Exchange, action: Action, price: Decimal, held: int
) -> None:
    order = place(exchange, action=action)
    assert order.average_fill == price
    assert net(exchange) == held


def test_a_filled_order_went_through_every_state(exchange: Exchange) -> None:
    assert states(place(exchange)) == ["Submitted", "Accepted", "Working", "Filled"]


def test_an_order_takes_time_to_fill(exchange: Exchange) -> None:
    order = exchange.submit("Sim102", asked())
    assert order.state is OrderState.SUBMITTED
    wait(exchange, 54)
    assert (order.state, net(exchange)) == (OrderState.WORKING, 0)
    wait(exchange, 1)
    assert (order.state, net(exchange)) == (OrderState.FILLED, 1)


def test_an_order_without_the_broker_is_taken_and_waits_for_it(exchange: Exchange) -> None:
    exchange.faults.broker = "lost"
    order = place(exchange)
    assert states(order) == ["Submitted"]
    exchange.faults.broker = "connected"
    wait(exchange)
    assert net(exchange) == 1


def test_a_resting_order_does_not_fill_without_the_broker(exchange: Exchange) -> None:
    order = place(exchange, order_type=OrderType.LIMIT, limit_price=BID)
    exchange.faults.broker = "lost"
    move(exchange, -8)
    assert (order.state, net(exchange)) == (OrderState.WORKING, 0)
    exchange.faults.broker = "connected"
    wait(exchange)
    assert net(exchange) == 1


def test_a_large_order_fills_in_parts_of_the_books_depth(exchange: Exchange) -> None:
    order = place(exchange, quantity=2 * DEPTH + 2)
    sizes = [fill.quantity for fill in exchange.fills]
    assert sizes == [DEPTH, DEPTH, 2]
    assert states(order)[-3:] == ["PartFilled", "PartFilled", "Filled"]
    assert net(exchange) == 2 * DEPTH + 2


@pytest.mark.parametrize(("action", "away"), [(Action.BUY, -4), (Action.SELL, 4)])
def test_a_limit_rests_until_the_market_comes_to_it(
    exchange: Exchange, action: Action, away: int
) -> None:
    price = (BID if action is Action.SELL else ASK) + away * Decimal("0.25")
    order = place(exchange, action=action, order_type=OrderType.LIMIT, limit_price=price)
    assert order.state is OrderState.WORKING
    move(exchange, away - (1 if away > 0 else -1))
    assert order.filled == 0
    move(exchange, 1 if away > 0 else -1)
    assert (order.state, order.average_fill) == (OrderState.FILLED, price)


def test_a_limit_through_the_market_fills_at_the_markets_better_price(exchange: Exchange) -> None:
    order = place(exchange, order_type=OrderType.LIMIT, limit_price=ASK + 10)
    assert order.average_fill == ASK


@pytest.mark.parametrize(
    ("action", "price", "steps"), [(Action.BUY, ASK + 1, 4), (Action.SELL, BID - 1, -4)]
)
def test_a_stop_becomes_a_market_order_when_it_is_reached(
    exchange: Exchange, action: Action, price: Decimal, steps: int
) -> None:
    order = place(exchange, action=action, order_type=OrderType.STOPMARKET, stop_price=price)
    assert (order.state, order.triggered) == (OrderState.WORKING, False)
    move(exchange, steps)
    assert (order.state, order.average_fill) == (OrderState.FILLED, price)


def test_a_stop_that_is_jumped_over_fills_at_the_market(exchange: Exchange) -> None:
    order = place(exchange, order_type=OrderType.STOPMARKET, stop_price=ASK + 1)
    move(exchange, 100)
    assert order.average_fill == ASK + 25


@pytest.mark.parametrize(
    ("action", "price", "text"),
    [
        (Action.BUY, ASK, "Buy stop or buy stop limit orders can't be placed below the market."),
        (Action.BUY, BID, "Buy stop or buy stop limit orders can't be placed below the market."),
        (Action.SELL, BID, "Sell stop or sell stop limit orders can't be placed above the market."),
        (Action.SELL, ASK, "Sell stop or sell stop limit orders can't be placed above the market."),
    ],
)
@pytest.mark.parametrize("kind", [OrderType.STOPMARKET, OrderType.STOPLIMIT])
def test_a_stop_on_the_wrong_side_is_rejected(
    exchange: Exchange, kind: OrderType, action: Action, price: Decimal, text: str
) -> None:
    limit = price if kind is OrderType.STOPLIMIT else None
    order = place(exchange, action=action, order_type=kind, stop_price=price, limit_price=limit)
    assert (order.state, order.reason) == (OrderState.REJECTED, text)
    assert net(exchange) == 0


def test_a_stop_limit_fills_within_its_limit(exchange: Exchange) -> None:
    prices = {"stop_price": ASK + 1, "limit_price": ASK + 2}
    order = place(exchange, order_type=OrderType.STOPLIMIT, **prices)
    move(exchange, 6)
    assert order.average_fill == ASK + Decimal("1.5")


def test_a_stop_limit_rests_when_the_market_jumps_over_its_limit(exchange: Exchange) -> None:
    prices = {"stop_price": ASK + 1, "limit_price": ASK + 2}
    order = place(exchange, order_type=OrderType.STOPLIMIT, **prices)
    move(exchange, 40)
    assert (order.triggered, order.filled) == (True, 0)
    move(exchange, -34)
    assert order.average_fill == ASK + Decimal("1.5")


@pytest.mark.parametrize("name", ["limit_price", "stop_price"])
def test_a_price_off_the_tick_is_rejected(exchange: Exchange, name: str) -> None:
    kind = OrderType.LIMIT if name == "limit_price" else OrderType.STOPMARKET
    order = place(exchange, order_type=kind, **{name: ASK + Decimal("1.1")})
    assert order.state is OrderState.REJECTED
    assert "tick size 0.25" in order.reason


def test_a_resting_order_is_cancelled_after_a_moment(exchange: Exchange) -> None:
    order = place(exchange, order_type=OrderType.LIMIT, limit_price=BID - 5)
    exchange.cancel(order)
    assert order.is_working
    wait(exchange, 20)
    assert states(order)[-2:] == ["CancelPending", "Cancelled"]
    move(exchange, -40)
    assert net(exchange) == 0


def test_a_cancelled_order_keeps_the_parts_that_filled(exchange: Exchange) -> None:
    order = exchange.submit("Sim102", asked(quantity=12))
    wait(exchange, 56)
    exchange.cancel(order)
    wait(exchange)
    assert (order.state, order.filled) == (OrderState.CANCELLED, DEPTH)
    assert net(exchange) == DEPTH


def test_a_finished_order_is_not_cancelled(exchange: Exchange) -> None:
    order = place(exchange)
    exchange.cancel(order)
    wait(exchange)
    assert order.state is OrderState.FILLED


def test_working_orders_are_those_of_one_account_and_contract(exchange: Exchange) -> None:
    mine = place(exchange, order_type=OrderType.LIMIT, limit_price=BID - 5)
    place(exchange, "Sim101", order_type=OrderType.LIMIT, limit_price=BID - 5)
    assert working(exchange) == [mine]
    assert len(exchange.working("Sim102")) == 1


def test_a_fill_knows_its_order_and_moves_the_last_price(exchange: Exchange) -> None:
    order = place(exchange, quantity=2)
    (fill,) = exchange.fills
    assert (fill.order_id, fill.quantity, fill.price) == (order.order_id, 2, ASK)
    assert exchange.market.book(MES).price(exchange.market.book(MES).last) == ASK


def test_an_earlier_position_can_still_be_seen(exchange: Exchange) -> None:
    place(exchange)
    first = exchange.now_ms
    place(exchange, quantity=2)
    assert exchange.holding_at("Sim102", MES, first).net == 1
    assert exchange.holding_at("Sim102", MES, exchange.now_ms).net == 3
    assert exchange.holding_at("Sim101", MES, 0).net == 3


def test_two_orders_with_one_custom_id_are_both_kept(exchange: Exchange) -> None:
    resting = {"order_type": OrderType.LIMIT, "limit_price": BID - 5, "order_id": "own-1"}
    for _ in range(2):
        place(exchange, **resting)
    assert len(working(exchange)) == 2
    move(exchange, -40)
    assert net(exchange) == 2
