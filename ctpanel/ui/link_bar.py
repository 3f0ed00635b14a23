"""The link bar: mode, server, NinjaTrader, stream, request budget, round trip, menu. Draws only."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from ctpanel.domain.freshness import stale
from ctpanel.domain.limits import REQUESTS
from ctpanel.domain.state import Link, PanelState
from ctpanel.ui.controls import GAP, SMALL, Elided, plain_label, plain_tip, scale_font, set_property
from ctpanel.ui.link_words import Mark, bridge_mark, link_words, stream_mark

_DOTS = {
    Link.CONNECTED: ("●", "good"),
    Link.STARTING: ("○", ""),
    Link.NO_TOKEN: ("○", "warn"),
    Link.RATE_LIMITED: ("▲", "warn"),
    Link.ADDON_OFFLINE: ("▲", "wrong"),
}
"""A shape and a tone; what is not here is ✕ and wrong."""

_CELLS = 5


class LinkBar(QFrame):
    """How the panel stands with the server, and the menu."""

    def __init__(self, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("linkbar")
        self._mode = plain_label("")
        self._mode.setObjectName("mode")
        scale_font(self._mode, 1.0, bold=True)
        self._dot = plain_label("○")
        self._words = Elided()
        self._bridge = plain_label("", "muted", SMALL)
        self._stream = plain_label("", "muted", SMALL)
        self._budget = plain_label("", "muted", SMALL)
        self._trip = plain_label("", "muted", SMALL)
        self.menu = QToolButton()
        self.menu.setText("☰")
        self.menu.setAccessibleName("Menu")
        self.menu.setToolTip("Menu")
        self.menu.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu.setMenu(menu)
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        line = QHBoxLayout(self)
        line.setContentsMargins(GAP, GAP * 3 // 4, GAP, GAP * 3 // 4)  # below AlarmFrame's ring
        line.setSpacing(GAP)
        line.addWidget(self._mode)
        line.addWidget(self._dot)
        line.addWidget(self._words, 1)
        for widget in (self._bridge, self._stream, self._budget, self._trip, self.menu):
            line.addWidget(widget)

    def render_state(self, state: PanelState) -> None:
        """Show the link."""
        account = state.account
        self._mode.setText("NO ACCOUNT" if account is None else account.kind.value)
        for widget in (self, self._mode):
            set_property(widget, "kind", "" if account is None else account.kind.value)
        self._show_server(state)
        _show_mark(self._bridge, bridge_mark(state))
        _show_mark(self._stream, stream_mark(state.stream))
        self._show_budget(state.allowance)
        trip = state.round_trip
        connected = state.link is Link.CONNECTED and trip is not None
        self._trip.setText(f"{trip:.0f} ms" if connected else "")

    def _show_server(self, state: PanelState) -> None:
        shape, tone = _DOTS.get(state.link, ("✕", "wrong"))
        if state.faults:
            shape, tone = "✕", "wrong"
        elif state.link is Link.CONNECTED and stale(state):
            shape, tone = "▲", "wrong"
        self._dot.setText(shape)
        set_property(self._dot, "tone", tone)
        words = f"Fault in the panel: {state.faults[-1]}" if state.faults else link_words(state)
        self._words.show_text(words, tip=f"{words} {state.link_detail}")

    def _show_budget(self, allowance: int | None) -> None:
        if allowance is None:
            self._budget.setText("")
            return
        full = min(_CELLS, round(allowance / REQUESTS * _CELLS))
        self._budget.setText(f"{'▮' * full}{'▯' * (_CELLS - full)}")
        words = f"Budget: {allowance} of {REQUESTS} requests"
        self._budget.setAccessibleName(words)
        self._budget.setToolTip(words)
        set_property(self._budget, "tone", "warn" if full <= 1 else "")


def _show_mark(label: QLabel, mark: Mark) -> None:
    label.setText(mark.text)
    label.setToolTip(plain_tip(mark.sentence))
    label.setAccessibleDescription(mark.sentence)
    set_property(label, "tone", mark.tone)
