"""The arithmetic of a position, against a model that only adds up cash."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ctpanel.paper.model import Holding

FILLS = st.lists(
    st.tuples(
        st.integers(-20, 20).filter(bool),
        st.integers(-4000, 40_000).map(lambda ticks: ticks * Decimal("0.25")),
    ),
    max_size=30,
)


def held(fills: list[tuple[int, Decimal]]) -> Holding:
    holding = Holding()
    for signed, price in fills:
        holding.apply(signed, price)
    return holding


def naive_average(fills: list[tuple[int, Decimal]]) -> Fraction:
    """The average entry, contract by contract: what reduces leaves it, what crosses starts anew."""
    net, average = 0, Fraction(0)
    for signed, price in fills:
        for _ in range(abs(signed)):
            step = 1 if signed > 0 else -1
            if net * step >= 0:
                average = (average * abs(net) + Fraction(price)) / (abs(net) + 1)
            net += step
    return average


@given(FILLS)
def test_the_net_is_the_sum_of_the_fills(fills: list[tuple[int, Decimal]]) -> None:
    assert held(fills).net == sum(signed for signed, _ in fills)


@given(FILLS)
def test_the_average_is_that_of_single_contracts(fills: list[tuple[int, Decimal]]) -> None:
    holding = held(fills)
    if holding.net:
        assert abs(Fraction(holding.average) - naive_average(fills)) < Fraction(1, 10**15)


@given(FILLS, st.integers(0, 40_000))
def test_closed_and_open_profit_together_are_what_the_cash_says(
    fills: list[tuple[int, Decimal]], market: int
) -> None:
    holding = held(fills)
    cash = sum((signed * (market - Fraction(price)) for signed, price in fills), Fraction(0))
    opened = holding.net * (market - Fraction(holding.average))
    assert abs(Fraction(holding.realised) + opened - cash) < Fraction(1, 10**12)


@given(FILLS)
def test_one_fill_in_two_parts_is_the_same_position(fills: list[tuple[int, Decimal]]) -> None:
    halves = [
        part
        for signed, price in fills
        for part in ((signed // 2, price), (signed - signed // 2, price))
        if part[0]
    ]
    whole, parts = held(fills), held(halves)
    assert parts.net == whole.net
    if whole.net:
        assert abs(parts.average - whole.average) < Decimal("1e-15")
