"""The icon in the tray: draws how the panel stands, calls a trader who does not see the window.

It decides nothing, and the panel is the same without it. Words and shapes: tray_look.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QAction, QColor, QFont, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from ctpanel.app.ports import Messages
from ctpanel.app.safety import why_not
from ctpanel.domain.report import Act
from ctpanel.domain.state import PanelState
from ctpanel.ui.theme import LIGHT
from ctpanel.ui.tray_look import Look, Standing, look, outside

SIZE: Final = 64
TRIES_MS: Final = (500, 10_000)
"""When a tray is looked for: once the window is there, and once a desktop that has only just
started has its tray too."""

TOGETHER_MS: Final = 300
"""What comes within this time is one message."""

LINES: Final = 3
SHOWN_MS: Final = 10_000

HALT: Final = "Halt"


class Tray(QObject):
    """Draws the state, and is asked with `call`.

    Args:
        window: whose life the icon shares, and which is brought forward by a click.
        come_forward: brings it forward.
        acts, halt: what is done from the icon's menu.
        messages: shows a message where there is no tray.
    """

    def __init__(
        self,
        window: QWidget,
        come_forward: Callable[[], None],
        acts: Mapping[Act, Callable[[], None]],
        halt: Callable[[], None],
        *,
        messages: Messages | None = None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._come_forward = come_forward
        self._messages = messages
        self._menu = QMenu(window)
        self._menu.addAction("Show ctpanel", come_forward)
        self._menu.addSeparator()
        self._acts = {act: self._menu.addAction(act.value, do) for act, do in acts.items()}
        self._menu.addAction(HALT, halt)
        self._icon: QSystemTrayIcon | None = None
        self._look: Look | None = None
        self._calls: list[str] = []
        self._tries = [self._timer(ms, self._appear) for ms in TRIES_MS]
        for timer in self._tries:
            timer.start()
        self._gathering = self._timer(TOGETHER_MS, self._say)

    def _timer(self, ms: int, then: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        timer.timeout.connect(then)
        return timer

    @property
    def problem(self) -> str:
        """Why the trader is not called while the window is hidden, a sentence; "" when it is."""
        if self._icon is not None:
            return ""
        if self._messages is not None:
            return self._messages.problem
        return "This desktop has no tray: nothing is shown while the window is hidden."

    def _appear(self) -> None:
        if self._icon is not None or not QSystemTrayIcon.isSystemTrayAvailable():
            return
        self._icon = QSystemTrayIcon(self)
        self._icon.activated.connect(self._activated)
        self._icon.messageClicked.connect(self._come_forward)
        self._icon.setContextMenu(self._menu)
        self._draw()
        self._icon.show()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        """A click; on macOS it opens the menu, which has an entry for it."""
        clicks = (
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        )
        if reason in clicks and sys.platform != "darwin":
            self._come_forward()

    # --- drawing ------------------------------------------------------------------------------

    def render_state(self, state: PanelState) -> None:
        """Draw the state."""
        for act, action in self._acts.items():
            _render_act(action, act, state)
        shown = look(state)
        if shown != self._look:
            self._look = shown
            self._draw()

    def _draw(self) -> None:
        if self._icon is not None and self._look is not None:
            self._icon.setIcon(icon(self._look.standing))
            self._icon.setToolTip(self._look.tip)

    # --- calling ------------------------------------------------------------------------------

    def call(self, text: str) -> None:
        """Call the trader, unless the window is looked at. Several at once are one message."""
        if is_looked_at(self._window):
            return
        self._calls.append(outside(text))
        if not self._gathering.isActive():
            self._gathering.start()

    def _say(self) -> None:
        lines, more = self._calls[-LINES:], len(self._calls) - LINES
        self._calls = []
        if not lines:
            return
        if more > 0:
            lines.insert(0, f"({more} more before these)")
        text = "\n".join(lines)
        if self._icon is not None:
            self._icon.showMessage("ctpanel", text, icon(Standing.FAULT), SHOWN_MS)
        elif self._messages is not None:
            self._messages.show("ctpanel", text)

    def end(self) -> None:
        """Take the icon away; one that is left stands in the tray until the mouse comes by."""
        for timer in (*self._tries, self._gathering):
            timer.stop()
        if self._icon is not None:
            self._icon.hide()


def is_looked_at(window: QWidget) -> bool:
    """Whether the window is where the trader works."""
    return window.isVisible() and not window.isMinimized() and window.isActiveWindow()


def _render_act(action: QAction, act: Act, state: PanelState) -> None:
    """Away from the window it names what it would act on."""
    where = "" if state.key is None else f": {state.key[0]} {state.key[1]}"
    text = f"{act.value}{where}".replace("&", "&&")
    if text != action.text():
        action.setText(text)
    action.setEnabled(why_not(state, act) is None)


# --- the icon ---------------------------------------------------------------------------------

_GROUNDS: Final = {
    Standing.UNKNOWN: LIGHT.wrong,
    Standing.SENDING: LIGHT.focus,
    Standing.FAULT: LIGHT.wrong,
    Standing.HALTED: LIGHT.live,
    Standing.OFFLINE: LIGHT.warn,
    Standing.ARMED: LIGHT.good,
    Standing.READY: LIGHT.muted,
}
"""Dark enough for a white shape, on a light tray and on a dark one."""


def icon(standing: Standing) -> QIcon:
    """A white shape on a tile; no two shapes are alike, in whatever colour."""
    pixmap = QPixmap(SIZE, SIZE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(_GROUNDS[standing]))
    painter.drawRoundedRect(QRectF(1, 1, SIZE - 2, SIZE - 2), 14, 14)
    white = QColor(LIGHT.on_fill)
    painter.setBrush(white)
    painter.setPen(QPen(white, 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    _SHAPES[standing](painter)
    painter.end()
    return QIcon(pixmap)


def _sign(sign: str) -> Callable[[QPainter], None]:
    def draw(painter: QPainter) -> None:
        font = QFont(painter.font())
        font.setPixelSize(52)
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(QRectF(0, 0, SIZE, SIZE), Qt.AlignmentFlag.AlignCenter, sign)

    return draw


def _arrow(painter: QPainter) -> None:
    painter.drawLine(QPointF(14, 32), QPointF(50, 32))
    painter.drawLine(QPointF(50, 32), QPointF(36, 18))
    painter.drawLine(QPointF(50, 32), QPointF(36, 46))


def _cross(painter: QPainter) -> None:
    painter.drawLine(QPointF(18, 18), QPointF(46, 46))
    painter.drawLine(QPointF(18, 46), QPointF(46, 18))


def _bar(painter: QPainter) -> None:
    painter.drawRect(QRectF(14, 27, 36, 10))


def _disc(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(32, 32), 15, 15)


def _ring(painter: QPainter) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(32, 32), 15, 15)


_SHAPES: Final[Mapping[Standing, Callable[[QPainter], None]]] = {
    Standing.UNKNOWN: _sign("?"),
    Standing.SENDING: _arrow,
    Standing.FAULT: _sign("!"),
    Standing.HALTED: _bar,
    Standing.OFFLINE: _cross,
    Standing.ARMED: _disc,
    Standing.READY: _ring,
}
