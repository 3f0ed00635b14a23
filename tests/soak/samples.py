"""How the figures of a running panel are taken. Judging them is in judge.py."""

import asyncio
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ctpanel.crosstrade.stream.live import Stream
from ctpanel.domain.stream import QuoteTick, StreamEvent
from tests.soak.judge import Figures

PAGE: Final = os.sysconf("SC_PAGE_SIZE")
LOOK_EVERY: Final = 0.01
"""Seconds between two looks at whether the event loop is on time."""


def take() -> Figures:
    """One sample of this process."""
    return Figures(
        memory=int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE / 1e6,
        blocks=sys.getallocatedblocks() / 1000,
        descriptors=len(list(Path("/proc/self/fd").iterdir())),
        tasks=len(asyncio.all_tasks()),
        qobjects=_qobjects(),
    )


def _qobjects() -> int:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    roots: list[QObject] = [app, *(w for w in app.topLevelWidgets() if w.parent() is None)]
    return sum(1 + len(root.findChildren(QObject)) for root in roots)


class Gaps:
    """How late the event loop is, in whole milliseconds: what is kept does not grow."""

    def __init__(self) -> None:
        self._late: Counter[int] = Counter()

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(LOOK_EVERY)
            self._late[round((time.perf_counter() - began - LOOK_EVERY) * 1000)] += 1

    def at(self, part: float) -> int:
        """Milliseconds that this part of all looks was not later than."""
        left = self._late.total() * part
        for late in sorted(self._late):
            left -= self._late[late]
            if left <= 0:
                return late
        return max(self._late, default=0)


class Quotes:
    """Counts the quotes that a stream hands on."""

    def __init__(self, stream: Stream) -> None:
        self.count = 0
        self._put = stream._inbox.put
        stream._inbox.put = self._counted  # type: ignore[method-assign]  # the count is the point

    def _counted(self, event: StreamEvent) -> None:
        self.count += isinstance(event, QuoteTick)
        self._put(event)
