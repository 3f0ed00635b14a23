"""When a button has been painted with another text than before; the only file that looks at Qt."""

import asyncio

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QPushButton

from tests.benchmarks.shots import now


class PaintWatch(QObject):
    """Lets the button paint itself, and looks at the clock after that."""

    def __init__(self, button: QPushButton) -> None:
        super().__init__(button)
        self._button = button
        self._before = ""
        self._painted: asyncio.Future[int] | None = None
        button.installEventFilter(self)

    def next_change(self) -> asyncio.Future[int]:
        """The nanosecond at which it next has been painted with another text."""
        self._before = self._button.text()
        self._painted = asyncio.get_running_loop().create_future()
        return self._painted

    def eventFilter(self, _button: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Paint at once when it is time to, and say that it was done."""
        if event.type() != QEvent.Type.Paint or self._painted is None:
            return False
        self._button.event(event)
        if self._button.text() != self._before:
            self._painted.set_result(now())
            self._painted = None
        return True
