"""The editor of one preset: shows a draft, reports that it was edited, says what is wrong."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ctpanel.domain.chord import Chord
from ctpanel.domain.presets import MOST_ACCOUNTS, Deed
from ctpanel.domain.state import PanelState
from ctpanel.domain.values import Entry, OrderType, TimeInForce
from ctpanel.ui.controls import Choice, plain_label
from ctpanel.ui.controls import Entry as TextEntry
from ctpanel.ui.key_recorder import KeyRecorder, Listening
from ctpanel.ui.preset_draft import Draft, Part
from ctpanel.ui.preset_words import offset_words, words
from ctpanel.ui.sheet import Note, Rows, mark

OWN_ENTRY: Final = "As chosen for the account"
NAME: Final = Qt.ItemDataRole.UserRole
_ROWS: Final = 4
"""Accounts that are seen at once."""

MEANINGS: Final = {
    Part.NAME: "What the panel calls it.",
    Part.ACCOUNTS: f"None ticked: the one shown in the window. At most {MOST_ACCOUNTS}.",
    Part.INSTRUMENT: "Empty: the one shown in the window. Else a month, like MES 12-26.",
    Part.QUANTITY: "Empty: as many as are held.",
    Part.LIMIT: "Only for an order type with a limit price.",
    Part.STOP: "Only for an order type with a stop price.",
    Part.STRATEGY: "Empty: none.",
    Part.KEY: "Press the button, then the keys. Esc leaves it, Backspace takes it away.",
}
TRY: Final = "Press it now; nothing will be done. If nothing appears, another program takes it."


class PresetEditor(QWidget):
    """Every field of a preset.

    Signals:
        edited: a field was changed by the trader.
    """

    edited = Signal()

    def __init__(self, state: PanelState, label: Callable[[Chord], str]) -> None:
        super().__init__()
        self._state = state
        self._label = label
        self._is_showing = False
        self._chord: Chord | None = None
        self.name = TextEntry(Part.NAME.value)
        self.deed = Choice("What it does", [deed.value for deed in Deed])
        self.accounts = _accounts()
        self.instrument = TextEntry(Part.INSTRUMENT.value)
        self.quantity = TextEntry(Part.QUANTITY.value)
        self.order_type = Choice("Order type", [kind.value for kind in OrderType])
        self.limit_ticks = TextEntry(Part.LIMIT.value)
        self.stop_ticks = TextEntry(Part.STOP.value)
        self.time_in_force = Choice("Time in force", [time.value for time in TimeInForce])
        self.strategy = _strategy(state)
        self.entry = Choice("Entry", [OWN_ENTRY, *(entry.value for entry in Entry)])
        self.recorder = KeyRecorder(label)
        self.test = QPushButton("Test")
        self.test.setAutoDefault(False)
        self.summary = plain_label(factor=1.1)
        self._notes: dict[Part, Note] = {}
        self._lay_out()
        self._connect()

    # --- building -----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.summary.setWordWrap(True)
        self._warning = Note()
        rows = Rows()
        self._put(rows, Part.NAME, self.name)
        rows.add(self.deed)
        self._put(rows, Part.KEY, self.recorder)
        rows.beside(self.test)
        self._put(rows, Part.ACCOUNTS, self.accounts)
        self._put(rows, Part.INSTRUMENT, self.instrument)
        self._put(rows, Part.QUANTITY, self.quantity, "contracts")
        rows.add(self.order_type)
        self._put(rows, Part.LIMIT, self.limit_ticks, "ticks beyond")
        self._put(rows, Part.STOP, self.stop_ticks, "ticks beyond")
        rows.add(self.time_in_force)
        self._put(rows, Part.STRATEGY, self.strategy)
        rows.add(self.entry)
        rows.finish()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.summary, self._warning):
            column.addWidget(part)
        column.addWidget(rows, 1)

    def _put(self, rows: Rows, part: Part, field: QWidget, unit: str = "") -> None:
        self._notes[part] = rows.add(field, MEANINGS[part], unit)

    def _connect(self) -> None:
        for line in (self.name, self.instrument, self.quantity, self.limit_ticks, self.stop_ticks):
            line.textEdited.connect(self._changed)
        for choice in (self.deed, self.order_type, self.time_in_force, self.entry):
            choice.currentTextChanged.connect(self._changed)
        self.strategy.editTextChanged.connect(self._changed)
        self.accounts.itemChanged.connect(self._changed)
        self.recorder.changed.connect(self._record)
        self.recorder.tried.connect(self._tried)
        self.test.clicked.connect(self._try)

    # --- showing ------------------------------------------------------------------------------

    def show_draft(self, draft: Draft) -> None:
        """Show a preset, without emitting."""
        self._is_showing = True
        self._chord = draft.chord
        self.name.show_text(draft.name)
        self.deed.show_choice(draft.deed.value)
        self._show_accounts(draft.accounts)
        self.instrument.show_text(draft.instrument)
        self.quantity.show_text(draft.quantity)
        self.order_type.show_choice(draft.order_type.value)
        self.limit_ticks.show_text(draft.limit_ticks)
        self.stop_ticks.show_text(draft.stop_ticks)
        self.time_in_force.show_choice(draft.time_in_force.value)
        self.strategy.show_choice(draft.strategy)
        self.entry.show_choice(OWN_ENTRY if draft.entry is None else draft.entry.value)
        self.recorder.show_chord(draft.chord)
        self._is_showing = False

    def _show_accounts(self, chosen: tuple[str, ...]) -> None:
        kinds = {account.name: account.kind.value for account in self._state.accounts}
        self.accounts.clear()
        for name in dict.fromkeys((*kinds, *chosen)):
            item = QListWidgetItem(f"{name}  ·  {kinds.get(name, 'not listed')}")
            item.setData(NAME, name)
            state = Qt.CheckState.Checked if name in chosen else Qt.CheckState.Unchecked
            item.setCheckState(state)
            self.accounts.addItem(item)

    def show_marks(self, key: tuple[str, ...], unusable: tuple[str, ...]) -> None:
        """Show what is wrong in the draft, what speaks against its key, and what is out there."""
        draft = self.draft()
        wrong = draft.wrong(self._state.today)
        self.summary.setText(f"{words(draft.preset(self._state.today))}.")
        self._warning.say(" ".join(unusable), "warning")
        self._warning.setVisible(bool(unusable))
        for part, note in self._notes.items():
            mark(self.fields[part], note, wrong.get(part, ""), self._meaning(part, draft))
            self.fields[part].setEnabled(part in draft.parts)
        for choice in (self.order_type, self.time_in_force, self.entry):
            choice.setEnabled(draft.deed is Deed.REVERSE)
        self.test.setEnabled(draft.chord is not None)
        if key and Part.KEY not in wrong:
            self._notes[Part.KEY].say(" ".join(key), "message")

    def _meaning(self, part: Part, draft: Draft) -> str:
        ticks = draft.ticks(part) if part in (Part.LIMIT, Part.STOP) else None
        return MEANINGS[part] if ticks is None else offset_words(ticks)

    @property
    def fields(self) -> dict[Part, QWidget]:
        """The widget of each part."""
        return {
            Part.NAME: self.name,
            Part.ACCOUNTS: self.accounts,
            Part.INSTRUMENT: self.instrument,
            Part.QUANTITY: self.quantity,
            Part.LIMIT: self.limit_ticks,
            Part.STOP: self.stop_ticks,
            Part.STRATEGY: self.strategy,
            Part.KEY: self.recorder,
        }

    # --- what the trader does -----------------------------------------------------------------

    def draft(self) -> Draft:
        """The preset as it stands here."""
        entry = self.entry.currentText()
        return Draft(
            name=self.name.text(),
            deed=Deed(self.deed.currentText()),
            chord=self._chord,
            accounts=self._chosen(),
            instrument=self.instrument.text(),
            quantity=self.quantity.text(),
            order_type=OrderType(self.order_type.currentText()),
            time_in_force=TimeInForce(self.time_in_force.currentText()),
            limit_ticks=self.limit_ticks.text(),
            stop_ticks=self.stop_ticks.text(),
            strategy=self.strategy.currentText(),
            entry=None if entry == OWN_ENTRY else Entry(entry),
        )

    def _chosen(self) -> tuple[str, ...]:
        items = (self.accounts.item(row) for row in range(self.accounts.count()))
        chosen = (item for item in items if item.checkState() is Qt.CheckState.Checked)
        return tuple(str(item.data(NAME)) for item in chosen)

    def _changed(self) -> None:
        if not self._is_showing:
            self.edited.emit()

    def _record(self, chord: Chord | None) -> None:
        self._chord = chord
        self._changed()

    def _try(self) -> None:
        self.recorder.listen(Listening.TEST)
        self._notes[Part.KEY].say(TRY)

    def _tried(self, chord: Chord) -> None:
        label = self._label(chord)
        if chord == self._chord:
            self._notes[Part.KEY].say(f"Heard {label}. Nothing was done.")
        else:
            self._notes[Part.KEY].say(f"That was {label}. Nothing was done.", "warning")


def _accounts() -> QListWidget:
    accounts = QListWidget()
    accounts.setAccessibleName(Part.ACCOUNTS.value)
    accounts.setFixedHeight(accounts.fontMetrics().lineSpacing() * _ROWS * 2)
    return accounts


def _strategy(state: PanelState) -> Choice:
    strategy = Choice(Part.STRATEGY.value)
    strategy.setEditable(True)
    line = TextEntry(Part.STRATEGY.value)
    line.setObjectName("inner")
    strategy.setLineEdit(line)
    strategy.setInsertPolicy(Choice.InsertPolicy.NoInsert)
    strategy.show_items(["", *state.strategies])
    return strategy
