"""Working orders and activity, below the ticket. Lists only; nothing is traded from them."""

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QListWidget,
    QTableView,
    QTabWidget,
    QWidget,
)

from ctpanel.domain.freshness import Feed, stale
from ctpanel.domain.instrument import Contract
from ctpanel.domain.order import Order
from ctpanel.domain.report import Report
from ctpanel.domain.state import PanelState
from ctpanel.domain.values import OrderType, Price
from ctpanel.ui.controls import plain_tip, scale_font, set_property
from ctpanel.ui.numbers import NONE, age, clock_time, price
from ctpanel.ui.present import ARROWS, event

Index = QModelIndex | QPersistentModelIndex

_COLUMNS: Final = ("Order", "Filled", "Instrument", "Type", "Price", "State", "Name", "OCO")
_TYPE_WORDS: Final = {
    OrderType.MARKET: "Market",
    OrderType.LIMIT: "Limit",
    OrderType.STOPMARKET: "Stop",
    OrderType.STOPLIMIT: "Stop limit",
}


def cells(order: Order, tick: Price | None) -> tuple[str, ...]:
    """One order as the table's cells; prices as the server wrote them while no tick is known."""
    side = order.action.side
    prices = [
        str(p) if tick is None else price(p, tick)
        for p in (order.stop_price, order.limit_price)
        if p is not None
    ]
    return (
        f"{ARROWS[side]} {order.action.value} {order.quantity}",
        str(order.filled),
        order.contract.name,
        NONE if order.order_type is None else _TYPE_WORDS[order.order_type],
        " / ".join(prices) or NONE,
        order.state.value,
        order.name,
        order.oco_id,
    )


class OrdersModel(QAbstractTableModel):
    """The working orders of the ticket's account."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, ...]] = []

    def show_orders(self, orders: list[Order], ticks: Mapping[Contract, Price]) -> None:
        """Replace the rows, keeping the selection where nothing changed."""
        rows = [cells(order, ticks.get(order.contract)) for order in orders]
        if rows == self._rows:
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Orders."""
        return len(self._rows)

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - same
        """Columns."""
        return len(_COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's
        """A cell's text."""
        text = self._rows[index.row()][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(text)
            case _:
                return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's signature
        """A column's name."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return _COLUMNS[section]
        return None


class OrdersTable(QTableView):
    """The orders, or in plain words why there are none.

    Attributes:
        nothing: those words.
    """

    nothing = ""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The rows, or the words."""
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            middle = Qt.AlignmentFlag.AlignCenter
            painter.drawText(self.viewport().rect(), middle, self.nothing)
            painter.end()


def _nothing(state: PanelState, old: float | None) -> str:
    """Why no order is listed: that none is working is said only when it was read."""
    if state.account is None or state.account.name not in state.orders:
        return "Not read yet"
    return "No working orders" if old is None else f"No working orders {age(old)} ago"


class Tables(QTabWidget):
    """Orders and Activity."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)  # the style sheet draws the line below
        self._model = OrdersModel()
        self._orders = OrdersTable()
        self._orders.setAccessibleName("Orders")
        self._orders.setModel(self._model)
        self._orders.setShowGrid(False)
        self._orders.setAlternatingRowColors(True)
        self._orders.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._orders.setTabKeyNavigation(False)
        self._orders.verticalHeader().hide()
        header = self._orders.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(_COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        scale_font(self._orders, 1.0)
        self._activity = QListWidget()
        self._activity.setAccessibleName("Activity")
        self._activity.setWordWrap(True)
        self._activity.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._activity.setAlternatingRowColors(True)
        scale_font(self._activity, 1.0)
        self._newest: Report | None = None
        self.addTab(self._orders, "Orders")
        self.addTab(self._activity, "Activity")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As small as it may be; it takes what the window has left."""
        return self.minimumSizeHint()

    def render_state(self, state: PanelState) -> None:
        """Show working orders and new events."""
        read = state.orders.get(state.ticket.account)
        working = [o for o in read.value if o.is_working] if read else []
        working.sort(key=lambda o: (o.contract != state.contract, o.contract, o.order_id))
        ticks = {contract: quote.value.tick_size for contract, quote in state.quotes.items()}
        self._model.show_orders(working, ticks)
        old = stale(state).get(Feed.ORDERS)
        self._orders.nothing = _nothing(state, old)
        set_property(self._orders, "stale", "true" if old else "false")
        count = f"Orders ({len(working)})" if working else "Orders"
        self.setTabText(0, f"{count}, {age(old)} old" if old else count)
        self._show_reports(state.reports)

    def _show_reports(self, reports: tuple[Report, ...]) -> None:
        """Put new events on top, newest first."""
        if not reports or reports[-1] is self._newest:
            return
        fresh = []
        for report in reversed(reports):
            if report is self._newest:
                break
            fresh.append(report)
        for report in reversed(fresh):
            self._activity.insertItem(0, f"{clock_time(report.at)}  {event(report.event)}")
        self._newest = reports[-1]
        while self._activity.count() > len(reports):
            self._activity.takeItem(self._activity.count() - 1)
