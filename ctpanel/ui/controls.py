"""The small parts every view is built from. They know nothing of trading."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtGui import Qt as RichText
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QWidget,
)

SMALL = 0.86
"""Captions and messages, against the desktop's own font size."""

GAP = 8
"""Pixels, before scaling, between neighbours; everything is a multiple or half of it."""


def scale_font(widget: QWidget, factor: float, *, bold: bool = False) -> None:
    """A font relative to the desktop's own, so that a larger one enlarges everything."""
    font = QFont(widget.font())
    font.setPointSizeF(font.pointSizeF() * factor)
    font.setBold(bold)
    font.setFeature(QFont.Tag("tnum"), 1)  # figures of one width do not jump as they change
    widget.setFont(font)


def set_property(widget: QWidget, name: str, value: str) -> None:
    """Set a style-sheet property and have the widget redrawn by it."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def plain_label(text: str = "", role: str = "", factor: float = 1.0) -> QLabel:
    """A label that shows text as text: what a server says is never markup."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    scale_font(label, factor)
    return label


def plain_tip(text: str) -> str:
    """A tool tip that shows text as text: Qt guesses, and takes what looks like markup for it."""
    return RichText.convertFromPlainText(text) if RichText.mightBeRichText(text) else text


class Choice(QComboBox):
    """A combo box that does not change under a scrolling wheel unless it has the focus."""

    def __init__(self, name: str, items: Sequence[str] = ()) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.addItems(items)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("M" * 7))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Pass the wheel on to whatever scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The style's box, and a chevron: a style sheet can only take one from a file."""
        super().paintEvent(event)
        half = self.fontMetrics().height() / 5
        middle = QPointF(self.width() - half * 4, self.height() / 2)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole.PlaceholderText
        painter.setPen(QPen(self.palette().color(QPalette.ColorGroup.Active, role), half / 2))
        points = (QPointF(-half, -half / 2), QPointF(0, half / 2), QPointF(half, -half / 2))
        painter.drawPolyline([middle + point for point in points])
        painter.end()

    def show_items(self, items: Sequence[str]) -> None:
        """Offer these, keeping what is chosen; nothing is emitted."""
        if [self.itemText(i) for i in range(self.count())] == list(items):
            return
        text = self.currentText()
        self.blockSignals(True)  # noqa: FBT003 - Qt takes it by position
        self.clear()
        self.addItems(items)
        if self.isEditable():
            self.setEditText(text)
        else:
            self.setCurrentIndex(self.findText(text))
        self.blockSignals(False)  # noqa: FBT003 - same

    def show_choice(self, text: str) -> None:
        """Show one, without emitting; an editable one keeps its cursor while it is right."""
        index = self.findText(text)
        if text == self.currentText() if self.isEditable() else index == self.currentIndex():
            return
        self.blockSignals(True)  # noqa: FBT003 - same
        if self.isEditable():
            self.setEditText(text)
        else:
            self.setCurrentIndex(index)
        self.blockSignals(False)  # noqa: FBT003 - same


class Entry(QLineEdit):
    """A line of text; `textEdited` fires for the user only."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0" * 9))
        scale_font(self, 1.0)

    def show_text(self, text: str) -> None:
        """Show a text; the cursor stays where it is while the text is right."""
        if self.text() != text:
            self.setText(text)


class SteppedEntry(Entry):
    """An entry whose arrow keys step: one with Up and Down, ten with Ctrl.

    Signals:
        stepped: by how many steps, signed.
    """

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Step, or type."""
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
            return
        ten = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.stepped.emit(direction * (10 if ten else 1))


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a row, small buttons behind it, and its share of the width."""

    field: QWidget
    buttons: Sequence[QToolButton] = ()
    stretch: int = 1


class FieldRow(QWidget):
    """Fields side by side: captions above, one line for what is wrong below.

    The line is always there, so that nothing moves when it fills.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        """Lay out columns; a caption is its field's accessible name."""
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(2)
        for number, column in enumerate(columns):
            caption = plain_label(column.field.accessibleName(), "caption", SMALL)
            caption.setBuddy(column.field)
            grid.addWidget(caption, 0, number)
            grid.addLayout(_line(column), 1, number)
            grid.setColumnStretch(number, column.stretch)
        self._grid, self._count = grid, len(columns)
        self._message = Elided("message")
        self._put_message(0)

    def show_message(self, text: str, column: int = 0) -> None:
        """Say what is wrong in this row, below the field of a column."""
        if text:
            self._put_message(column)
        self._message.show_text(text)

    def _put_message(self, column: int) -> None:
        """Begin at the column's left edge; the last one's ends at its right, for want of room."""
        is_last = column == self._count - 1 > 0
        start = 0 if is_last else column
        side = Qt.AlignmentFlag.AlignRight if is_last else Qt.AlignmentFlag.AlignLeft
        self._message.setAlignment(side)
        self._grid.addWidget(self._message, 2, start, 1, self._count - start)


def _line(column: Column) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(GAP // 4)
    line.addWidget(column.field, 1)
    for button in column.buttons:
        line.addWidget(button)
    return line


class Elided(QLabel):
    """One line that is cut with an ellipsis where it must be, and has all of it as its tip."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        scale_font(self, SMALL)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = ""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line high, empty or not: nothing moves when a message comes or goes."""
        return QSize(0, self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The same."""
        return self.sizeHint()

    def show_text(self, text: str, tip: str = "") -> None:
        """Show a text, whole or cut; `tip` may say more."""
        self._whole = text
        self.setToolTip(plain_tip(tip or text))
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Cut again for the new width."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        metrics = self.fontMetrics()
        self.setText(metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))


def small_button(text: str, name: str) -> QToolButton:
    """A small button behind a field; `name` is what it does."""
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(name)
    button.setToolTip(name)
    button.setProperty("role", "pick")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    scale_font(button, SMALL)
    button.setMinimumWidth(button.fontMetrics().horizontalAdvance(text) + 2 * GAP)
    return button
