"""Contracts, their spellings, and tick arithmetic. Nothing here knows what is traded where."""

import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ctpanel.domain.values import PRICE_CEILING, Price

MONTH_CODES: Final = "FGHJKMNQUVXZ"
"""CME month letters, January first."""

_MONTH_NAMES: Final = (
    *("JAN", "FEB", "MAR", "APR", "MAY", "JUN"),
    *("JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
)
_ROOT: Final = r"(?P<root>[A-Z0-9]{1,6})"
_DATED: Final = re.compile(rf"{_ROOT} +(?P<month>\d{{1,2}})-(?P<year>\d{{2}})")
_NAMED: Final = re.compile(rf"{_ROOT} +(?P<name>{'|'.join(_MONTH_NAMES)})(?P<year>\d{{2}})")
_CODED: Final = re.compile(
    rf"(?P<root>[A-Z0-9]{{1,6}}?)(?P<code>[{MONTH_CODES}])(?P<year>\d{{1,2}})"
)
_CONTINUOUS: Final = re.compile(rf"{_ROOT}1!")
_ROOT_ONLY: Final = re.compile(_ROOT)
_PLAIN_NUMBER: Final = re.compile(r"-?\d{1,12}(\.\d{1,12})?")


@dataclass(frozen=True, slots=True, order=True)
class Contract:
    """One dated future, e.g. MES 12-26; the only form that is ever sent in an order."""

    root: str
    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.root} {self.month:02d}-{self.year % 100:02d}"

    @property
    def name(self) -> str:
        """NinjaTrader's spelling, `ROOT MM-YY`."""
        return str(self)

    def expired_before(self, today: date) -> bool:
        """Whether its delivery month is over. The quote's own expiry date is stricter; use both."""
        return (self.year, self.month) < (today.year, today.month)

    @classmethod
    def from_name(cls, name: str) -> "Contract":
        """Read `ROOT MM-YY`.

        Raises:
            ValueError: the text is not a dated contract.
        """
        match = _DATED.fullmatch(name)
        if match is None or not 1 <= int(match["month"]) <= len(MONTH_CODES):
            raise ValueError(f"not a dated contract: {name!r}")
        return cls(match["root"], 2000 + int(match["year"]), int(match["month"]))


def query_for(text: str, today: date) -> str | None:
    """What to ask the server's quote for, given what the user typed; None when it is unreadable.

    Accepts `MES 12-26`, `MES DEC26`, `MESZ6`, `MESZ26`, `MES1!` and `MES`. A root or continuous
    name stays a root: which month it means is the server's answer, not ours.
    """
    typed = " ".join(text.upper().split())
    if match := _DATED.fullmatch(typed):
        return _name(match["root"], int(match["month"]), int(match["year"]))
    if match := _NAMED.fullmatch(typed):
        return _name(match["root"], _MONTH_NAMES.index(match["name"]) + 1, int(match["year"]))
    if match := _CODED.fullmatch(typed):
        year = _full_year(match["year"], today)
        return _name(match["root"], MONTH_CODES.index(match["code"]) + 1, year % 100)
    if match := _CONTINUOUS.fullmatch(typed) or _ROOT_ONLY.fullmatch(typed):
        return match["root"]
    return None


def _name(root: str, month: int, year: int) -> str | None:
    return f"{root} {month:02d}-{year:02d}" if 1 <= month <= len(MONTH_CODES) else None


def _full_year(digits: str, today: date) -> int:
    """`6` means the nearest year ending in 6 that is at most two years past."""
    if len(digits) == 2:  # noqa: PLR2004 - two digits are a year of this century
        return 2000 + int(digits)
    oldest = today.year - 2
    return oldest + (int(digits) - oldest) % 10


@dataclass(frozen=True, slots=True)
class InstrumentSpec:
    """What the shipped table knows of a root.

    Attributes:
        root: e.g. "MES".
        description: its full name.
        exchange: where it trades.
        tick_size: smallest price step, in points; a quote's own tick size wins over it.
        point_value: currency per point per contract.
        months: the listed delivery months, as month letters.
    """

    root: str
    description: str
    exchange: str
    tick_size: Price
    point_value: Decimal
    months: str


def is_on_tick(price: Price, tick: Price) -> bool:
    """Whether a price is a whole number of ticks."""
    return price % tick == 0


def ticks_around(price: Price, tick: Price) -> tuple[Price, Price]:
    """The nearest prices at or below and above an off-tick price."""
    below = (price // tick - (1 if price < 0 and price % tick else 0)) * tick
    return below, below + tick


def snap(price: Price, tick: Price) -> Price:
    """A price with the noise of a binary float removed; a price really off the tick is kept."""
    nearest = (price / tick).quantize(Decimal(1)) * tick
    return nearest if abs(nearest - price) * 1000 < tick else price


def tick_places(tick: Price) -> int:
    """How many decimals a price of this tick needs."""
    exponent = tick.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def read_number(text: str, decimal_sign: str = ".") -> Decimal | None:
    """A typed number, with `.` or the locale's own decimal sign; None when it is not one.

    Grouping, exponents, signs other than a leading minus, and digits of other scripts are refused:
    a price that can be read in two ways is not read at all.
    """
    typed = text.strip()
    if decimal_sign != "." and "." not in typed:
        typed = typed.replace(decimal_sign, ".")
    if not typed.isascii() or not _PLAIN_NUMBER.fullmatch(typed):
        return None
    number = Decimal(typed)
    return number if abs(number) < PRICE_CEILING else None


def read_table(text: str) -> dict[str, InstrumentSpec]:
    """The shipped instruments table, JSON text, by root."""
    specs = (
        InstrumentSpec(
            row["root"],
            row["description"],
            row["exchange"],
            Decimal(row["tick_size"]),
            Decimal(row["point_value"]),
            row["months"],
        )
        for row in json.loads(text)
    )
    return {spec.root: spec for spec in specs}
