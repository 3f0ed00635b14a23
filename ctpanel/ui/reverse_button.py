"""The Reverse button: says what a press will do, and reports what it said when it was pressed.

Whether a press counts is not decided here; that it can be given only once per press is.
"""

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from ctpanel.domain.outcomes import Denied
from ctpanel.domain.reverse import Plan, Shown
from ctpanel.domain.state import InFlight, PanelState, Phase
from ctpanel.domain.values import Entry
from ctpanel.ui.controls import plain_tip, set_property
from ctpanel.ui.denials import named_denial, question, sentence, warning
from ctpanel.ui.held_keys import STILL_DOWN
from ctpanel.ui.holding import Hold
from ctpanel.ui.present import order_words, step

_PRESS_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)

_PHASES = {
    Phase.SENDING: "sending",
    Phase.PROVING_FLAT: "close taken, proving flat",
    Phase.ENTERING: "flat, sending the entry",
    Phase.READING_BACK: "taken, reading back",
    Phase.UNANSWERED: "unknown, reading back",
}


class ReverseButton(QPushButton):
    """Two lines: what a press does, and how or why not.

    Signals:
        pressed_as: a press, with the `Shown` that stood on the button when the finger came down,
            or None when it stood for nothing.
        held_as: the same, and the finger stayed down as long as it must.
        let_go: it did not; the seconds it was down.
    """

    pressed_as = Signal(object)
    held_as = Signal(object)
    let_go = Signal(float)
    _taken_away = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Reverse", parent)
        self.setObjectName("reverse")
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._detail = ""
        self._clock = ""
        self._shown: Shown | None = None
        self._shown_at_press: Shown | None = None
        self._focus_wanted = False
        self._must_hold = False
        self._is_holding = False
        self._hold = Hold(self)
        self._hold.moved.connect(self.update)
        self._hold.full.connect(self._on_held)
        self._hold.let_go.connect(self._on_let_go)
        self.clicked.connect(self._on_clicked)
        self._taken_away.connect(self._on_clicked, Qt.ConnectionType.QueuedConnection)

    def render_state(self, state: PanelState) -> None:
        """Show what a press would do now."""
        flight = None if state.key is None else state.in_flight.get(state.key)
        offer = state.offer
        self._clock = ""
        if flight is not None:
            self._clock = _clock(state.now - flight.since)
            self._show(_flight_text(flight), _flight_detail(flight), None)
            self.update()
        elif isinstance(offer, Denied):
            self._show("Reverse", sentence(named_denial(offer)), None)
        else:
            self._show(f"Reverse   {step(offer)}", _plan_detail(offer), offer)
        set_property(self, "busy", "true" if flight is not None else "false")

    def _show(self, text: str, detail: str, plan: Plan | None) -> None:
        shown = None if plan is None else plan.shown
        if self._hold.is_on and shown != self._shown_at_press:
            self._take_away()
        self._shown = shown
        self._must_hold = plan is not None and plan.is_held
        side = "" if plan is None else plan.target.side.value
        set_property(self, "side", side)
        self._enable(plan is not None)
        if self.text() != text:
            self.setText(text)
        if self._detail != detail:
            self._detail = detail
            self.update()
        whole = "\n".join([detail, *(() if plan is None else map(question, plan.warnings))])
        if whole != self.accessibleDescription():
            self.setAccessibleDescription(whole)
            self.setToolTip(plain_tip(whole))

    def _enable(self, on: bool) -> None:  # noqa: FBT001 - as Qt's setEnabled
        """Enable or disable without handing the focus on.

        Qt gives the focus of a widget that is disabled to the next one: a key still held on
        Reverse would then press Close position.
        """
        if not on and self.isDown():
            self._take_away()
        if not on and self.hasFocus():
            self._focus_wanted = True
            self.clearFocus()
        self.setEnabled(on)
        if on and self._focus_wanted:
            self._focus_wanted = False
            if self.window().focusWidget() is None:
                self.setFocus()

    def _take_away(self) -> None:
        """The finger is on what is no longer offered: it must learn why nothing was sent."""
        self._hold.stop()
        self.setDown(False)
        self._taken_away.emit()

    # --- presses ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember what the button said when the finger came down on it."""
        self._shown_at_press = self._shown
        super().mousePressEvent(event)
        self._is_holding = self._must_hold and self.isDown()
        if self._is_holding:
            self._hold.begin()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Leaving the button ends a hold; coming back does not begin it again."""
        super().mouseMoveEvent(event)
        if self._is_holding and not self._hold.is_on:
            self.setDown(False)
        elif not self.isDown():
            self._hold.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Where it is to be held, letting go is no press."""
        if self._is_holding and event.button() is Qt.MouseButton.LeftButton:
            self._hold.end()
            self.setDown(False)
        super().mouseReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """A finger whose end would not be told."""
        super().focusOutEvent(event)
        self._hold.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The second press of a double click is no press; one that is held is no double click."""
        if self._must_hold:
            self.mousePressEvent(event)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter and Space press once, however long they are held."""
        if event.key() not in _PRESS_KEYS:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat() and not self._hold.is_on:
            self._shown_at_press = self._shown
            if self._must_hold:
                self.setDown(True)
                self._hold.begin()
            else:
                self.click()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The press was given when the key went down, or a hold ends."""
        if event.key() not in _PRESS_KEYS:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat():
            self._hold.may_end()

    def customEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """The key that was told as let go is still down."""
        if event.type() == STILL_DOWN:
            self._hold.go_on()

    def _on_held(self) -> None:
        """Bound to what stood on the button when the finger came down, as every press is."""
        self.setDown(False)
        shown, self._shown_at_press = self._shown_at_press, None
        self.held_as.emit(shown)

    def _on_let_go(self, seconds: float) -> None:
        self.setDown(False)
        self._shown_at_press = None
        self.let_go.emit(seconds)

    def _on_clicked(self) -> None:
        """A press without a finger - a screen reader's - is bound to what is shown now."""
        shown = self._shown if self._shown_at_press is None else self._shown_at_press
        self._shown_at_press = None
        self.pressed_as.emit(shown)

    # --- drawing ------------------------------------------------------------------------------

    def _line_font(self, factor: float, *, bold: bool) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * factor)
        font.setBold(bold)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for both lines at any font size."""
        line = self.fontMetrics().height()
        return QSize(line * 16, round(line * 4.2))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The height never gives way."""
        return QSize(self.fontMetrics().height() * 12, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The style's button, and two lines of our own on it."""
        painter = QPainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        self._draw_hold(painter)
        painter.setPen(self._text_colour())
        box = self.rect().adjusted(12, 8, -12, -8)
        top = QRect(box.left(), box.top(), box.width(), round(box.height() * 0.58))
        bottom = QRect(box.left(), top.bottom(), box.width(), box.bottom() - top.bottom())
        self._draw_line(painter, top, self.text(), self._line_font(1.5, bold=True))
        self._draw_line(
            painter, bottom, self._detail + self._clock, self._line_font(0.95, bold=False)
        )
        painter.end()

    def _draw_hold(self, painter: QPainter) -> None:
        """Fills from the left while it is held."""
        if self._hold.is_on:
            done = self.rect().adjusted(2, 2, -2, -2)
            done.setWidth(round(done.width() * self._hold.part))
            painter.fillRect(done, QColor(0, 0, 0, 70))
            done.setTop(done.bottom() - 5)
            painter.fillRect(done, QColor(Qt.GlobalColor.white))

    def _text_colour(self) -> QColor:
        """White on a side's colour; the theme's own text otherwise, disabled or not."""
        if self.property("side") and self.isEnabled():
            return QColor(Qt.GlobalColor.white)
        return self.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText)

    def _draw_line(self, painter: QPainter, box: QRect, text: str, font: QFont) -> None:
        """One line, made smaller until it fits; what it says must never be cut off."""
        smallest = font.pointSizeF() * 0.6
        painter.setFont(font)
        while painter.fontMetrics().horizontalAdvance(text) > box.width():
            if font.pointSizeF() <= smallest:
                text = painter.fontMetrics().elidedText(
                    text, Qt.TextElideMode.ElideRight, box.width()
                )
                break
            font.setPointSizeF(font.pointSizeF() * 0.95)
            painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _plan_detail(plan: Plan) -> str:
    where = f"{plan.account.name} {plan.contract}"
    first = "close, then when flat " if plan.entry is Entry.ONLY_WHEN_FLAT else ""
    parts = [*(f"⚠ {warning(one)}" for one in plan.warnings)]
    parts += [f"{first}{order_words(plan.order, plan.tick_size)}", where]
    parts += ["hold to fire"] if plan.is_held else []
    parts += ["asks first"] if plan.questions else []
    return "  ·  ".join(parts)


def _clock(seconds: float) -> str:
    """How long it has taken, once that is long enough to wonder about."""
    return f"  ·  {seconds:.0f} s" if seconds >= 1 else ""


def _flight_text(flight: InFlight) -> str:
    """Where it stands, always beginning with the button's name."""
    of = "Reverse waits for the correction" if flight.intent.plan.is_correction else "Reverse"
    return f"{of}: {_PHASES[flight.phase]}"


def _flight_detail(flight: InFlight) -> str:
    plan = flight.intent.plan
    return f"{step(plan)}  ·  {plan.account.name} {plan.contract}"
