"""The proof of flat: all of it at once, twice, and apart."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ctpanel.domain.evidence import Reading
from ctpanel.domain.flat import is_proved_flat
from ctpanel.domain.order import Execution, Order, OrderState
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.values import Action, OrderType, Side
from tests.fakes.examples import MES, intent, order

SENT = intent()
CLOSE = order("close")
RESTING = order(
    "resting", order_type=OrderType.LIMIT, state=OrderState.WORKING, quantity=1, filled=0
)


def flat(at: float, *orders: Order) -> Reading:
    return Reading(at, FLAT, orders or (CLOSE,))


HELD = replace(flat(0.2), position=Position(Side.LONG, 3))


def is_proved(*readings: Reading) -> bool:
    return is_proved_flat(SENT, readings)


def is_shown(reading: Reading) -> bool:
    """Whether two such readings are a proof."""
    return is_proved(replace(reading, at=0.0), replace(reading, at=1.0))


def test_two_readings_far_enough_apart_prove_it() -> None:
    assert is_proved(flat(0.0), flat(0.4))


@pytest.mark.parametrize("readings", [(), (flat(1.0),), (flat(1.0), flat(1.3))])
def test_fewer_or_closer_readings_prove_nothing(readings: tuple[Reading, ...]) -> None:
    assert not is_proved(*readings)


def test_readings_close_to_each_other_prove_it_together() -> None:
    assert is_proved(flat(1.0), flat(1.25), flat(1.5))


def test_a_position_in_between_breaks_the_proof() -> None:
    assert not is_proved(flat(0.0), HELD, flat(0.4))


def test_a_position_read_last_breaks_the_proof() -> None:
    assert not is_proved(flat(0.0), flat(1.0), replace(HELD, at=2.0))


def test_orders_that_changed_in_between_break_the_proof() -> None:
    gone = replace(RESTING, state=OrderState.CANCELLED)
    assert not is_proved(flat(0.0), flat(1.0, CLOSE, gone))


def test_somebody_elses_finished_orders_do_not_matter_when_they_cancel_out() -> None:
    others = (order("x", quantity=1, filled=1), order("y", action=Action.BUY, quantity=1, filled=1))
    assert is_shown(flat(0.0, CLOSE, *others))


NOT_FLAT = {
    "the position is held": Reading(0.0, Position(Side.LONG, 3), (CLOSE,)),
    "the orders do not explain it": flat(0.0, CLOSE, order("x", quantity=1, filled=1)),
    "somebody else closed": flat(
        0.0, order("x", quantity=2, filled=2), order("y", quantity=1, filled=1)
    ),
    "the close has not filled, another has": flat(
        0.0,
        replace(CLOSE, filled=0, state=OrderState.REJECTED),
        order("x", quantity=2, filled=2),
        order("y", quantity=1, filled=1),
    ),
    "an order is working": flat(0.0, CLOSE, RESTING),
    "a fill of an order that is not listed": replace(
        flat(0.0), fills=(Execution("f1", "stranger", MES, 1, Decimal(5012), ""),)
    ),
}


@pytest.mark.parametrize("reading", NOT_FLAT.values(), ids=NOT_FLAT)
def test_it_is_no_proof_when(reading: Reading) -> None:
    assert not is_shown(reading)
