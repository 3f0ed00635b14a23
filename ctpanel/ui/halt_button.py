"""The Halt button: one click stops whatever opens risk; then it asks for the way back.

What halting means, and whether it ends, is not decided here.
"""

from typing import Final

from PySide6.QtCore import QElapsedTimer, QSize, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QPushButton, QWidget

from ctpanel.domain.limits import HOLD_AFTER_PRESS
from ctpanel.domain.state import PanelState
from ctpanel.ui.controls import plain_tip, scale_font, set_property
from ctpanel.ui.guard_words import HALT_TIP, halted

NAME: Final = "Halt"
RELEASE: Final = "Release halt"
_TEXTS: Final = {False: f"■ {NAME}", True: f"■ {RELEASE}…"}


class HaltButton(QPushButton):
    """A square, the word, and red; of one size whatever it says, and never disabled.

    Signals:
        pulled: halt, now.
        release_wanted: the trader wants to be asked whether the halt is to end.
    """

    pulled = Signal()
    release_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_TEXTS[False], parent)
        self.setObjectName("halt")
        self.setAutoDefault(False)
        self.setAccessibleName(NAME)
        scale_font(self, 1.0, bold=True)
        self._is_halted = False
        self._said_for = QElapsedTimer()
        self._said_for.start()
        self.clicked.connect(self._on_clicked)

    def render_state(self, state: PanelState) -> None:
        """Show which of the two a click does."""
        is_halted = state.halted is not None
        if is_halted != self._is_halted:
            self._is_halted = is_halted
            self._said_for.restart()
            self.setText(_TEXTS[is_halted])
            self.setAccessibleName(RELEASE if is_halted else NAME)
        tip = HALT_TIP if state.halted is None else halted(state.halted)
        self.setToolTip(plain_tip(tip))
        self.setAccessibleDescription(tip)
        set_property(self, "halted", "true" if is_halted else "false")

    def _on_clicked(self) -> None:
        """Clicks in fright come in numbers: those behind the first do not ask for the way back."""
        if not self._is_halted:
            self.pulled.emit()
        elif self._said_for.elapsed() >= HOLD_AFTER_PRESS * 1000:
            self.release_wanted.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The second press of a double click is no press."""
        event.accept()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the longer of the two texts."""
        hint, metrics = super().sizeHint(), self.fontMetrics()
        longest = max(map(metrics.horizontalAdvance, _TEXTS.values()))
        return QSize(hint.width() + longest - metrics.horizontalAdvance(self.text()), hint.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same: it gives way to nothing."""
        return self.sizeHint()
