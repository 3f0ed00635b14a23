"""A finger that must stay down for a while: measured, and told when it is over. Fires nothing."""

from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from ctpanel.domain.limits import HOLD_TO_FIRE
from ctpanel.ui.held_keys import UP_FOR_MS

FRAME_MS: Final = 16

LOOKS: Final = 3
"""Looks that must find the time over. Qt may tell of time before it tells of fingers: where the
window stood still, a release waits behind the first look, and behind the second when standing still
was what came right before the first. Before the third it has been told."""


class Hold(QObject):
    """One hold at a time.

    Signals:
        moved: `part` has changed.
        full: it was held long enough.
        let_go: it was not; the seconds it was down.
    """

    moved = Signal()
    full = Signal()
    let_go = Signal(float)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._clock = QElapsedTimer()
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._look)
        self._released = QTimer(self)
        self._released.setSingleShot(True)
        self._released.setInterval(UP_FOR_MS)
        self._released.timeout.connect(self._was_released)
        self._seconds = 0.0
        self._seen_down = 0.0
        self._looks_left = LOOKS

    @property
    def is_on(self) -> bool:
        """Whether the finger is down."""
        return self._frames.isActive()

    @property
    def part(self) -> float:
        """How much of the time is over, from 0 to 1."""
        return min(1.0, self._elapsed() / HOLD_TO_FIRE) if self.is_on else 0.0

    def begin(self) -> None:
        """The finger came down."""
        self._seen_down = 0.0
        self._looks_left = LOOKS
        self._clock.start()
        self._frames.start()

    def stop(self) -> None:
        """It no longer matters."""
        self._frames.stop()
        self._released.stop()
        self.moved.emit()

    def end(self) -> None:
        """The finger is up."""
        if self.is_on:
            self._seconds = self._down_for()
            self._was_released()

    def may_end(self) -> None:
        """The key was told as let go; a held one is, too, before each of its repeats."""
        if self.is_on and not self._released.isActive():
            self._seconds = self._down_for()
            self._released.start()

    def go_on(self) -> None:
        """It was not: the key is still down."""
        self._released.stop()

    def _elapsed(self) -> float:
        return self._clock.nsecsElapsed() / 1e9

    def _down_for(self) -> float:
        """Seconds it is sure to have been down: a release may have waited for the window."""
        elapsed = self._elapsed()
        return elapsed if elapsed < HOLD_TO_FIRE else self._seen_down

    def _look(self) -> None:
        elapsed = self._elapsed()
        if elapsed < HOLD_TO_FIRE:
            self._seen_down = elapsed
        elif not self._released.isActive():
            self._looks_left -= 1
        if self._looks_left > 0 or self._released.isActive():
            self.moved.emit()
            return
        self.stop()
        self.full.emit()

    def _was_released(self) -> None:
        self.stop()
        self.let_go.emit(self._seconds)
