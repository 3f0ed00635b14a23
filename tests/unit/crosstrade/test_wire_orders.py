"""Orders, fills and history as they come.

https://docs.crosstrade.io/api/orders/get-order
"""

from decimal import Decimal
from typing import Any

import pytest

from ctpanel.crosstrade.errors import Garbled
from ctpanel.crosstrade.wire import orders as wire
from ctpanel.domain.order import OrderState
from ctpanel.domain.values import Action, OrderType
from tests.fakes.examples import MES
from tests.unit.crosstrade.samples import read

ORDER = {
    "account": "Sim101",
    "orderId": "cb1fc8d4e1a84d29ae38fea964aaac8c",
    "name": "Entry",
    "instrument": "MES 12-26",
    "instrumentType": "Future",
    "orderAction": "Sell",
    "orderType": "StopLimit",
    "orderState": "PartFilled",
    "quantity": 3,
    "filled": 1,
    "averageFillPrice": 5011.75,
    "limitPrice": 5011.5,
    "stopPrice": 5011.75,
    "timeInForce": "Gtc",
    "oco": "x1",
    "fromEntrySignal": None,
    "gtd": "2099-12-01T00:00:00.0000000",
    "hasOverfill": False,
    "isBacktestOrder": False,
}


def one(**changes: object) -> Any:  # noqa: ANN401 - shorter than its type
    (found,) = wire.orders(read({"orders": [{**ORDER, **changes}], "success": True}), "Sim101")
    return found


def test_an_order_is_read_whole() -> None:
    found = one()
    assert (found.order_id, found.account, found.contract) == (ORDER["orderId"], "Sim101", MES)
    assert (found.action, found.order_type) == (Action.SELL, OrderType.STOPLIMIT)
    assert (found.state, found.quantity, found.filled) == (OrderState.PART_FILLED, 3, 1)
    assert (found.limit_price, found.stop_price) == (Decimal("5011.5"), Decimal("5011.75"))
    assert (found.average_fill, found.oco_id) == (Decimal("5011.75"), "x1")
    assert (found.name, found.time_in_force) == ("Entry", "GTC")


@pytest.mark.parametrize(
    "body", [{"orders": [ORDER]}, [ORDER], {"success": True, "data": {"orders": [ORDER]}}]
)
def test_orders_are_read_from_every_envelope(body: object) -> None:
    assert wire.orders(read(body), "Sim101") == (one(),)


def test_one_order_is_read_flat() -> None:
    assert wire.order(read({**ORDER, "success": True}), "Sim101") == one()


def test_prices_of_zero_are_none() -> None:
    found = one(limitPrice=0.0, stopPrice=0, averageFillPrice=0.0)
    assert (found.limit_price, found.stop_price, found.average_fill) == (None, None, None)


def test_prices_that_do_not_apply_are_none_whatever_they_say() -> None:
    found = one(orderType="Market", filled=0)
    assert (found.limit_price, found.stop_price, found.average_fill) == (None, None, None)
    assert one(orderType="Limit").stop_price is None
    assert one(orderType="StopMarket").limit_price is None


def test_prices_of_an_unknown_order_type_are_kept() -> None:
    found = one(orderType="MIT")
    assert found.order_type is None
    assert found.stop_price == Decimal("5011.75")


@pytest.mark.parametrize(
    ("word", "action"),
    [
        ("Buy", Action.BUY),
        ("BuyToCover", Action.BUY),
        ("Sell", Action.SELL),
        ("SellShort", Action.SELL),
        ("SELL", Action.SELL),
    ],
)
def test_ninjatraders_four_actions_are_two(word: str, action: Action) -> None:
    assert one(orderAction=word).action is action


def test_an_action_may_come_under_its_other_name() -> None:
    bare = {k: v for k, v in ORDER.items() if k != "orderAction"}
    assert wire.order(read({**bare, "action": "Buy"}), "Sim101").action is Action.BUY


@pytest.mark.parametrize("word", ["", "Hold", "Buy Sell"])
def test_an_order_that_neither_buys_nor_sells_is_garbled(word: str) -> None:
    with pytest.raises(Garbled):
        one(orderAction=word)


@pytest.mark.parametrize("state", list(OrderState))
def test_every_order_state_is_read_in_any_case(state: OrderState) -> None:
    assert one(orderState=state.value.upper()).state is state


