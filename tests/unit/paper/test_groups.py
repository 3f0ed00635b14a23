"""Orders that belong together: OCO groups, and the brackets of ATM strategies."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from ctpanel.domain.order import OrderState
from ctpanel.domain.values import Action, OrderType
from ctpanel.paper.exchange import Exchange
from ctpanel.paper.model import PaperOrder
from tests.unit.paper.engines import (
    ASK,
    BID,
    move,
    net,
    place,
    still_exchange,
    wait,
    working,
)

TICK = Decimal("0.25")


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with still_exchange() as made:
        yield made


def resting(exchange: Exchange, oco_id: str, below: int = 5, account: str = "Sim102") -> PaperOrder:
    price = BID - below
    return place(exchange, account, order_type=OrderType.LIMIT, limit_price=price, oco_id=oco_id)


def test_a_fill_cancels_the_others_of_its_group(exchange: Exchange) -> None:
    first, second, other = (
        resting(exchange, "a"),
        resting(exchange, "a", 50),
        resting(exchange, "b"),
    )
    place(exchange, oco_id="a")
    assert first.state is second.state is OrderState.CANCELLED
    assert other.is_working


def test_a_cancel_cancels_the_others_of_its_group(exchange: Exchange) -> None:
    first, second = resting(exchange, "a"), resting(exchange, "a")
    exchange.cancel(first)
    wait(exchange)
    assert second.state is OrderState.CANCELLED


def test_a_rejection_cancels_the_others_of_its_group(exchange: Exchange) -> None:
    first = resting(exchange, "a")
    place(exchange, oco_id="a", order_type=OrderType.STOPMARKET, stop_price=BID)
    assert first.state is OrderState.CANCELLED


def test_the_first_part_of_a_fill_cancels_the_others(exchange: Exchange) -> None:
    first = resting(exchange, "a")
    place(exchange, oco_id="a", quantity=12)
    assert first.state is OrderState.CANCELLED
    assert first.filled == 0


def test_an_order_that_fills_in_parts_outlives_the_others_of_its_group(exchange: Exchange) -> None:
    resting(exchange, "a")
    large = place(exchange, oco_id="a", quantity=12)
    assert large.filled == 12


def test_a_group_lives_in_one_account(exchange: Exchange) -> None:
    elsewhere = resting(exchange, "a", account="Sim101")
    place(exchange, oco_id="a")
    assert elsewhere.is_working


@pytest.mark.parametrize("how", ["filled", "cancelled", "rejected"])
def test_an_id_that_was_used_up_is_rejected(exchange: Exchange, how: str) -> None:
    if how == "filled":
        place(exchange, oco_id="a")
    elif how == "cancelled":
        exchange.cancel(resting(exchange, "a"))
        wait(exchange)
    else:
        place(exchange, oco_id="a", order_type=OrderType.STOPMARKET, stop_price=BID)
    again = resting(exchange, "a")
    assert again.state is OrderState.REJECTED
    assert again.reason == "OCO ID 'a' cannot be reused"


def test_an_id_used_up_in_one_account_is_fresh_in_another(exchange: Exchange) -> None:
    place(exchange, oco_id="a")
    assert resting(exchange, "a", account="Sim101").is_working


# --- ATM strategies ---------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "sign"), [(Action.BUY, 1), (Action.SELL, -1)])
def test_a_strategy_brackets_its_entry(exchange: Exchange, action: Action, sign: int) -> None:
    entry = place(exchange, action=action, quantity=3, strategy="Scalp 3")
    price = entry.average_fill
    assert price is not None
    stop, target = working(exchange)
    assert (stop.asked.name, stop.asked.order_type) == ("Stop1", OrderType.STOPMARKET)
    assert (target.asked.name, target.asked.order_type) == ("Target1", OrderType.LIMIT)
    assert stop.asked.stop_price == price - sign * 8 * TICK
    assert target.asked.limit_price == price + sign * 8 * TICK
    assert {stop.asked.action, target.asked.action} == {
        Action.SELL if action is Action.BUY else Action.BUY
    }
    assert {stop.asked.quantity, target.asked.quantity} == {3}


@pytest.mark.parametrize(("steps", "points"), [(10, 8), (-10, -8)])
def test_a_brackets_end_closes_the_position_and_the_other_side(
    exchange: Exchange, steps: int, points: int
) -> None:
    entry = place(exchange, strategy="Scalp 1")
    move(exchange, steps)
    assert (net(exchange), working(exchange)) == (0, [])
    exit_price, price = exchange.fills[-1].price, entry.average_fill
    assert price is not None
    assert abs(exit_price - price) >= abs(points) * TICK


def test_an_entry_that_fills_in_parts_is_bracketed_part_by_part(exchange: Exchange) -> None:
    template = exchange._templates["Runner 3"]
    with_twelve = {"Runner 12": type(template)(12, 16, 40)}
    exchange._templates = with_twelve
    place(exchange, quantity=12, strategy="Runner 12")
    stops = [o.asked.quantity for o in working(exchange) if o.asked.name == "Stop1"]
    assert stops == [5, 5, 2]


def test_a_resting_entry_has_no_bracket_yet(exchange: Exchange) -> None:
    entry = place(exchange, order_type=OrderType.LIMIT, limit_price=BID - 5, strategy="Scalp 1")
    assert working(exchange) == [entry]


@pytest.mark.parametrize(
    ("quantity", "strategy"), [(2, "Scalp 1"), (1, "Scalp 3"), (4, "Runner 3")]
)
def test_a_strategy_of_another_quantity_is_rejected(
    exchange: Exchange, quantity: int, strategy: str
) -> None:
    order = place(exchange, quantity=quantity, strategy=strategy)
    assert order.state is OrderState.REJECTED
    assert "does not match the order quantity" in order.reason
    assert net(exchange) == 0


def test_a_strategy_nobody_saved_is_rejected(exchange: Exchange) -> None:
    order = place(exchange, strategy="Scalp")
    assert order.reason == "ATM strategy template 'Scalp' was not found"
    assert exchange.fills == []


def test_brackets_do_not_use_up_the_entrys_own_group(exchange: Exchange) -> None:
    place(exchange, strategy="Scalp 1", oco_id="mine")
    groups = {order.asked.oco_id for order in working(exchange)}
    assert len(groups) == 1
    assert "mine" not in groups


def test_prices_of_a_bracket_are_on_the_tick(exchange: Exchange) -> None:
    place(exchange, strategy="Scalp 1")
    stop, target = working(exchange)
    assert stop.asked.stop_price == ASK - 2
    assert target.asked.limit_price == ASK + 2


@pytest.mark.parametrize("gap", range(1, 60, 4))
def test_an_order_that_its_group_cancels_while_it_is_taken_in_never_works(
    exchange: Exchange, gap: int
) -> None:
    def crossing(quantity: int) -> PaperOrder:
        return place(
            exchange,
            "Sim102",
            quantity=quantity,
            order_type=OrderType.LIMIT,
            limit_price=ASK + 10,
            oco_id="a",
        )

    first = crossing(1)
    wait(exchange, gap)
    second = crossing(3)
    wait(exchange, 500)
    assert (first.filled, second.filled) == (1, 0)
    words = [word for _, word in second.history]
    pending = OrderState.CANCEL_PENDING.value
    assert pending not in words or words.index(pending) == len(words) - 2
