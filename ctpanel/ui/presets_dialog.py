"""The dialog of presets: a list and, beside it, the editor of the chosen one. It binds no key."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QPushButton, QVBoxLayout, QWidget

from ctpanel.domain.chord import Chord
from ctpanel.domain.presets import Deed, Preset, faults
from ctpanel.domain.state import PanelState
from ctpanel.ui.controls import GAP
from ctpanel.ui.preset_draft import Draft
from ctpanel.ui.preset_editor import PresetEditor
from ctpanel.ui.preset_words import key_problem, unusable
from ctpanel.ui.sheet import Sheet

SAVED_DISARMS: Final = "Saving disarms the hotkeys."
NEW: Final = "New preset"


class PresetsDialog(Sheet):
    """Presets and their keys; Save waits until all of them can be used.

    Signals:
        listening: whether the next press of a key is meant for this dialog.
    """

    listening = Signal(bool)

    def __init__(
        self, state: PanelState, label: Callable[[Chord], str], parent: QWidget | None
    ) -> None:
        super().__init__("Presets and keys", "Save", parent)
        self._state = state
        self._label = label
        self._drafts = [Draft.of(preset) for preset in state.presets]
        self.list = QListWidget()
        self.list.setAccessibleName("Presets")
        self.add = self._button("Add", self._add)
        self.duplicate = self._button("Duplicate", self._duplicate)
        self.remove = self._button("Remove", self._remove)
        self.editor = PresetEditor(state, label)
        self.editor.edited.connect(self._edited)
        self.editor.recorder.listening.connect(self.listening)
        self._lay_out()
        self.list.currentRowChanged.connect(self._choose)
        self._list_all()
        self.list.setCurrentRow(0)
        self._judge()

    def _button(self, text: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addWidget(self.list, 1)
        for button in (self.add, self.duplicate, self.remove):
            left.addWidget(button)
        wide = self.fontMetrics().horizontalAdvance("0" * 22)
        self.list.setFixedWidth(wide)
        row = QHBoxLayout()
        row.setSpacing(GAP * 2)
        row.addLayout(left)
        self.put_page(self.editor, row)

    # --- the list -----------------------------------------------------------------------------

    def presets(self) -> tuple[Preset, ...]:
        """The presets as they are typed; what is wrong is left out of them."""
        return tuple(draft.preset(self._state.today) for draft in self._drafts)

    def heard(self, name: str) -> None:
        """The system heard the key that a preset has been bound to."""
        chord = next((p.chord for p in self._state.presets if p.name == name), None)
        if chord is not None:
            self.editor.recorder.take(chord)

    def _list_all(self) -> None:
        while self.list.count() > len(self._drafts):
            self.list.takeItem(self.list.count() - 1)
        for row, draft in enumerate(self._drafts):
            if row == self.list.count():
                self.list.addItem("")
            sign = "⚠ " if self._marks(row) else ""
            key = "No key" if draft.chord is None else self._label(draft.chord)
            self.list.item(row).setText(f"{sign}{draft.name}\n{key}")

    def _marks(self, row: int) -> tuple[str, ...]:
        """What speaks against one, here or out there."""
        draft = self._drafts[row]
        wrong = tuple(draft.wrong(self._state.today).values())
        preset = draft.preset(self._state.today)
        return (*wrong, *self._key_marks(row), *unusable(preset, self._state))

    def _key_marks(self, row: int) -> tuple[str, ...]:
        chord = self._drafts[row].chord
        if chord is None:
            return ()
        others = (d for number, d in enumerate(self._drafts) if number != row)
        taken = tuple(f"{d.name} has this key already." for d in others if d.chord == chord)
        bound = (p for p in self._state.presets if p.chord == chord)
        said = (key_problem(preset, self._state) for preset in bound)
        return (*taken, *filter(None, said))

    def _choose(self, row: int) -> None:
        chosen = 0 <= row < len(self._drafts)
        self.editor.setEnabled(chosen)
        self.duplicate.setEnabled(chosen)
        self.remove.setEnabled(chosen)
        if chosen:
            self.editor.show_draft(self._drafts[row])
            self._judge()

    def _add(self) -> None:
        self._append(Draft.of(Preset(self._free_name(NEW), Deed.REVERSE)))

    def _duplicate(self) -> None:
        draft = self._drafts[self.list.currentRow()]
        self._append(replace(draft, name=self._free_name(draft.name), chord=None))

    def _append(self, draft: Draft) -> None:
        self._drafts.append(draft)
        self._list_all()
        self.list.setCurrentRow(len(self._drafts) - 1)
        self.editor.name.setFocus()

    def _free_name(self, name: str) -> str:
        taken = {draft.name for draft in self._drafts}
        tried = (name, *(f"{name} {number}" for number in range(2, len(taken) + 3)))
        return next(one for one in tried if one not in taken)

    def _remove(self) -> None:
        row = self.list.currentRow()
        del self._drafts[row]
        self.list.takeItem(row)
        self._judge()

    # --- editing ------------------------------------------------------------------------------

    def _edited(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._drafts):
            self._drafts[row] = self.editor.draft()
            self._judge()

    def _judge(self) -> None:
        self._list_all()
        row = self.list.currentRow()
        if 0 <= row < len(self._drafts):
            preset = self._drafts[row].preset(self._state.today)
            self.editor.show_marks(self._key_marks(row), unusable(preset, self._state))
        found = next(self._faults(), "")
        self.act.setEnabled(not found)
        self.act.setToolTip(found)
        self.act.setAccessibleDescription(found)
        self.note.say(found or SAVED_DISARMS, "message" if found else "muted")

    def _faults(self) -> Iterator[str]:
        for draft in self._drafts:
            for part, why in draft.wrong(self._state.today).items():
                yield f"{draft.name}: {part.value}: {why}"
        yield from faults(self.presets())
