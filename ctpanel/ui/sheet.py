"""A dialog longer than a screen may be: its page scrolls, its buttons stay. And its rows."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QLabel,
    QListWidget,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ctpanel.ui.controls import GAP, SMALL, plain_label, scale_font, set_property
from ctpanel.ui.dialogs import Asking

_OF_SCREEN = 0.9
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class Sheet(Asking):
    """Cancel, one button named by what it does, and above them a line that says how things stand.

    Attributes:
        note: that line.
    """

    def __init__(self, title: str, act: str, parent: QWidget | None) -> None:
        super().__init__(title, act, parent)
        self.note = Note()
        layout = self.layout()
        if not isinstance(layout, QVBoxLayout):
            raise TypeError("Asking is one column")
        layout.setStretch(0, 1)
        layout.setStretch(1, 0)
        layout.insertWidget(layout.count() - 1, self.note)

    def put_page(self, page: QWidget, row: QBoxLayout | None = None) -> None:
        """Have a page scroll, alone or at the end of a row of other things."""
        page.setObjectName("body")
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        self._scroll, self._page = scroll, page
        if row is None:
            self.body.addWidget(scroll, 1)
        else:
            row.addWidget(scroll, 1)
            self.body.addLayout(row, 1)

    def open(self) -> None:
        """Show it, as large as its page where the screen has room."""
        super().open()  # only what is shown knows how large it is
        most = self.screen().availableSize() * _OF_SCREEN
        self.setMinimumWidth(min(self.minimumWidth(), most.width()))
        page = self._page.sizeHint().expandedTo(self._page.minimumSizeHint())
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        self._scroll.setMinimumWidth(min(page.width() + bar, most.width() // 2))
        around = self.sizeHint() - self._scroll.sizeHint()
        wide = max(
            self.width(), self.minimumSizeHint().width(), around.width() + page.width() + bar
        )
        high = around.height() + max(page.height(), self._page.heightForWidth(page.width()))
        self.resize(min(wide, most.width()), min(high + GAP, most.height()))


class Note(QLabel):
    """Some lines: what a field means, or what is wrong with it."""

    def __init__(self, meaning: str = "") -> None:
        super().__init__(meaning)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "muted")
        self.setWordWrap(True)
        scale_font(self, SMALL)

    def say(self, text: str, role: str = "muted") -> None:
        """Say it; "message" for what is wrong, "warning" for what to look at."""
        set_property(self, "role", role)
        if self.text() != text:
            self.setText(text)


class Rows(QWidget):
    """Fields below each other: label, field, unit, and a note underneath."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, GAP, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(GAP // 4)
        self._grid.setColumnStretch(1, 1)

    def head(self, text: str) -> None:
        """Begin a group."""
        row = self._grid.rowCount()
        self._grid.setRowMinimumHeight(row, GAP)
        label = plain_label(text)
        scale_font(label, 1.0, bold=True)
        self._grid.addWidget(label, row + 1, 0, 1, 3)

    def add(self, field: QWidget, meaning: str = "", unit: str = "") -> Note:
        """Add a field; its label is its accessible name. Returns its note."""
        row = self._grid.rowCount()
        caption = plain_label(field.accessibleName())
        caption.setBuddy(field)
        top = Qt.AlignmentFlag.AlignTop if isinstance(field, QListWidget) else _MIDDLE
        self._grid.addWidget(caption, row, 0, top)
        self._grid.addWidget(field, row, 1)
        if unit:
            self._grid.addWidget(plain_label(unit, "muted"), row, 2)
        note = Note(meaning)
        note.setVisible(bool(meaning))
        self._grid.addWidget(note, row + 1, 0, 1, 3)
        self._grid.setRowMinimumHeight(row + 2, GAP // 2)
        return note

    def beside(self, field: QWidget) -> None:
        """Add another field beside the last one."""
        self._grid.addWidget(field, self._grid.rowCount() - 3, 2)

    def finish(self) -> None:
        """What room is left stays below the last row."""
        self._grid.setRowStretch(self._grid.rowCount(), 1)


def mark(field: QWidget, note: Note, wrong: str, meaning: str) -> None:
    """Show a field and its note right or wrong."""
    set_property(field, "invalid", "true" if wrong else "false")
    field.setAccessibleDescription(wrong or meaning)
    note.say(wrong or meaning, "message" if wrong else "muted")
