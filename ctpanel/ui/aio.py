"""The one bridge between asyncio and Qt; the only file that knows qasync.

qasync's `asyncSlot` keeps no reference to its task and `QDialog.exec()` inside a task stops every
other one for ever, so neither is used: tasks are owned by app.tasks, dialogs are opened, not run.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

WAKE_MS = 200
"""Qt's loop does not return to Python while it is idle, and Python's signals wait for that."""


def run(app: QApplication, main: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run `main` to its end on Qt's loop and give its result."""
    app.setQuitOnLastWindowClosed(False)
    wake = QTimer()
    wake.timeout.connect(lambda: None)
    wake.start(WAKE_MS)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(main())
