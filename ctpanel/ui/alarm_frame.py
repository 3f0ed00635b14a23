"""A ring inside the window's frame while armed or halted. Takes no room and no click."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from ctpanel.domain.state import PanelState
from ctpanel.ui.theme import ARMED, HALT, ON_ARMED

INSET: Final = 4
"""The frame that tells the kind of account stays visible outside of it."""

THICK: Final = 6


class AlarmFrame(QWidget):
    """Striped while hotkeys are armed, red while the panel is halted, else away.

    It lies above its parent's edge, so that nothing moves when it comes or goes.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("alarm")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._is_halted = False
        parent.installEventFilter(self)
        self.hide()

    def render_state(self, state: PanelState) -> None:
        """Show how the panel stands."""
        is_halted = state.halted is not None
        if is_halted != self._is_halted:
            self._is_halted = is_halted
            self.update()
        self.setVisible(is_halted or state.armed is not None)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow the parent's size."""
        parent = self.parentWidget()
        if watched is parent and event.type() == QEvent.Type.Resize:
            self._surround(parent.rect())
        return False

    def _surround(self, whole: QRect) -> None:
        self.setGeometry(whole.adjusted(INSET, INSET, -INSET, -INSET))
        inside = self.rect().adjusted(THICK, THICK, -THICK, -THICK)
        self.setMask(QRegion(self.rect()).subtracted(QRegion(inside)))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The mask leaves only the ring of it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(HALT if self._is_halted else ARMED))
        if not self._is_halted:
            self._stripe(painter)
        painter.end()

    def _stripe(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(ON_ARMED), THICK))
        height = self.height()
        for start in range(-height, self.width(), THICK * 4):
            painter.drawLine(start, height, start + height, 0)
