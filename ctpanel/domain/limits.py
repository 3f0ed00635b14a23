"""The numbers that bound a press. Careful by default; settings may change the trader's own ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Final, TypeAlias

FRESH_FOR: Final = 3.0
"""Seconds a reading over REST may be relied on; older ones are stale and deny a press."""

REQUESTS: Final = 20
"""Requests the server allows in one burst, of all programs of a user together."""

FRESH_LIVE: Final = 2.0
"""Seconds the same, while the stream is up: then what is older has been missed."""

SETTLE: Final = 0.3
"""Seconds a changed button must have stood before a press on it counts: a press that began before
the eye could read the change was meant for what stood there before."""

HOLD_AFTER_PRESS: Final = 0.7
"""Seconds after a press during which another does nothing, however fast the first one ended: the
second half of a double click (500 ms on most systems) must not undo the first."""

HOLD_TO_FIRE: Final = 0.5
"""Seconds a finger must stay down where a press is to be held."""

PRESS_TO_WIRE: Final = 2.0
"""Seconds after a press in which its bytes must leave: later they would be about another market."""

VERDICT_WITHIN: Final = 15.0
"""Seconds of reading back after which a reverse without proof is called unknown."""


SAME_ORDER_WITHIN: Final = 10.0
"""Seconds in which the same order once more is asked about."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of the day by this computer's clock, past midnight when it ends before it begins.

    The same minute twice means the whole day.
    """

    begin: time = time.min
    end: time = time.min

    def has(self, moment: time) -> bool:
        """Whether a moment lies in it; the end does not."""
        if self.begin < self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end

    def __str__(self) -> str:
        return f"{self.begin:%H:%M} to {self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the trader may change. None of them can be switched off, only set wide.

    Attributes:
        hard_quantity: more contracts in one order than this are refused.
        soft_quantity: more contracts than this are asked about.
        net_quantity: a larger position afterwards than this is refused, in contracts.
        far_fraction: a price further from the market than this part of it is asked about.
        too_far_fraction: and further than this part it is refused.
        least_between: seconds between two reverses of one account and contract.
        per_minute: reverses in any sixty seconds; reaching it halts.
        per_day: reverses in one day; reaching it halts.
        daily_loss: a day's loss, realised and unrealised, at which nothing more is opened, in the
            account's currency.
        hours: when something may be opened.
        near_ticks: a working order within so many ticks of the market may fill during a reverse.
        asks_near: whether such an order is asked about, or only shown.
        sim_only: accounts that cost money are left out.
        disarm_after: idle minutes after which hotkeys disarm themselves.
    """

    hard_quantity: int = 20
    soft_quantity: int = 5
    far_fraction: Decimal = Decimal("0.01")
    too_far_fraction: Decimal = Decimal("0.05")
    net_quantity: int = 20
    least_between: int = 1
    per_minute: int = 10
    per_day: int = 100
    daily_loss: Decimal = Decimal(1000)
    hours: Hours = Hours()
    near_ticks: int = 8
    asks_near: bool = False
    sim_only: bool = False
    disarm_after: int = 10


Number: TypeAlias = int | Decimal


@dataclass(frozen=True, slots=True)
class Bound:
    """What a limit may be, ends included, and whether more of it allows more."""

    least: Number
    most: Number
    more_is_looser: bool = True

    def has(self, number: Number) -> bool:
        """Whether a limit may be this."""
        return Decimal(number).is_finite() and self.least <= number <= self.most


BOUNDS: Final[Mapping[str, Bound]] = {
    "hard_quantity": Bound(1, 999),
    "soft_quantity": Bound(1, 999),
    "far_fraction": Bound(Decimal("0.0001"), Decimal(1)),
    "too_far_fraction": Bound(Decimal("0.0001"), Decimal(1)),
    "net_quantity": Bound(1, 999),
    "least_between": Bound(1, 3600, more_is_looser=False),
    "per_minute": Bound(1, 60),
    "per_day": Bound(1, 5000),
    "daily_loss": Bound(1, 10_000_000),
    "near_ticks": Bound(0, 1000, more_is_looser=False),
    "disarm_after": Bound(1, 240),
}
"""The numbers among the limits: for the settings file and for what is typed."""


def out_of_bounds(limits: Limits) -> tuple[str, ...]:
    """The limits that may not be what they are, by name."""
    return tuple(name for name, bound in BOUNDS.items() if not bound.has(getattr(limits, name)))


def loosened(before: Limits, after: Limits) -> tuple[str, ...]:
    """The limits that allow more than before, by name."""
    return tuple(_loosened(before, after))


def _loosened(before: Limits, after: Limits) -> Iterator[str]:
    for name, bound in BOUNDS.items():
        more = getattr(after, name) - getattr(before, name)
        if more > 0 if bound.more_is_looser else more < 0:
            yield name
    if any(after.hours.has(at) and not before.hours.has(at) for at in _MINUTES):
        yield "hours"
    if before.asks_near and not after.asks_near:
        yield "asks_near"
    if before.sim_only and not after.sim_only:
        yield "sim_only"


_MINUTES: Final = tuple(time(hour, minute) for hour in range(24) for minute in range(60))
