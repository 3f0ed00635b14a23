"""Time under a test's control."""

import asyncio
import selectors
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

START = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer whenever nothing else is to be done.

    Real coroutines, with their real sleeps and deadlines, run in no time at all.
    """

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self.now


class _JumpingSelector(selectors.SelectSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        events = super().select(0)
        if events or timeout == 0:
            return events
        if timeout is None:
            raise RuntimeError("nothing will ever happen again: a test waits for what cannot come")
        self._loop.now += max(timeout, 1e-9)  # or rounding could stop the time
        return events


class LoopClock:
    """app.ports.Clock on the running loop's time."""

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def today(self) -> date:
        return self.wall().date()


class ManualClock:
    """app.ports.Clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def today(self) -> date:
        return self.wall().date()


VirtualLoopFactory = Callable[[], VirtualLoop]
