"""The Qt binding itself: what was paid for once must not come back with an update."""

import subprocess
import sys

COUNT_NONE = """
import sys
from PySide6.QtCore import QObject
thing, before = QObject(), sys.getrefcount(None)
for _ in range(1000):
    thing.setObjectName("x")
print(sys.getrefcount(None) - before)
"""


def test_void_qt_calls_do_not_eat_references_to_none() -> None:
    run = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", COUNT_NONE], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) > -500
