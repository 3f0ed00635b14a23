"""Figures as they are shown."""

from decimal import Decimal

import pytest

from ctpanel.ui.numbers import MINUS, NONE, age, clock_time, money, price, ticks
from tests.fakes.clocks import START


@pytest.mark.parametrize(
    ("value", "tick", "shown"),
    [
        ("5012.25", "0.25", "5012.25"),
        ("5012", "0.25", "5012.00"),
        ("5012.2500000455", "0.25", "5012.25"),
        ("5011.8333333333", "0.25", "5011.8333"),
        ("38610", "1", "38610"),
        ("110.515625", "0.015625", "110.515625"),
        ("0.0067125", "0.0000005", "0.0067125"),
        ("2031.4", "0.1", "2031.4"),
    ],
)
def test_a_price_has_the_decimals_of_its_tick(value: str, tick: str, shown: str) -> None:
    assert price(Decimal(value), Decimal(tick)) == shown


def test_no_price_is_a_dash() -> None:
    assert price(None, Decimal("0.25")) == NONE


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("18.75", "+$18.75"),
        ("-3.75", f"{MINUS}$3.75"),
        ("0", "$0.00"),
        ("-12345.6", f"{MINUS}$12,345.60"),
    ],
)
def test_money_has_its_sign_and_its_cents(amount: str, shown: str) -> None:
    assert money(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("points", "shown"),
    [("1.25", "+5 ticks"), ("-0.25", f"{MINUS}1 tick"), ("0", "0 ticks"), ("0.125", "+0.5 ticks")],
)
def test_ticks_have_their_sign_and_their_number(points: str, shown: str) -> None:
    assert ticks(Decimal(points), Decimal("0.25")) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.34, "0.3 s"), (9.94, "9.9 s"), (72.4, "72 s"), (float("inf"), "never read")],
)
def test_an_age_is_exact_while_it_is_small(seconds: float, shown: str) -> None:
    assert age(seconds) == shown


def test_a_time_has_its_milliseconds() -> None:
    assert clock_time(START.replace(microsecond=512_900)) == "14:30:00.512"
