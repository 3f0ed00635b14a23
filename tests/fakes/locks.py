"""A screen that is locked when a test says so, in a thread of its own as the real ones are."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from ctpanel.app.ports import Away


@dataclass(eq=False)
class FakeLock:
    """app.ports.ScreenLock. `problem` is what it says of itself."""

    problem: str = ""
    listeners: list[Callable[[Away], None]] = field(default_factory=list)

    def watch(self, on_lock: Callable[[Away], None]) -> None:
        self.listeners.append(on_lock)

    def end(self) -> None:
        self.listeners.clear()

    def happens(self, away: Away) -> None:
        """It has been told when this returns."""
        for listener in self.listeners:
            thread = threading.Thread(target=listener, args=(away,))
            thread.start()
            thread.join()
