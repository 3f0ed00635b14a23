"""A position and what it is worth."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.domain.position import FLAT, Position, open_points, open_profit
from ctpanel.domain.values import Action, Side


@pytest.mark.parametrize(("side", "quantity"), [(Side.FLAT, 1), (Side.LONG, 0), (Side.SHORT, -2)])
def test_a_contradictory_position_cannot_be_made(side: Side, quantity: int) -> None:
    with pytest.raises(ValueError, match="a position cannot be"):
        Position(side, quantity)


@given(st.integers(-1000, 1000))
def test_a_position_reads_back_from_its_signed_size(net: int) -> None:
    position = Position.of_net(net, Decimal(5))
    assert position.net == net
    assert position.is_flat is (net == 0)


@given(st.integers(-50, 50), st.integers(1, 9999), st.integers(1, 9999))
def test_profit_is_signed_size_times_points_gained(net: int, entry: int, last: int) -> None:
    position = Position.of_net(net, Decimal(entry))
    profit = open_profit(position, Decimal(last), Decimal(5))
    assert profit == (None if net == 0 else (last - entry) * net * 5)


def test_a_short_gains_when_the_price_falls() -> None:
    short = Position(Side.SHORT, 2, Decimal(100))
    assert open_points(short, Decimal(98)) == 2


def test_a_flat_position_has_no_profit_to_show() -> None:
    assert open_profit(FLAT, Decimal(5), Decimal(50)) is None


@pytest.mark.parametrize(
    ("side", "action"),
    [(Side.LONG, Action.SELL), (Side.SHORT, Action.BUY), (Side.FLAT, None)],
)
def test_reversing_takes_the_action_against_the_side(side: Side, action: Action | None) -> None:
    assert Action.against(side) is action
