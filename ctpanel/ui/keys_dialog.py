"""One page of all keys: what each will do, whether it needs arming, and why one is not heard."""

from typing import Final

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ctpanel.domain.presets import Preset
from ctpanel.domain.state import PanelState
from ctpanel.ui.controls import GAP, SMALL, plain_label, scale_font
from ctpanel.ui.preset_words import as_text, key_words, needs, problems, words
from ctpanel.ui.printing import ask_and_print
from ctpanel.ui.sheet import Sheet

TITLE: Final = "Keys"
PAPER: Final = "ctpanel-keys"
"""What the printed page is called in a queue, or as a file."""
COPIED: Final = "Copied."
PRINTED: Final = "Handed to the printer."
NOT_PRINTED: Final = "The printer did not take it. Copy the page and print it elsewhere."
NONE: Final = "There are no presets."


class KeysDialog(Sheet):
    """The list; it follows the state while it is open."""

    def __init__(self, state: PanelState, parent: QWidget | None) -> None:
        super().__init__(TITLE, "Copy", parent)
        self.cancel.setText("Close")
        self.print = QPushButton("Print…")
        self.print.setAutoDefault(False)
        self.print.clicked.connect(self._print)
        self.buttons.insertWidget(0, self.print)
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, GAP, 0)
        self._column.setSpacing(GAP)
        self.put_page(page)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0" * 58))
        self._entries: list[QWidget] = []
        self._text = ""
        self.render_state(state)

    @property
    def text(self) -> str:
        """The page as text."""
        return self._text

    def _acted(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self.note.say(COPIED)

    def _print(self) -> None:
        ask_and_print(PAPER, self._text, self, self._printed)

    def _printed(self, was_taken: bool) -> None:  # noqa: FBT001 - a callback
        if was_taken:
            self.note.say(PRINTED)
        else:
            self.note.say(NOT_PRINTED, "warning")

    def render_state(self, state: PanelState) -> None:
        """Show the keys as they are now."""
        text = as_text(state) or NONE
        if text == self._text:
            return
        self._text = text
        for entry in self._entries:
            entry.deleteLater()
        self._entries = [_entry(preset, state) for preset in state.presets] or [plain_label(NONE)]
        for entry in self._entries:
            self._column.addWidget(entry)
        self.setAccessibleDescription(text)


def _entry(preset: Preset, state: PanelState) -> QWidget:
    entry = QFrame()
    entry.setObjectName("card")
    grid = QGridLayout(entry)
    grid.setColumnStretch(1, 1)
    key = plain_label(key_words(preset, state), factor=1.15)
    scale_font(key, 1.0, bold=True)
    name = plain_label(preset.name, factor=1.15)
    grid.addWidget(key, 0, 0)
    grid.addWidget(name, 0, 1)
    lines = [_wrapped(f"{words(preset)}."), _wrapped(f"{needs(preset)}.", "muted", SMALL)]
    lines += [_wrapped(f"⚠ {problem}", "warning") for problem in problems(preset, state)]
    for row, line in enumerate(lines, start=1):
        grid.addWidget(line, row, 0, 1, 2)
    return entry


def _wrapped(text: str, role: str = "", factor: float = 1.0) -> QLabel:
    label = plain_label(text, role, factor)
    label.setWordWrap(True)
    return label
