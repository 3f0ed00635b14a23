"""Keeps a key that is held down from pressing buttons more than once. Knows nothing of trading.

X tells a held key as releases and presses in turn; Qt marks them as repeats only when both are
already queued, so a slow moment, a remote desktop or a chattering key makes real presses of them.
A key that was up for less than a finger needs has not been pressed anew.
"""

from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QAbstractButton

UP_FOR_MS: Final = 120
"""Milliseconds between a release and a press that no finger is faster than."""

STILL_DOWN: Final = QEvent.Type(QEvent.registerEventType())
"""Sent to a button whose key was told as let go and pressed again, though it is only held."""

_PRESS_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class HeldKeys(QObject):
    """An event filter for the whole application.

    Every key event passes the window before a widget: there it is timed, whoever gets it. A press
    that is none is then taken away from the button it was meant for, which learns of it.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._released_at: dict[int, int] = {}
        self._repeated: dict[int, bool] = {}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Time key events at the window; swallow repeats at buttons."""
        if not isinstance(event, QKeyEvent) or event.key() not in _PRESS_KEYS:
            return False
        if isinstance(watched, QWindow):
            self._time(event)
            return False
        is_press = event.type() == QEvent.Type.KeyPress
        repeated = event.isAutoRepeat() or self._repeated.get(event.key(), False)
        if not (is_press and repeated and isinstance(watched, QAbstractButton)):
            return False
        QCoreApplication.sendEvent(watched, QEvent(STILL_DOWN))
        return True

    def _time(self, event: QKeyEvent) -> None:
        key, now = event.key(), event.timestamp()
        if event.type() == QEvent.Type.KeyRelease:
            self._released_at[key] = now
        elif event.type() == QEvent.Type.KeyPress:
            released = self._released_at.get(key)
            soon = released is not None and now - released < UP_FOR_MS
            self._repeated[key] = event.isAutoRepeat() or soon
