"""The dialogs. Each is opened, never run: a nested event loop would stop every other task.

No button of theirs is a default button, so that an Enter meant for the window behind confirms
nothing; Cancel has the focus.
"""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ctpanel.domain.reverse import Ask, Plan, Question
from ctpanel.domain.rules import whole_quantity
from ctpanel.domain.state import Lock, PanelState
from ctpanel.domain.values import AccountKind, Side
from ctpanel.ui.controls import GAP, Choice, Entry, plain_label, scale_font
from ctpanel.ui.denials import question
from ctpanel.ui.guard_words import MOST_ORDERS, cancelled, market_words
from ctpanel.ui.present import correction, order_words, step, what

DEAD_TIME_MS = 300
"""A click that was on its way when a dialog came up is not meant for it."""


_FRAME = (
    Qt.WindowType.Dialog
    | Qt.WindowType.CustomizeWindowHint
    | Qt.WindowType.WindowTitleHint
    | Qt.WindowType.WindowCloseButtonHint
)
"""A title and a close button; some window managers would offer to minimise it as well."""


class Asking(QDialog):
    """A dialog with Cancel and one button named by what it does."""

    def __init__(self, title: str, act: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowFlags(_FRAME)
        self.body = QVBoxLayout()
        self.body.setSpacing(GAP)
        self.act = QPushButton(act)
        self.cancel = QPushButton("Cancel")
        self.buttons = QHBoxLayout()
        self.buttons.addStretch(1)
        for button in (self.cancel, self.act):
            button.setAutoDefault(False)
            self.buttons.addWidget(button)
        self.act.clicked.connect(self._acted)
        self.cancel.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP * 2, GAP * 2, GAP * 2, GAP * 2)
        column.setSpacing(GAP * 2)
        column.addLayout(self.body)
        column.addStretch(1)
        column.addLayout(self.buttons)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0" * 46))
        self._shown_for = QElapsedTimer()

    def open(self) -> None:
        """Show it; the answer comes by signal."""
        self._shown_for.start()
        super().open()
        # Qt opens no window higher than two thirds of the screen: text would be cut off.
        self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))
        self.cancel.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """A key that repeats answers nothing."""
        if event.isAutoRepeat():
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press_focused()
        else:
            super().keyPressEvent(event)

    def _press_focused(self) -> None:
        focused = self.focusWidget()
        if isinstance(focused, QPushButton):
            focused.click()

    def _acted(self) -> None:
        if self._shown_for.elapsed() >= DEAD_TIME_MS:
            self.accept()

    def say(self, text: str, *, factor: float = 1.0, bold: bool = False, role: str = "") -> QLabel:
        """Add a paragraph."""
        label = plain_label(text, role)
        label.setWordWrap(True)
        scale_font(label, factor, bold=bold)
        self.body.addWidget(label)
        return label


class Confirm(Asking):
    """Names everything that is about to happen; the button is named by the result."""

    def __init__(self, title: str, act: str, plan: Plan, parent: QWidget | None) -> None:
        super().__init__(title, act, parent)
        self.plan = plan
        self.act.setProperty("side", plan.target.side.value)
        if plan.account.kind is AccountKind.LIVE:
            self.say(f"⚠ {question(Question(Ask.LIVE_ACCOUNT))}", bold=True, role="live")
        self.say(step(plan), factor=1.6, bold=True)
        kind = plan.account.kind.value
        self.say(f"{plan.account.name} ({kind})  ·  {plan.contract}", factor=1.1, bold=True)
        self.say(order_words(plan.order, plan.tick_size))
        self._market = self.say("")
        self._besides = self.say("", role="muted")
        if plan.is_held:
            self.say("Hold to fire is chosen for this account; this press was not held.")
        for asked in plan.questions:
            if asked.ask is not Ask.LIVE_ACCOUNT:
                self.say(f"⚠ {question(asked)}", bold=True, role="warning")

    def render_state(self, state: PanelState) -> None:
        """Keep the market and what is cancelled current; each has room for all it may say."""
        quote = state.quotes.get(self.plan.contract)
        self._market.setText(market_words(None if quote is None else quote.value))
        self._besides.setText(self.besides(state))

    def besides(self, state: PanelState) -> str:
        """What else happens with it."""
        raise NotImplementedError


class ConfirmReverse(Confirm):
    """Asks before a reverse that there is a reason to ask about."""

    def __init__(self, plan: Plan, parent: QWidget | None) -> None:
        super().__init__("Confirm reverse", f"Reverse to {plan.target}", plan, parent)
        lines = self._besides.fontMetrics().lineSpacing() * (MOST_ORDERS + 1)
        self._besides.setMinimumHeight(lines)  # the buttons do not move when orders come and go
        self._besides.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)

    def besides(self, state: PanelState) -> str:
        """The working orders that go with the close, by name."""
        return "\n".join(cancelled(state, self.plan))


