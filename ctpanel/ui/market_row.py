"""Account and instrument: what everything below is about. Shows choices, reports changes."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QVBoxLayout, QWidget

from ctpanel.domain.instrument import InstrumentSpec
from ctpanel.domain.outcomes import Code, Denied, Field
from ctpanel.domain.state import PanelState
from ctpanel.ui.controls import Choice, Column, FieldRow, plain_tip, set_property
from ctpanel.ui.denials import denial, named_denial

_QUIET = (Code.INSTRUMENT_EMPTY, Code.INSTRUMENT_RESOLVING)
"""Said only on the Reverse button: the user is not wrong yet."""


def _reason(problem: Denied | None) -> str:
    """What the server said of an instrument, in its own words."""
    return "" if problem is None else dict(problem.facts).get("reason", "")


class MarketRow(QWidget):
    """The account and instrument pickers.

    Signals:
        account_chosen: an account's name.
        instrument_typed: the instrument's text after a keystroke.
        instrument_chosen: the instrument's text, chosen or confirmed.
    """

    account_chosen = Signal(str)
    instrument_typed = Signal(str)
    instrument_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.account = Choice(Field.ACCOUNT.value)
        self.instrument = Choice(Field.INSTRUMENT.value)
        self.instrument.setEditable(True)
        self.instrument.setInsertPolicy(Choice.InsertPolicy.NoInsert)
        self.instrument.setMaxVisibleItems(16)
        self._specs: Mapping[str, InstrumentSpec] = {}
        self._row = FieldRow((Column(self.account), Column(self.instrument)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._row)
        self.account.textActivated.connect(self.account_chosen)
        line = QLineEdit()
        self.instrument.setLineEdit(line)
        line.setAccessibleName(Field.INSTRUMENT.value)
        line.textEdited.connect(self.instrument_typed)
        line.returnPressed.connect(self._confirm)
        line.installEventFilter(self)
        self._complete()
        self.instrument.textActivated.connect(self._choose)

    def _complete(self) -> None:
        """Offer what contains the typed text: `mic` finds the micro contracts."""
        completer = QCompleter(self.instrument.model(), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setMaxVisibleItems(self.instrument.maxVisibleItems())
        popup = QListView()
        popup.setObjectName("completions")
        completer.setPopup(popup)
        self.instrument.setCompleter(completer)
        completer.activated.connect(self._choose)

    def offer_instruments(self, specs: Mapping[str, InstrumentSpec]) -> None:
        """The table of known instruments."""
        self._specs = specs

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Leaving the field confirms what was typed; its own list opening is no leaving."""
        popup = Qt.FocusReason.PopupFocusReason
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() is not popup:
            self._confirm()
        return super().eventFilter(watched, event)

    def _confirm(self) -> None:
        self._choose(self.instrument.currentText())

    def _choose(self, text: str) -> None:
        """An entry of the list may carry a description behind its name."""
        self.instrument_chosen.emit(text.split("  ", maxsplit=1)[0].strip())

    def render_state(self, state: PanelState) -> None:
        """Show the choices and what is chosen."""
        self.account.show_items([account.name for account in state.accounts])
        self.account.show_choice(state.ticket.account)
        self.instrument.show_items(self._instruments(state))
        self.instrument.show_choice(state.ticket.instrument)
        problem = state.resolution.problem
        wrong = problem is not None and problem.code not in _QUIET
        set_property(self.instrument, "invalid", "true" if wrong else "false")
        text = named_denial(problem) if wrong and problem is not None else ""
        self._row.show_message(text, column=1)
        description = denial(problem) if wrong and problem is not None else ""
        self.instrument.setAccessibleDescription(description)
        self.instrument.setToolTip(plain_tip(_reason(problem)))

    def _instruments(self, state: PanelState) -> list[str]:
        """Held ones first, then recent ones, then the table."""
        held = sorted(
            contract
            for (account, contract), read in state.held.items()
            if account == state.ticket.account and not read.value.is_flat
        )
        first = dict.fromkeys([*(contract.name for contract in held), *state.recents])
        known = [f"{root}  {spec.description}" for root, spec in self._specs.items()]
        return [*first, *known]
