"""The system's clocks, behind app.ports.Clock."""

import sys
import time
from datetime import date, datetime
from typing import Final

_COUNTS_SLEEP: Final[int | None] = getattr(
    time, "CLOCK_BOOTTIME" if sys.platform == "linux" else "CLOCK_MONOTONIC", None
)
"""Python's own monotonic clock stands still while Linux or macOS sleeps: a reading from before
would look fresh after waking (https://github.com/python/cpython/issues/106940). Windows' counts."""


class SystemClock:
    """Time as this machine tells it."""

    def monotonic(self) -> float:
        """Seconds that never jump, those the machine slept included."""
        return time.monotonic() if _COUNTS_SLEEP is None else time.clock_gettime(_COUNTS_SLEEP)

    def wall(self) -> datetime:
        """Local time with its zone."""
        return datetime.now().astimezone()  # noqa: TID251 - this is the port's adapter

    def second_of(self, moment: datetime) -> float:
        """The monotonic second of a moment of the day that is over; one to come counts as now."""
        return self.monotonic() - max(0.0, (self.wall() - moment).total_seconds())

    def today(self) -> date:
        """The local date."""
        return self.wall().date()