class ConfirmCorrection(Confirm):
    """Asks before any correction."""

    def __init__(self, plan: Plan, parent: QWidget | None) -> None:
        super().__init__("Confirm correction", correction(plan.start, plan.target), plan, parent)

    def besides(self, _state: PanelState) -> str:
        """Nothing."""
        return (
            "One new order, refused by the server unless the position is "
            f"{self.plan.start.side.value} when it arrives. Nothing else is closed or cancelled."
        )


class ConfirmFlatten(Asking):
    """Asks before everything on one account is closed."""

    def __init__(
        self, account: str, positions: list[str], parent: QWidget | None, *, reversing: bool
    ) -> None:
        shown = account.replace("&", "&&")  # a single one would underline the next letter
        super().__init__("Flatten account", f"Flatten {shown}", parent)
        self.account = account
        self.say(f"Close every position and cancel every order of {account}?", bold=True)
        self.say("\n".join(positions) or "No open position was read.")
        if reversing:
            self.say(
                "⚠ A reverse on this account is still on its way: its entry may come after this. "
                "Look once more afterwards.",
                bold=True,
                role="warning",
            )
        self.say("Only this account is touched.", role="muted")


class ConfirmClose(Asking):
    """Asks before a panel goes that knows of a reverse without an end."""

    def __init__(self, left_open: Sequence[str], parent: QWidget | None) -> None:
        super().__init__("Close ctpanel", "Close the panel", parent)
        self.left_open = left_open
        for words in left_open:
            self.say(words, bold=True)
        self.say("What is not proved by then is locked at the next start; it is never sent again.")
        self.say("Look at Positions and Orders in NinjaTrader.", role="warning")


class Attest(Asking):
    """What the trader saw in NinjaTrader, typed, releases an unproved reverse."""

    def __init__(self, lock: Lock, parent: QWidget | None) -> None:
        super().__init__("I checked NinjaTrader", "Release the lock", parent)
        plan = lock.intent.plan
        self.key = plan.key
        self.say(f"{plan.account.name} {plan.contract}: {what(plan)} {step(plan)}", bold=True)
        self.say(
            "Look at the position and the working orders of this contract in NinjaTrader, "
            "then say what the position is. The record keeps your statement."
        )
        self.side = Choice("Side", ["", *(side.value for side in Side)])
        self.quantity = Entry("Contracts")
        line = QHBoxLayout()
        for name, widget in (("Position is", self.side), ("contracts", self.quantity)):
            line.addWidget(plain_label(name))
            line.addWidget(widget, 1)
        self.body.addLayout(line)
        self.act.setEnabled(False)
        self.side.currentTextChanged.connect(self._check)
        self.quantity.textEdited.connect(self._check)

    def _check(self) -> None:
        """The statement must be whole: a side with its size, or flat."""
        flat = self.side.currentText() == Side.FLAT.value
        self.quantity.setEnabled(not flat)
        size = whole_quantity(self.quantity.text())
        self.act.setEnabled(flat or (bool(self.side.currentText()) and bool(size)))

    def statement(self) -> str:
        """The sentence that is recorded."""
        side = self.side.currentText()
        held = side if side == Side.FLAT.value else f"{side} {self.quantity.text().strip()}"
        return f"I checked NinjaTrader: position is {held}"


class Strategies(Asking):
    """Remembered ATM strategies and the quantity each template has in NinjaTrader.

    A template whose quantity differs from the order's does not open, while the call succeeds
    (crosstrade.io/answers/faq/quantity-and-sizing); a recorded quantity is checked before sending.
    """

    def __init__(self, strategies: Mapping[str, int | None], parent: QWidget | None) -> None:
        super().__init__("ATM strategies", "Save", parent)
        self.say(
            "Names as NinjaTrader has them. With a quantity, a ticket of another size is refused."
        )
        self.table = QTableWidget(len(strategies) + 3, 2)
        self.table.setAccessibleName("ATM strategies")
        self.table.setHorizontalHeaderLabels(["Name", "Quantity"])
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for row, (name, quantity) in enumerate(strategies.items()):
            self.table.setItem(row, 0, QTableWidgetItem(name))
            text = "" if quantity is None else str(quantity)
            self.table.setItem(row, 1, QTableWidgetItem(text))
        self.body.addWidget(self.table)

    def strategies(self) -> dict[str, int | None]:
        """The names as edited; a quantity that is not a number is none."""
        found: dict[str, int | None] = {}
        for row in range(self.table.rowCount()):
            name, quantity = (self._text(row, column) for column in range(2))
            if name:
                found[name] = whole_quantity(quantity) or None
        return found

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return "" if item is None else item.text().strip()
