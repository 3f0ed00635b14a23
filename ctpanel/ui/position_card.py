"""The position card: what is held, what it is worth, how old that is. Draws, never computes."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from ctpanel.domain.limits import FRESH_FOR
from ctpanel.domain.market import Quote
from ctpanel.domain.position import Position, open_points, open_profit
from ctpanel.domain.state import PanelState
from ctpanel.ui.controls import GAP, SMALL, plain_label, scale_font, set_property
from ctpanel.ui.numbers import NONE, age, money, price, ticks
from ctpanel.ui.present import position as position_words

NAME = "Position"


class PositionCard(QFrame):
    """Side, size, average, profit; bid, ask, last; the age of both readings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(NAME)
        self._side = plain_label(NONE)
        self._side.setObjectName("side")
        scale_font(self._side, 1.75, bold=True)
        self._average = plain_label(factor=1.15)
        self._profit = plain_label()
        self._profit.setObjectName("profit")
        scale_font(self._profit, 1.2, bold=True)
        self._age = plain_label("", "caption", SMALL)
        self._realised_name = plain_label("Realised", "caption", SMALL)
        self._realised = plain_label()
        self._market = {name: plain_label(NONE, factor=1.05) for name in ("Bid", "Ask", "Last")}
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(GAP * 2, GAP, GAP * 2, GAP)
        grid.setVerticalSpacing(GAP // 2)
        held = QHBoxLayout()
        held.setSpacing(GAP)
        held.addWidget(self._side)
        held.addWidget(self._average)
        held.addStretch(1)
        held.addWidget(self._profit)
        market = QHBoxLayout()
        market.setSpacing(GAP // 2)
        for name, label in self._market.items():
            market.addWidget(plain_label(name, "caption", SMALL))
            market.addWidget(label)
            market.addSpacing(GAP)
        market.addWidget(self._realised_name)
        market.addWidget(self._realised)
        market.addStretch(1)
        market.addWidget(self._age)
        grid.addLayout(held, 0, 0)
        grid.addLayout(market, 1, 0)
        for label in self.findChildren(QLabel):
            label.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def render_state(self, state: PanelState) -> None:
        """Show the ticket's position."""
        held, quote = state.position, state.quote
        market = None if quote is None else quote.value
        self._show_position(None if held is None else held.value, market)
        self._show_market(market)
        self._show_realised(state)
        oldest = max(state.age(held), state.age(quote))
        stale = held is not None and oldest > state.fresh_for
        for label in (self._side, self._average, self._profit, *self._market.values()):
            set_property(label, "stale", "true" if stale else "false")
        self._age.setText(_age_words(state, stale=stale))
        set_property(self._age, "tone", "wrong" if stale else "")
        words = f"{self._side.text()} {self._average.text()} {self._profit.text()}"
        self.setAccessibleDescription(f"{words.strip()}, {self._age.text()}")

    def _show_position(self, held: Position | None, quote: Quote | None) -> None:
        if held is None:
            self._side.setText(NONE)
            self._average.setText("")
            self._profit.setText("")
            set_property(self._side, "side", "")
            return
        self._side.setText(position_words(held))
        set_property(self._side, "side", held.side.value)
        has_average = held.average_price is not None and quote is not None
        self._average.setText(
            f"@ {price(held.average_price, quote.tick_size)}" if has_average and quote else ""
        )
        self._profit.setText(_profit(held, quote))

    def _show_market(self, quote: Quote | None) -> None:
        values = (None, None, None) if quote is None else (quote.bid, quote.ask, quote.last)
        for label, value in zip(self._market.values(), values, strict=True):
            label.setText(NONE if quote is None else price(value, quote.tick_size))

    def _show_realised(self, state: PanelState) -> None:
        """What the account has realised, as the stream tells it; hidden where nothing does."""
        told = state.pnl.get(state.ticket.account)
        amount = None if told is None else told.value.realised
        for label in (self._realised_name, self._realised):
            label.setVisible(amount is not None)
        self._realised.setText(money(amount))
        is_old = state.age(told) > FRESH_FOR
        set_property(self._realised, "stale", "true" if is_old else "false")
        self._realised.setToolTip(f"{age(state.age(told))} old" if told else "")


def _profit(held: Position, quote: Quote | None) -> str:
    """Open profit at the last trade, in money and in ticks."""
    if held.is_flat or quote is None or quote.last is None:
        return ""
    amount = open_profit(held, quote.last, quote.point_value)
    points = open_points(held, quote.last)
    return f"{money(amount)}  ({ticks(points, quote.tick_size)})"


def _age_words(state: PanelState, *, stale: bool) -> str:
    if state.position is None:
        return "not read yet" if state.account and state.contract else ""
    text = age(max(state.age(state.position), state.age(state.quote)))
    return f"stale, {text} old" if stale else f"{text} old"
