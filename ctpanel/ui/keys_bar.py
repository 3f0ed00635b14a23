"""One line below the link bar: arming, how hotkeys stand, what a press needs. Draws only."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ctpanel.domain.market import Account
from ctpanel.domain.offers import why_not_arm
from ctpanel.domain.state import PanelState
from ctpanel.domain.values import Confirming
from ctpanel.ui.arm_button import ArmButton
from ctpanel.ui.controls import (
    GAP,
    SMALL,
    Choice,
    Elided,
    plain_label,
    plain_tip,
    scale_font,
    set_property,
)
from ctpanel.ui.denials import denial, sentence
from ctpanel.ui.guard_words import ARM_TIP, keys_words

CONFIRM: Final = "Confirm"
_WIDEST: Final = "⌨ ARMED 00:00"


class KeysBar(QFrame):
    """Arm hotkeys, their state with its countdown, and Confirm for the account that is shown.

    Signals:
        arming_wanted: whether hotkeys are to be armed.
        confirmation_chosen: (Account, Confirming) - what a press on the account needs from now on.
    """

    arming_wanted = Signal(bool)
    confirmation_chosen = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keysbar")
        self._account: Account | None = None
        self.arm = ArmButton()
        self.arm.wanted.connect(self.arming_wanted)
        self._word = plain_label()
        self._word.setObjectName("keysword")
        scale_font(self._word, 1.0, bold=True)
        self._word.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note, self._more = Elided("muted"), Elided("muted")
        self.confirm = Choice(CONFIRM, [choice.value for choice in Confirming])
        self.confirm.textActivated.connect(self._choose)
        self._lay_out()

    def _lay_out(self) -> None:
        word, confirm = self._word.fontMetrics(), self.confirm.fontMetrics()
        self._word.setMinimumWidth(word.horizontalAdvance(_WIDEST) + GAP)
        self.confirm.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.confirm.setMinimumWidth(confirm.horizontalAdvance(Confirming.HOLD.value) + GAP * 6)
        notes = QVBoxLayout()
        notes.setSpacing(0)
        for note in (self._note, self._more):
            notes.addWidget(note)
        caption = plain_label(CONFIRM, "caption", SMALL)
        caption.setBuddy(self.confirm)
        line = QHBoxLayout(self)
        line.setContentsMargins(GAP * 2, GAP // 2, GAP * 2, GAP // 2)
        line.setSpacing(GAP)
        line.addWidget(self.arm)
        line.addWidget(self._word)
        line.addLayout(notes, 1)
        line.addWidget(caption)
        line.addWidget(self.confirm)

    def render_state(self, state: PanelState) -> None:
        """Show how things stand; say why arming is not possible when it is not."""
        words = keys_words(state)
        self._word.setText(words.word)
        set_property(self._word, "tone", words.tone)
        for label, text in ((self._note, words.note), (self._more, words.more)):
            label.show_text(text, tip=f"{words.note} {words.more}")
        self._more.setVisible(bool(words.more))
        set_property(self._note, "tone", "warn" if words.more else "")
        self._word.setAccessibleDescription(f"{words.note} {words.more}".strip())
        self._show_arm(state)
        self._account = state.account
        self.confirm.setEnabled(state.account is not None)
        self.confirm.show_choice("" if state.account is None else state.confirms.value)

    def _show_arm(self, state: PanelState) -> None:
        denied = why_not_arm(state) if state.armed is None else None
        if denied is not None and self.arm.hasFocus():
            self.arm.clearFocus()  # Qt would hand the focus, and a held key, to the next button
        self.arm.setEnabled(denied is None)
        self.arm.show_armed(state.armed is not None)
        why = ARM_TIP if denied is None else f"{sentence(denial(denied))}."
        self.arm.setToolTip(plain_tip(why))
        self.arm.setAccessibleDescription(why)

    def _choose(self, text: str) -> None:
        """Show the choice again by the state: it is not made until the state has it."""
        if self._account is not None:
            self.confirmation_chosen.emit(self._account, Confirming(text))
