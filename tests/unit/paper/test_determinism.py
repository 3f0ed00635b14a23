"""The same seed and the same calls give the same day."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from ctpanel.domain.values import Action, OrderType
from ctpanel.paper import reversal
from ctpanel.paper.exchange import Exchange
from ctpanel.paper.faults import Faults
from ctpanel.paper.market import front_month
from ctpanel.paper.model import Fill, NewOrder
from tests.fakes.examples import MES
from tests.fakes.fake_server import new_exchange
from tests.unit.paper.engines import BID, asked

CALLS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "limit", "stop", "close", "reverse", "cancel", "atm"]),
        st.integers(1, 12),
        st.integers(0, 700),
    ),
    max_size=12,
)


def play(exchange: Exchange, calls: list[tuple[str, int, int]]) -> tuple[list[Fill], list[str]]:
    """Make these calls, each some milliseconds after the one before."""
    for name, quantity, ms in calls:
        _call(exchange, name, quantity)
        exchange.advance(exchange.now_ms + ms)
    exchange.advance(exchange.now_ms + 10_000)
    return exchange.fills, [order.order_id for order in exchange.orders]


def _call(exchange: Exchange, name: str, quantity: int) -> None:
    price = BID - Decimal("0.25") * quantity
    orders: dict[str, NewOrder] = {
        "buy": asked(quantity=quantity),
        "limit": asked(order_type=OrderType.LIMIT, limit_price=price),
        "stop": asked(action=Action.SELL, order_type=OrderType.STOPMARKET, stop_price=price),
        "atm": asked(strategy="Scalp 1"),
    }
    if name in orders:
        exchange.submit("Sim101", orders[name])
    elif name == "close":
        reversal.close(exchange, "Sim101", MES)
    elif name == "reverse":
        reversal.reverse(exchange, "Sim101", asked(action=Action.SELL, quantity=quantity))
    else:
        for order in exchange.working("Sim101"):
            exchange.cancel(order)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), CALLS)
def test_the_same_seed_and_calls_give_the_same_fills_and_ids(
    seed: int, calls: list[tuple[str, int, int]]
) -> None:
    first, second = (play(new_exchange(Faults(), seed=seed), calls) for _ in range(2))
    assert first == second


@settings(max_examples=40, deadline=None)
@given(CALLS)
def test_how_often_time_is_looked_at_changes_nothing(calls: list[tuple[str, int, int]]) -> None:
    coarse, fine = new_exchange(Faults()), new_exchange(Faults())
    for name, quantity, ms in calls:
        for exchange in (coarse, fine):
            _call(exchange, name, quantity)
        coarse.advance(coarse.now_ms + ms)
        for _ in range(ms):
            fine.advance(fine.now_ms + 1)
    assert coarse.fills == fine.fills
    assert coarse.now_ms == fine.now_ms


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), CALLS)
def test_positions_are_the_sum_of_their_fills_and_orders_never_overfill(
    seed: int, calls: list[tuple[str, int, int]]
) -> None:
    exchange = new_exchange(Faults(), seed=seed)
    fills, _ = play(exchange, calls)
    assert exchange.accounts["Sim101"].net(MES) == 3 + sum(
        fill.action.sign * fill.quantity for fill in fills
    )
    for order in exchange.orders:
        own = sum(fill.quantity for fill in fills if fill.order_id == order.order_id)
        assert order.filled == own <= max(0, order.asked.quantity)


def test_another_seed_gives_another_day() -> None:
    calls = [("buy", 1, 500)] * 12
    days = [play(new_exchange(Faults(), seed=seed), calls) for seed in (1, 2)]
    assert days[0][1] != days[1][1]
    assert [f.price for f in days[0][0]] != [f.price for f in days[1][0]]


def test_ids_are_32_hex_digits_and_never_the_same() -> None:
    exchange = new_exchange(Faults())
    ids = {exchange.new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(i) == 32 and int(i, 16) >= 0 for i in ids)


def test_a_contract_rolls_in_its_delivery_month() -> None:
    spec = new_exchange(Faults()).market.book(MES).spec
    days = {
        date(2026, 11, 23): "MES 12-26",
        date(2026, 12, 11): "MES 12-26",
        date(2026, 12, 12): "MES 03-27",
        date(2027, 1, 1): "MES 03-27",
    }
    assert {day: front_month(spec, day).name for day in days} == days