@pytest.mark.parametrize("word", ["Exploded", "", "Fill"])
def test_a_state_we_do_not_know_is_not_taken_for_finished(word: str) -> None:
    found = one(orderState=word)
    assert found.state is OrderState.OTHER
    assert found.is_working


def test_a_cancelled_order_keeps_what_it_filled() -> None:
    found = one(orderState="Cancelled", filled=2)
    assert (found.is_working, found.net_filled) == (False, -2)


@pytest.mark.parametrize("key", ["orderId", "instrument", "orderState", "quantity"])
def test_an_order_without_a_required_key_is_garbled(key: str) -> None:
    with pytest.raises(Garbled):
        wire.orders(read([{k: v for k, v in ORDER.items() if k != key}]), "Sim101")


@pytest.mark.parametrize("key", ["quantity", "filled"])
@pytest.mark.parametrize("value", [-1, True, 1.5, 3.0, "3", None])
def test_a_number_of_contracts_that_is_none_is_garbled(key: str, value: object) -> None:
    with pytest.raises(Garbled):
        one(**{key: value})


def test_orders_of_stocks_and_continuous_contracts_are_left_out() -> None:
    others = [
        {**ORDER, "instrument": "ES ##-##"},
        {**ORDER, "instrument": "AAPL", "instrumentType": "Stock"},
    ]
    assert wire.orders(read(others), "Sim101") == ()


def test_an_order_of_an_undated_future_makes_the_list_garbled() -> None:
    with pytest.raises(Garbled):
        one(instrument="MES")


def test_texts_of_an_order_are_made_harmless() -> None:
    found = one(name="Stop1\u202e\n\x1b[31m" + "x" * 999, oco=None, timeInForce="day\u0000")
    assert found.name.isprintable()
    assert len(found.name) <= 200
    assert (found.oco_id, found.time_in_force) == ("", "DAY")


def test_an_order_that_is_listed_twice_alike_is_one_order() -> None:
    assert wire.orders(read([ORDER, {**ORDER, "extra": 1}]), "Sim101") == (one(),)


@pytest.mark.parametrize(
    "change", [{"filled": 3}, {"orderState": "Filled"}, {"orderAction": "Buy"}, {"quantity": 4}]
)
def test_an_order_that_is_listed_twice_but_not_alike_is_garbled(change: dict[str, object]) -> None:
    with pytest.raises(Garbled):
        wire.orders(read([ORDER, {**ORDER, **change}]), "Sim101")


def test_orders_of_other_ids_are_other_orders_however_alike() -> None:
    assert len(wire.orders(read([ORDER, {**ORDER, "orderId": "b2"}]), "Sim101")) == 2


def test_a_fill_that_is_told_twice_is_one_fill() -> None:
    assert len(wire.executions(read([FILL, FILL]))) == 1
    with pytest.raises(Garbled):
        wire.executions(read([FILL, {**FILL, "quantity": 1}]))


FILL = {
    "id": "f1",
    "type": "NinjaTrader.Cbi.Execution",
    "time": "2026-11-23T08:30:00.0000000",
    "epoch": 1795444200123,
    "orderId": "a1",
    "instrument": "MES 12-26",
    "instrumentType": "Future",
    "quantity": 3,
    "price": 5011.750000000455,
}


def test_executions_are_read_with_their_exact_price() -> None:
    (found,) = wire.executions(read({"executions": [FILL], "success": True}))
    assert (found.execution_id, found.order_id, found.contract) == ("f1", "a1", MES)
    assert (found.quantity, str(found.price)) == (3, "5011.750000000455")


def test_a_history_keeps_states_and_what_has_none() -> None:
    events = [
        {"type": "state", "state": "Working", "time": "t1"},
        {"type": "request", "time": "t0"},
    ]
    first, second = wire.lifecycle(read({"orderId": "a1", "events": events}), "Sim101")
    assert (first.state, first.at) == (OrderState.WORKING, "t1")
    assert (second.kind, second.state) == ("request", None)


def test_a_history_that_tells_of_another_account_is_garbled() -> None:
    events = [{"type": "state", "state": "Working", "account": "Sim102"}]
    with pytest.raises(Garbled):
        wire.lifecycle(read({"events": events}), "Sim101")


def test_a_status_is_read() -> None:
    assert wire.order_status(read({"status": "Filled", "success": True})) is OrderState.FILLED


@pytest.mark.parametrize("body", [{}, {"status": 3}, [], "Filled", None])
def test_a_status_that_is_none_is_garbled(body: object) -> None:
    with pytest.raises(Garbled):
        wire.order_status(read(body))
