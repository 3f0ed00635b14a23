"""The dialog of the trader's limits. What each may be is in domain/limits.py, words elsewhere."""

from typing import Final

from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from ctpanel.domain.limits import Limits, loosened
from ctpanel.ui.controls import Entry, scale_font
from ctpanel.ui.limit_words import (
    GROUPS,
    LINES,
    ONLY_WIDE,
    Line,
    looser_words,
    read,
    shown,
    wrong,
)
from ctpanel.ui.sheet import Note, Rows, Sheet, mark

RESTORE: Final = "Restore careful defaults"
NOTHING_LOOSER: Final = "None is looser than now."


class LimitsDialog(Sheet):
    """Every limit, judged as it is typed; Save waits until all are right.

    Attributes:
        fields: the field of each line, by its name.
    """

    def __init__(self, limits: Limits, decimal_sign: str, parent: QWidget | None) -> None:
        super().__init__("Limits", "Save", parent)
        self._before = limits
        self._decimal_sign = decimal_sign
        self.fields: dict[str, Entry | QCheckBox] = {}
        self._notes: dict[str, Note] = {}
        self.say(ONLY_WIDE, bold=True)
        self.put_page(self._rows())
        self.restore = QPushButton(RESTORE)
        self.restore.setAutoDefault(False)
        self.restore.clicked.connect(lambda: self._show(Limits()))
        self.buttons.insertWidget(0, self.restore)
        self._show(limits)

    def _rows(self) -> Rows:
        rows = Rows()
        for name, lines in GROUPS.items():
            rows.head(name)
            for line in lines:
                field = self.fields[line.name] = self._field(line)
                self._notes[line.name] = rows.add(field, line.meaning, line.unit)
        rows.finish()
        return rows

    def _field(self, line: Line) -> Entry | QCheckBox:
        if line.unit:
            entry = Entry(line.label)
            entry.textEdited.connect(self._judge)
            return entry
        box = QCheckBox()
        box.setAccessibleName(line.label)
        scale_font(box, 1.0)
        box.toggled.connect(self._judge)
        return box

    def _show(self, limits: Limits) -> None:
        for name, value in shown(limits).items():
            field = self.fields[name]
            if isinstance(field, QCheckBox):
                field.setChecked(bool(value))
            else:
                field.show_text(str(value))
        self._judge()

    def _given(self) -> dict[str, str | bool]:
        return {
            name: field.isChecked() if isinstance(field, QCheckBox) else field.text()
            for name, field in self.fields.items()
        }

    def limits(self) -> Limits | None:
        """The limits as they are typed, None while one is wrong."""
        return read(self._given(), self._decimal_sign)

    def _judge(self) -> None:
        found = wrong(self._given(), self._decimal_sign)
        for name, field in self.fields.items():
            mark(field, self._notes[name], found.get(name, ""), LINES[name].meaning)
        limits = self.limits()
        self.act.setEnabled(limits is not None)
        if limits is None:
            name, why = next(iter(found.items()))
            self._conclude(f"{LINES[name].label}: {why}", "message")
        else:
            looser = looser_words(loosened(self._before, limits))
            self._conclude(looser or NOTHING_LOOSER, "warning" if looser else "muted")

    def _conclude(self, text: str, role: str) -> None:
        self.note.say(text, role)
        self.act.setToolTip("" if self.act.isEnabled() else text)
        self.act.setAccessibleDescription(text)
