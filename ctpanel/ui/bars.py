"""The strips below the ticket: safety actions, status line, banners. Draw and report."""

from typing import Final, TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ctpanel.app.safety import why_not
from ctpanel.domain.outcomes import VerdictKind
from ctpanel.domain.report import (
    Act,
    ActDenied,
    ActEnded,
    HaltPulled,
    KeyIgnored,
    KeysArmed,
    Noticed,
    PressDenied,
    ReverseEnded,
    ReverseStopped,
    ReverseUnanswered,
)
from ctpanel.domain.reverse import Key
from ctpanel.domain.state import Link, PanelState
from ctpanel.ui.controls import GAP, plain_label, plain_tip, scale_font, set_property
from ctpanel.ui.denials import named_denial, sentence
from ctpanel.ui.guard_words import halted
from ctpanel.ui.halt_button import HaltButton
from ctpanel.ui.present import REST_ONLY, STREAM_QUESTION, USE_STREAM, lock_words, notice, status


class SafetyRow(QWidget):
    """Close position, Cancel orders, Flatten account; Halt.

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
        self.halt = HaltButton()
        line.addSpacing(GAP)
        line.addWidget(self.halt, 1)

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
        self.halt.render_state(state)


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
        case ReverseUnanswered() | HaltPulled():
            return "wrong"
        case KeyIgnored() | KeysArmed():
            return "warn"
        case PressDenied() | ActDenied() | ReverseStopped() | Noticed() | ActEnded(position=None):
            return "warn"
        case _:
            return ""


class Banner(QFrame):
    """Something that stays until the trader deals with it.

    Signals:
        answered: the text of the button that was pressed.
    """

    answered = Signal(str)

    def __init__(self, tone: str, *buttons: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("tone", tone)
        self._text = plain_label()
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        line = QHBoxLayout(self)
        line.setContentsMargins(GAP, GAP, GAP, GAP)
        line.addWidget(self._text, 1)
        for text in buttons:
            act = QPushButton(text)
            act.setAutoDefault(False)
            act.clicked.connect(lambda _=False, text=text: self.answered.emit(text))
            line.addWidget(act)

    def show_text(self, text: str) -> None:
        """Say it."""
        if self._text.text() != text:
            self._text.setText(text)
            self.setAccessibleName(text)


_STREAM: Final = "stream"
_HALTED: Final = "halted"
About: TypeAlias = Key | Noticed | str
"""What a banner is about: the halt, an unproved reverse, a notice, or the stream's question."""


class Banners(QWidget):
    """Unproved reverses and notices, below the status line: nothing above them moves.

    Signals:
        attestation_wanted: the Key of an unproved reverse the trader has looked up.
        notice_read: a Noticed to take away.
        stream_chosen: whether the live stream is to be used.
    """

    attestation_wanted = Signal(object)
    notice_read = Signal(object)
    stream_chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP // 2)
        self._shown: dict[About, Banner] = {}

    def render_state(self, state: PanelState) -> None:
        """Show what needs the trader."""
        texts: dict[About, str] = {}
        if state.halted is not None:
            texts[_HALTED] = halted(state.halted)
        for key, lock in state.locks.items():
            held = state.position_of(key)
            texts[key] = lock_words(lock, None if held is None else held.value)
        texts.update({noticed: notice(noticed) for noticed in state.notices})
        if state.wants_stream is None and state.link is Link.CONNECTED:
            texts[_STREAM] = STREAM_QUESTION
        for gone in self._shown.keys() - texts.keys():
            banner = self._shown.pop(gone)
            self._column.removeWidget(banner)
            banner.deleteLater()
        for key_or_notice, text in texts.items():
            self._banner(key_or_notice).show_text(text)
        self.setVisible(bool(texts))

    def _banner(self, about: About) -> Banner:
        if about not in self._shown:
            if about is _HALTED:
                banner = Banner("halted")
            elif about is _STREAM:
                banner = Banner("", USE_STREAM, REST_ONLY)
                banner.answered.connect(lambda text: self.stream_chosen.emit(text == USE_STREAM))
            elif isinstance(about, Noticed):
                banner = Banner("warn", "OK")
                banner.answered.connect(lambda: self.notice_read.emit(about))
            else:
                banner = Banner("wrong", "I checked NinjaTrader…")
                banner.answered.connect(lambda: self.attestation_wanted.emit(about))
            self._shown[about] = banner
            self._column.insertWidget(0 if about is _HALTED else -1, banner)
        return self._shown[about]
