"""The window: puts the parts together, hands each the state, passes on what the user does.

It decides nothing and holds nothing that is in flight.
"""

from itertools import pairwise

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QMainWindow,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ctpanel import __version__
from ctpanel.domain.live import is_held
from ctpanel.domain.market import Account
from ctpanel.domain.state import PanelState
from ctpanel.ui import theme
from ctpanel.ui.alarm_frame import AlarmFrame
from ctpanel.ui.bars import Banners, SafetyRow, StatusLine
from ctpanel.ui.controls import GAP, set_property
from ctpanel.ui.keys_bar import KeysBar
from ctpanel.ui.link_bar import LinkBar
from ctpanel.ui.market_row import MarketRow
from ctpanel.ui.position_card import PositionCard
from ctpanel.ui.price_strip import PriceStrip
from ctpanel.ui.reverse_button import ReverseButton
from ctpanel.ui.suggestion_bar import SuggestionBar
from ctpanel.ui.tables import Tables
from ctpanel.ui.ticket_form import TicketForm
from ctpanel.ui.window_keys import WindowKeys


class PanelWindow(QMainWindow):
    """The panel.

    Signals:
        act_wanted: an Act that can be sent at once.
        token_wanted, token_forgotten, strategies_wanted, limits_wanted, presets_wanted,
            keys_wanted: from the menu, or by F1.
        theme_chosen: "system", "light" or "dark".
        stream_chosen: whether the live stream is to be used.
        strip_chosen: the price strip was shown or hidden.
        on_top_chosen: the window was told to stay above others, or not to.
        flatten_all_wanted: every account is to be flattened.
        escaped: Esc, where nothing else had a use for it.
        close_wanted: the user closes the window; `allow_close` lets it go.
    """

    act_wanted = Signal(object)
    token_wanted = Signal()
    token_forgotten = Signal()
    strategies_wanted = Signal()
    limits_wanted = Signal()
    presets_wanted = Signal()
    keys_wanted = Signal()
    theme_chosen = Signal(str)
    stream_chosen = Signal(bool)
    strip_chosen = Signal()
    on_top_chosen = Signal()
    flatten_all_wanted = Signal()
    escaped = Signal()
    close_wanted = Signal()

    def __init__(self, chosen_theme: str, *, on_top: bool, strip: bool) -> None:
        super().__init__()
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, on_top)
        self._may_close = False
        self.link_bar = LinkBar(self._menu(chosen_theme), self)
        self.keys_bar = KeysBar()
        self.market = MarketRow()
        self.card = PositionCard()
        self.strip = PriceStrip()
        self.ticket = TicketForm()
        self.reverse = ReverseButton()
        self.safety = SafetyRow()
        self.status = StatusLine()
        self.suggestion = SuggestionBar()
        self.banners = Banners()
        self.tables = Tables()
        self._frame = QFrame()
        self._frame.setObjectName("modeframe")
        self._lay_out()
        self._alarm = AlarmFrame(self._frame)
        self.keys = WindowKeys(self)
        self._set_tab_order()
        self.safety.wanted.connect(self.act_wanted)
        self.banners.stream_chosen.connect(self.stream_chosen)
        self.ticket.strategies_wanted.connect(self.strategies_wanted)
        self.setWindowTitle("ctpanel")
        if strip:
            self._strip_shown.setChecked(True)
        self._frame.setFocus()  # no field: a stray arrow key must not choose another account

    # --- building -----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        body = QWidget()
        body.setObjectName("body")
        column = QVBoxLayout(body)
        column.setContentsMargins(GAP * 2, GAP, GAP * 2, GAP)
        column.setSpacing(GAP)
        parts = (
            self.market,
            self.card,
            self.strip,
            self.ticket,
            self.reverse,
            self.safety,
            self.status,
        )
        for part in (*parts, self.suggestion, self.banners):
            column.addWidget(part)
        column.addWidget(self.tables, 1)
        scroll = SteadyScroll(body, column)
        outer = QVBoxLayout(self._frame)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.link_bar)
        outer.addWidget(self.keys_bar)
        outer.addWidget(scroll, 1)
        self.setCentralWidget(self._frame)
        unit = self.fontMetrics().height()
        self.setMinimumHeight(unit * 14)
        self.resize(unit * 41, unit * 50)

    def _set_tab_order(self) -> None:
        """The order in which a ticket is read."""
        order: list[QWidget] = [self.market.account, self.market.instrument]
        order += [*self.ticket.in_reading_order, self.reverse, *self.safety.buttons.values()]
        order += [self.safety.halt, self.suggestion.act, self.tables, self.link_bar.menu]
        order += [self.keys_bar.arm, self.keys_bar.confirm]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _menu(self, chosen_theme: str) -> QMenu:
        menu = QMenu(self)
        menu.addAction("API token…", self.token_wanted.emit)
        menu.addAction("Forget API token", self.token_forgotten.emit)
        menu.addAction("ATM strategies…", self.strategies_wanted.emit)
        menu.addAction("Limits…", self.limits_wanted.emit)
        menu.addAction("Presets and keys…", self.presets_wanted.emit)
        keys = menu.addAction("Keys…", self.keys_wanted.emit)
        keys.setShortcut("F1")
        self.addAction(keys)  # a shortcut in a menu that is not open is not heard
        menu.addAction("Flatten all my listed accounts…", self.flatten_all_wanted.emit)
        menu.addSeparator()
        self._strip_shown = menu.addAction("Price strip")
        self._strip_shown.setCheckable(True)
        self._strip_shown.toggled.connect(self._show_strip)
        self._stream = menu.addAction("Use the live stream")
        self._stream.setCheckable(True)
        self._stream.triggered.connect(self.stream_chosen)
        menu.addSeparator()
        group = QActionGroup(self)
        for choice in theme.CHOICES:
            action = QAction(f"{choice.capitalize()} theme", group)
            action.setCheckable(True)
            action.setChecked(choice == chosen_theme)
            action.triggered.connect(lambda _=False, c=choice: self.theme_chosen.emit(c))
            menu.addAction(action)
        menu.addSeparator()
        on_top = menu.addAction("Keep above other windows")
        on_top.setCheckable(True)
        on_top.setChecked(self.is_on_top())
        on_top.toggled.connect(self._keep_on_top)
        menu.addSeparator()
        about = menu.addAction(f"ctpanel {__version__}")
        about.setEnabled(False)
        return menu

    def is_strip_shown(self) -> bool:
        """Whether the price strip is shown."""
        return self._strip_shown.isChecked()

    def _show_strip(self, shown: bool) -> None:  # noqa: FBT001 - Qt's signal
        self.strip.set_shown(shown)
        taken = self.strip.height() + GAP
        self.resize(self.width(), self.height() + (taken if shown else -taken))
        self.strip_chosen.emit()

    def is_on_top(self) -> bool:
        """Whether the window stays above others."""
        return bool(self.windowFlags() & Qt.WindowType.WindowStaysOnTopHint)

    def _keep_on_top(self, on: bool) -> None:  # noqa: FBT001 - Qt's signal
        """Qt makes the native window anew for this, so it is shown again where it was."""
        place = self.pos()
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, on)
        self.move(place)
        self.show()
        self.on_top_chosen.emit()

    # --- drawing ------------------------------------------------------------------------------

    def render_state(self, state: PanelState) -> None:
        """Draw the state."""
        for part in (
            self.link_bar,
            self.keys_bar,
            self.market,
            self.card,
            self.strip,
            self.ticket,
            self.reverse,
            self.safety,
            self.status,
            self.suggestion,
            self.banners,
            self.tables,
            self._alarm,
            self.keys,
        ):
            part.render_state(state)
        self._stream.setChecked(is_held(state.stream))
        set_property(self._frame, "kind", "" if state.account is None else state.account.kind.value)
        title = _title(state.account, state)
        if title != self.windowTitle():
            self.setWindowTitle(title)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """What no control had a use for."""
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    # --- life ---------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Closing may be asked about, and waits for what is in flight; others decide when."""
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self.close_wanted.emit()

    def allow_close(self) -> None:
        """Close now."""
        self._may_close = True
        self.close()

    def come_forward(self) -> None:
        """Be seen. No control has the focus then: a key meant for another window does nothing."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self._frame.setFocus()

    def place(self) -> str:
        """Where the window stands, as text for the settings."""
        return bytes(self.saveGeometry().toBase64().data()).decode("ascii")

    def put(self, place: str) -> None:
        """Stand where it stood, if that is still on a screen."""
        if place:
            self.restoreGeometry(QByteArray.fromBase64(place.encode("ascii", "ignore")))
        on_a_screen = any(
            screen.availableGeometry().intersects(self.frameGeometry())
            for screen in QGuiApplication.screens()
        )
        if not on_a_screen:
            middle = QGuiApplication.primaryScreen().availableGeometry().center()
            self.move(middle - self.rect().center())


class SteadyScroll(QScrollArea):
    """Scrolls when it must; its bar takes the place of the margin, so that nothing moves aside."""

    def __init__(self, body: QWidget, column: QVBoxLayout) -> None:
        super().__init__()
        self._body = body
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._column = column
        self.verticalScrollBar().rangeChanged.connect(self._make_room)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as its content needs: a field that is scrolled aside is not seen."""
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._body.minimumSizeHint().width() + bar, 0)

    def _make_room(self, _lowest: int, highest: int) -> None:
        bar = self.verticalScrollBar().sizeHint().width() if highest else 0
        margins = self._column.contentsMargins()
        margins.setRight(max(0, 2 * GAP - bar))
        self._column.setContentsMargins(margins)


def _title(account: Account | None, state: PanelState) -> str:
    parts = ["ctpanel"]
    if state.halted is not None or state.armed is not None:
        parts.insert(1, "ARMED" if state.halted is None else "HALTED")
    if account is not None:
        parts += [account.kind.value, account.name]
    if state.contract is not None:
        parts.append(state.contract.name)
    if state.elsewhere:
        parts.append(f"at {state.elsewhere}")
    return " · ".join(parts)
