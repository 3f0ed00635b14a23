"""When a new state is drawn: at once, but for what must not keep an order waiting. Not how."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

from ctpanel.app.store import Store
from ctpanel.domain.state import PanelState, Phase

LATEST_MS: Final = 5
"""How long what a press changed may wait to be drawn: longer than an order takes to its first byte,
and far less than one frame of a screen. Drawn and painted first, it took longer than the order."""

_LEAVING: Final = frozenset({Phase.SENDING, Phase.ENTERING})


class Drawing:
    """Has every new state of a store drawn. `owner` is what the states are drawn on."""

    def __init__(self, store: Store, draw: Callable[[PanelState], None], owner: QObject) -> None:
        self._store = store
        self._draw = draw
        self._is_due = False
        self._timer = QTimer(owner)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._draw_now)
        store.subscribe(self._follow)

    def stop(self) -> None:
        """Draw nothing more."""
        self._store.unsubscribe(self._follow)
        self._timer.stop()

    def _follow(self, state: PanelState) -> None:
        is_leaving = any(flight.phase in _LEAVING for flight in state.in_flight.values())
        if self._is_due or not is_leaving:
            self._is_due = False
            self._timer.stop()
            self._draw(state)
        elif not self._timer.isActive():
            self._timer.start(LATEST_MS)

    def _draw_now(self) -> None:
        """By way of the store, which reports a fault in drawing as such."""
        self._is_due = True
        self._store.touch()
