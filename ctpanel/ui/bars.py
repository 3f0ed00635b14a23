"""The strips around the ticket: link bar, safety actions, status line, banners. Draw and report."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ctpanel.app.safety import why_not
from ctpanel.domain.outcomes import VerdictKind
from ctpanel.domain.report import (
    Act,
    ActDenied,
    ActEnded,
    Noticed,
    PressDenied,
    ReverseEnded,
    ReverseStopped,
    ReverseUnanswered,
)
from ctpanel.domain.reverse import Key
from ctpanel.domain.state import Link, PanelState
from ctpanel.ui.controls import GAP, SMALL, Elided, plain_label, plain_tip, scale_font, set_property
from ctpanel.ui.denials import named_denial, sentence
from ctpanel.ui.present import link_words, lock_words, notice, status

_DOTS = {
    Link.CONNECTED: ("●", "good"),
    Link.STARTING: ("○", ""),
    Link.NO_TOKEN: ("○", "warn"),
    Link.RATE_LIMITED: ("▲", "warn"),
    Link.ADDON_OFFLINE: ("▲", "wrong"),
}
"""A shape and a tone; what is not here is ✕ and wrong."""


class LinkBar(QFrame):
    """How the panel stands with the server, and the menu."""

    def __init__(self, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("linkbar")
        self._mode = plain_label("", factor=SMALL)
        self._mode.setObjectName("mode")
        scale_font(self._mode, 1.0, bold=True)
        self._dot = plain_label("○")
        self._words = Elided()
        self._trip = plain_label("", "muted", SMALL)
        self.menu = QToolButton()
        self.menu.setText("☰")
        self.menu.setAccessibleName("Menu")
        self.menu.setToolTip("Menu")
        self.menu.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu.setMenu(menu)
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        line = QHBoxLayout(self)
        line.setContentsMargins(GAP, GAP // 2, GAP, GAP // 2)
        line.setSpacing(GAP)
        for widget in (self._mode, self._dot):
            line.addWidget(widget)
        line.addWidget(self._words, 1)
        line.addWidget(self._trip)
        line.addWidget(self.menu)

    def render_state(self, state: PanelState) -> None:
        """Show the link."""
        account = state.account
        self._mode.setText("NO ACCOUNT" if account is None else account.kind.value)
        for widget in (self, self._mode):
            set_property(widget, "kind", "" if account is None else account.kind.value)
        shape, tone = _DOTS.get(state.link, ("✕", "wrong"))
        if state.faults:
            shape, tone = "✕", "wrong"
        self._dot.setText(shape)
        set_property(self._dot, "tone", tone)
        words = f"Fault in the panel: {state.faults[-1]}" if state.faults else link_words(state)
        self._words.show_text(words, tip=f"{words} {state.link_detail}")
        trip = state.round_trip
        connected = state.link is Link.CONNECTED and trip is not None
        self._trip.setText(f"{trip:.0f} ms" if connected else "")


class SafetyRow(QWidget):
    """Close position, Cancel orders, Flatten account.

    Signals:
        wanted: the Act that was pressed.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        self.buttons: dict[Act, QPushButton] = {}
        for act in Act:
            button = QPushButton(act.value)
            button.setAutoDefault(False)
            button.setAccessibleName(act.value)
            button.clicked.connect(lambda _=False, act=act: self.wanted.emit(act))
            line.addWidget(button, 1)
            self.buttons[act] = button

    def render_state(self, state: PanelState) -> None:
        """Enable what can be done; say why the rest cannot."""
        for act, button in self.buttons.items():
            denied = why_not(state, act)
            if denied is not None and button.hasFocus():
                button.clearFocus()  # Qt would hand the focus, and a held key, to the next button
            button.setEnabled(denied is None)
            why = "" if denied is None else sentence(named_denial(denied))
            button.setToolTip(plain_tip(why))
            button.setAccessibleDescription(why)


class StatusLine(QLabel):
    """What happened last, in one sentence; two lines high, always."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAccessibleName("Status")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        scale_font(self, 1.0)
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * 2 + GAP * 2)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

    def render_state(self, state: PanelState) -> None:
        """Show the last event, or how things stand."""
        text = status(state)
        if text != self.text():
            self.setText(text)
            self.setAccessibleDescription(text)
        set_property(self, "tone", _tone(state))


_AS_ASKED = frozenset({VerdictKind.REVERSED, VerdictKind.CORRECTED, VerdictKind.WORKING})


def _tone(state: PanelState) -> str:
    """Green only for what is proved to be as asked; red for what needs the trader now."""
    match state.last_event:
        case ReverseEnded(plan, verdict) if verdict.kind in _AS_ASKED:
            return "good" if plan.key == state.key else ""  # the card shows another position
        case ReverseEnded():
            return "wrong"
        case ReverseUnanswered():
            return "wrong"
        case PressDenied() | ActDenied() | ReverseStopped() | Noticed() | ActEnded(position=None):
            return "warn"
        case _:
            return ""


class Banner(QFrame):
    """Something that stays until the trader deals with it.

    Signals:
        answered: its button was pressed.
    """

    answered = Signal()

    def __init__(self, tone: str, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("tone", tone)
        self._text = plain_label()
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        act = QPushButton(button)
        act.setAutoDefault(False)
        act.clicked.connect(self.answered)
        line = QHBoxLayout(self)
        line.setContentsMargins(GAP, GAP, GAP, GAP)
        line.addWidget(self._text, 1)
        line.addWidget(act)

    def show_text(self, text: str) -> None:
        """Say it."""
        if self._text.text() != text:
            self._text.setText(text)
            self.setAccessibleName(text)


class Banners(QWidget):
    """Unproved reverses and notices, below the status line: nothing above them moves.

    Signals:
        attestation_wanted: the Key of an unproved reverse the trader has looked up.
        notice_read: a Noticed to take away.
    """

    attestation_wanted = Signal(object)
    notice_read = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP // 2)
        self._shown: dict[Key | Noticed, Banner] = {}

    def render_state(self, state: PanelState) -> None:
        """Show what needs the trader."""
        texts: dict[Key | Noticed, str] = {}
        for key, lock in state.locks.items():
            held = state.position_of(key)
            texts[key] = lock_words(lock, None if held is None else held.value)
        texts.update({noticed: notice(noticed) for noticed in state.notices})
        for gone in self._shown.keys() - texts.keys():
            banner = self._shown.pop(gone)
            self._column.removeWidget(banner)
            banner.deleteLater()
        for key_or_notice, text in texts.items():
            self._banner(key_or_notice).show_text(text)
        self.setVisible(bool(texts))

    def _banner(self, about: Key | Noticed) -> Banner:
        if about not in self._shown:
            if isinstance(about, Noticed):
                banner = Banner("warn", "OK")
                banner.answered.connect(lambda: self.notice_read.emit(about))
            else:
                banner = Banner("wrong", "I checked NinjaTrader…")
                banner.answered.connect(lambda: self.attestation_wanted.emit(about))
            self._shown[about] = banner
            self._column.addWidget(banner)
        return self._shown[about]
