"""The system's clocks, behind app.ports.Clock."""

import time
from datetime import date, datetime


class SystemClock:
    """Time as this machine tells it."""

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    def wall(self) -> datetime:
        """Local time with its zone."""
        return datetime.now().astimezone()  # noqa: TID251 - this is the port's adapter

    def today(self) -> date:
        """The local date."""
        return self.wall().date()
