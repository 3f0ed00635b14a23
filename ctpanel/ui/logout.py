"""Logging out while a reverse is open: held up once, so that the question can be read.

It decides nothing else. A second log-out with the same reverses open goes through: what the record
has of them is locked at the next start.
"""

from collections.abc import Callable, Sequence

from PySide6.QtGui import QSessionManager


class Logout:
    """Takes `QGuiApplication.commitDataRequest`, which must be answered before it returns."""

    def __init__(self, left_open: Callable[[], Sequence[str]], ask: Callable[[], None]) -> None:
        self._left_open = left_open
        self._ask = ask
        self._held_for: Sequence[str] = ()

    def requested(self, session: QSessionManager) -> None:
        """The desktop wants to end the session."""
        left_open = self._left_open()
        if not left_open or left_open == self._held_for or not session.allowsInteraction():
            return
        self._held_for = left_open
        session.cancel()
        self._ask()
