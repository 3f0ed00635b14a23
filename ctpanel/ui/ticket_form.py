"""The ticket's fields: shows the state's ticket, reports what is done to it. Judges nothing."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from ctpanel.domain.offers import situation
from ctpanel.domain.outcomes import Denied, Field
from ctpanel.domain.rules import problems
from ctpanel.domain.state import PanelState
from ctpanel.domain.values import Action, Entry, OrderType, TimeInForce
from ctpanel.ui.controls import (
    GAP,
    Choice,
    Column,
    FieldRow,
    SteppedEntry,
    set_property,
    small_button,
)
from ctpanel.ui.controls import Entry as TextEntry
from ctpanel.ui.denials import denial, named_denial

QUICK_QUANTITIES = (1, 2, 3, 5, 10)


class TicketForm(QWidget):
    """Order fields, in the order a ticket is read.

    Signals:
        edited: (Field, text) - one field changed by the user.
        size_followed: the quantity is to follow the position again.
        price_stepped: (Field, ticks) - an arrow key in a price field.
        fresh_oco_wanted: a new OCO id, please.
        strategies_wanted: the list of remembered strategies.
    """

    edited = Signal(object, str)
    size_followed = Signal()
    price_stepped = Signal(object, int)
    fresh_oco_wanted = Signal()
    strategies_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.action = Choice(Field.ACTION.value, [a.value for a in Action])
        self.quantity = SteppedEntry(Field.QUANTITY.value)
        self.time_in_force = Choice(Field.TIME_IN_FORCE.value, [t.value for t in TimeInForce])
        self.order_type = Choice(Field.ORDER_TYPE.value, [t.value for t in OrderType])
        self.limit_price = SteppedEntry(Field.LIMIT_PRICE.value)
        self.stop_price = SteppedEntry(Field.STOP_PRICE.value)
        self.oco_id = TextEntry(Field.OCO_ID.value)
        self.strategy = Choice(Field.STRATEGY.value)
        self.strategy.setEditable(True)
        strategy_line = TextEntry(Field.STRATEGY.value)
        strategy_line.setObjectName("inner")
        self.strategy.setLineEdit(strategy_line)
        self.strategy.setInsertPolicy(Choice.InsertPolicy.NoInsert)
        self.entry = Choice(Field.ENTRY.value, [e.value for e in Entry])
        self._rows: list[tuple[FieldRow, tuple[Field, ...]]] = []
        self.in_reading_order: list[QWidget] = []
        self._lay_out()
        self._connect()

    # --- building -----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP * 3 // 4)
        for columns in (
            (
                Column(self.action, stretch=3),
                Column(self.quantity, self._quantity_buttons(), stretch=6),
                Column(self.time_in_force, stretch=3),
            ),
            (Column(self.order_type), Column(self.limit_price), Column(self.stop_price)),
            (
                Column(self.oco_id, (self._button("⟳", "Fresh OCO ID", self.fresh_oco_wanted),)),
                Column(
                    self.strategy,
                    (self._button("…", "Remembered ATM strategies", self.strategies_wanted),),
                ),
                Column(self.entry),
            ),
        ):
            row = FieldRow(columns)
            names = tuple(Field(part.field.accessibleName()) for part in columns)
            self._rows.append((row, names))
            for part in columns:
                self.in_reading_order += [part.field, *part.buttons]
            column.addWidget(row)

    def _quantity_buttons(self) -> tuple[QToolButton, ...]:
        buttons = []
        for count in QUICK_QUANTITIES:
            button = small_button(str(count), f"Quantity {count}")
            button.clicked.connect(
                lambda _=False, text=str(count): self.edited.emit(Field.QUANTITY, text)
            )
            buttons.append(button)
        return *buttons, self._button("=pos", "Quantity as held", self.size_followed)

    def _button(self, text: str, name: str, wanted: SignalInstance) -> QToolButton:
        button = small_button(text, name)
        button.clicked.connect(wanted)
        return button

    def _connect(self) -> None:
        for combo, field in (
            (self.action, Field.ACTION),
            (self.time_in_force, Field.TIME_IN_FORCE),
            (self.order_type, Field.ORDER_TYPE),
            (self.entry, Field.ENTRY),
        ):
            combo.currentTextChanged.connect(lambda text, f=field: self.edited.emit(f, text))
        self.strategy.editTextChanged.connect(lambda t: self.edited.emit(Field.STRATEGY, t))
        for line, field in (
            (self.quantity, Field.QUANTITY),
            (self.limit_price, Field.LIMIT_PRICE),
            (self.stop_price, Field.STOP_PRICE),
            (self.oco_id, Field.OCO_ID),
        ):
            line.textEdited.connect(lambda text, f=field: self.edited.emit(f, text))
        self.quantity.stepped.connect(self._step_quantity)
        for stepped, field in (
            (self.limit_price, Field.LIMIT_PRICE),
            (self.stop_price, Field.STOP_PRICE),
        ):
            stepped.stepped.connect(lambda count, f=field: self.price_stepped.emit(f, count))

    def _step_quantity(self, count: int) -> None:
        text = self.quantity.text().strip()
        if text.isascii() and text.isdigit():
            self.edited.emit(Field.QUANTITY, str(max(1, int(text) + count)))

    # --- drawing ------------------------------------------------------------------------------

    def render_state(self, state: PanelState) -> None:
        """Show the ticket, and beside edited fields what is wrong with them."""
        ticket = state.ticket
        held = None if state.position is None else state.position.value
        action = ticket.action_for(held)
        self.action.show_choice("" if action is None else action.value)
        self.quantity.show_text(ticket.quantity_for(held))
        self.time_in_force.show_choice(ticket.time_in_force.value)
        self.order_type.show_choice(ticket.order_type.value)
        _show_price(self.limit_price, ticket.limit_price, applies=ticket.order_type.needs_limit)
        _show_price(self.stop_price, ticket.stop_price, applies=ticket.order_type.needs_stop)
        self.oco_id.show_text(ticket.oco_id)
        self.strategy.show_items(["", *state.strategies])
        self.strategy.show_choice(ticket.strategy)
        self.entry.show_choice(ticket.entry.value)
        self._show_problems(state)

    def _show_problems(self, state: PanelState) -> None:
        found = problems(state.ticket, situation(state))
        shown = {p.field: p for p in found if p.field in state.ticket.edited}
        for field, widget in self.widgets().items():
            problem = shown.get(field)
            set_property(widget, "invalid", "false" if problem is None else "true")
            widget.setAccessibleDescription("" if problem is None else denial(problem))
        for row, fields in self._rows:
            wrong = [field for field in fields if field in shown]
            column = fields.index(wrong[0]) if len(wrong) == 1 else 0
            row.show_message(_joined([shown[field] for field in wrong]), column)

    def widgets(self) -> dict[Field, QWidget]:
        """The widget of each field."""
        return {
            Field.ACTION: self.action,
            Field.QUANTITY: self.quantity,
            Field.ORDER_TYPE: self.order_type,
            Field.TIME_IN_FORCE: self.time_in_force,
            Field.LIMIT_PRICE: self.limit_price,
            Field.STOP_PRICE: self.stop_price,
            Field.OCO_ID: self.oco_id,
            Field.STRATEGY: self.strategy,
            Field.ENTRY: self.entry,
        }


def _joined(found: Sequence[Denied]) -> str:
    return "  ·  ".join(named_denial(problem) for problem in found)


def _show_price(line: SteppedEntry, text: str, *, applies: bool) -> None:
    """A price that does not apply is empty and disabled, and says so."""
    line.show_text(text if applies else "")
    line.setEnabled(applies)
    line.setPlaceholderText("" if applies else "not used")
    line.setToolTip("" if applies else f"{line.accessibleName()} is not used by this order type")
