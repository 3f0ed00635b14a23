"""The limits as labelled text and back: what is shown of each, what was typed, why not. No Qt."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import time
from decimal import Decimal
from typing import Any, Final, TypeAlias

from ctpanel.domain.instrument import read_number
from ctpanel.domain.limits import BOUNDS, Bound, Hours, Limits, Number

ONLY_WIDE: Final = "No limit can be switched off; it can only be set wide."
_PERCENT: Final = 100
_CAREFUL: Final = Limits()


@dataclass(frozen=True, slots=True)
class Line:
    """One limit in the dialog.

    Attributes:
        name: the field of domain.limits.Limits; "begin" and "end" are those of its hours.
        unit: what stands behind the number; "" for what is only on or off.
    """

    name: str
    label: str
    unit: str
    meaning: str

    @property
    def is_percent(self) -> bool:
        """Whether a part of one is shown as percent."""
        return self.unit == "%"

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers will do."""
        return isinstance(getattr(_CAREFUL, self.name), int)


GROUPS: Final[Mapping[str, tuple[Line, ...]]] = {
    "Size": (
        Line("hard_quantity", "Largest order", "contracts", "A larger order is refused."),
        Line("soft_quantity", "Ask above", "contracts", "A larger order is asked about first."),
        Line("net_quantity", "Largest position", "contracts",
             "What would lead to a larger position is refused."),
    ),
    "Price": (
        Line("far_fraction", "Ask about a price further than", "%",
             "Measured from the market; a typing error stands out."),
        Line("too_far_fraction", "Refuse a price further than", "%",
             "Measured from the market."),
    ),
    "Pace": (
        Line("least_between", "Between two reverses", "seconds",
             "At least so long on one account and contract."),
        Line("per_minute", "Reverses in a minute", "at most", "Reaching it halts the panel."),
        Line("per_day", "Reverses in a day", "at most", "Reaching it halts the panel."),
    ),
    "Day": (
        Line("daily_loss", "Daily loss", "currency",
             "In the account's currency, realised and unrealised; from it on nothing is opened."),
        Line("begin", "Open positions from", "hh:mm", "By this computer's clock."),
        Line("end", "Until", "hh:mm",
             "The same time twice is the whole day; an earlier one is on the next day."),
    ),
    "Working orders": (
        Line("near_ticks", "An order is near within", "ticks",
             "A near stop or target may fill during a reverse; it is shown."),
        Line("asks_near", "Ask about a near order", "", "Off: it is only shown."),
    ),
    "Accounts and keys": (
        Line("sim_only", "Simulators only", "", "Accounts that cost money are left out."),
        Line("disarm_after", "Disarm hotkeys after", "idle minutes",
             "Without a key for so long they open nothing more."),
    ),
}  # fmt: skip
"""Every limit, in the order of the dialog."""

LINES: Final[Mapping[str, Line]] = {line.name: line for ls in GROUPS.values() for line in ls}

Shown: TypeAlias = Mapping[str, str | bool]
"""What the dialog shows or has been given, by the line's name."""


def shown(limits: Limits) -> dict[str, str | bool]:
    """The limits as the dialog shows them."""
    plain = {f.name: getattr(limits, f.name) for f in fields(limits) if f.name != "hours"}
    texts = {name: _text(LINES[name], value) for name, value in plain.items()}
    return texts | {"begin": f"{limits.hours.begin:%H:%M}", "end": f"{limits.hours.end:%H:%M}"}


def _text(line: Line, value: Number | bool) -> str | bool:  # noqa: FBT001 - a limit's own value
    if isinstance(value, bool):
        return value
    return _figure(value * _PERCENT if line.is_percent else value)


def _figure(value: Number) -> str:
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def wrong(given: Shown, decimal_sign: str = ".") -> dict[str, str]:
    """What is wrong, by line: `1 to 999 contracts`."""
    return {name: why for name, line in LINES.items() if (why := _wrong(line, given, decimal_sign))}


def _wrong(line: Line, given: Shown, decimal_sign: str) -> str:
    text = given[line.name]
    if isinstance(text, bool):
        return ""
    bound = BOUNDS.get(line.name)
    if bound is None:
        return "" if _time(text) else "A time of day from 00:00 to 23:59."
    return "" if _number(line, text, bound, decimal_sign) is not None else _range(line, bound)


def _range(line: Line, bound: Bound) -> str:
    factor = _PERCENT if line.is_percent else 1
    least, most = _figure(bound.least * factor), _figure(bound.most * factor)
    return f"{'A whole number' if line.is_whole else 'A number'} from {least} to {most}."


def _number(line: Line, text: str, bound: Bound, decimal_sign: str) -> Number | None:
    typed = read_number(text, decimal_sign)
    if typed is None:
        return None
    value: Number = typed / _PERCENT if line.is_percent else typed
    if line.is_whole:
        if value != int(value):
            return None
        value = int(value)
    return value if bound.has(value) else None


def _time(text: str) -> time | None:
    hour, colon, minute = text.strip().partition(":")
    digits = (hour + minute).isascii() and hour.isdigit() and minute.isdigit()
    if not (colon and digits and len(hour) <= 2 and len(minute) == 2):  # noqa: PLR2004 - two digits
        return None
    try:
        return time(int(hour), int(minute))
    except ValueError:
        return None


def read(given: Shown, decimal_sign: str = ".") -> Limits | None:
    """The limits that were given; None while one is wrong."""
    if wrong(given, decimal_sign):
        return None
    begin, end = _time(str(given["begin"])), _time(str(given["end"]))
    hours = Hours(begin or time(), end or time())
    return Limits(**dict(_values(given, decimal_sign)), hours=hours)


def _values(given: Shown, decimal_sign: str) -> Iterator[tuple[str, Any]]:
    for name, text in given.items():
        if isinstance(text, bool):
            yield name, text
        elif name in BOUNDS:
            yield name, _number(LINES[name], text, BOUNDS[name], decimal_sign)


def looser_words(names: tuple[str, ...]) -> str:
    """Which limits allow more than now, in one line; "" when none does."""
    if not names:
        return ""
    labels = ("Hours" if name == "hours" else LINES[name].label for name in names)
    return f"Looser than now: {', '.join(labels)}."
