"""Prices, money, ticks, ages and times as text. Figures only; sentences are in present.py."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from ctpanel.domain.instrument import tick_places
from ctpanel.domain.values import Price

NONE: Final = "\N{EN DASH}"
"""Stands where there is no figure."""

MINUS: Final = "\N{MINUS SIGN}"
"""As wide as a plus, so that figures do not jump when they change their sign."""


def price(value: Price | None, tick: Price) -> str:
    """A price with the decimals its tick has; an average may have two more."""
    if value is None:
        return NONE
    places = tick_places(tick)
    exact = value.quantize(Decimal(1).scaleb(-places))
    if abs(exact - value) * 1000 < tick:
        return format(exact, "f")
    return format(value.quantize(Decimal(1).scaleb(-places - 2)), "f")


def money(amount: Decimal | None) -> str:
    """Signed currency, to the cent."""
    if amount is None:
        return NONE
    sign = MINUS if amount < 0 else "+" if amount > 0 else ""
    return f"{sign}${abs(amount):,.2f}"


def ticks(points: Decimal | None, tick: Price) -> str:
    """Signed ticks per contract."""
    if points is None:
        return NONE
    count = points / tick
    shown = f"{abs(count):.1f}".removesuffix(".0")
    sign = MINUS if count < 0 else "+" if count > 0 else ""
    return f"{sign}{shown} {'tick' if shown == '1' else 'ticks'}"


def age(seconds: float) -> str:
    """How old something is."""
    if seconds == float("inf"):
        return "never read"
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"  # noqa: PLR2004 - ten seconds


def clock_time(at: datetime) -> str:
    """Time of day with milliseconds."""
    return f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}"
