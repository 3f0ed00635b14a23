"""Has each new report heard, and the trader called when it needs one. Which, says domain.feedback.

Nothing here may disturb an order: a sound that fails is logged and that is all.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from ctpanel.domain.feedback import Sound, Trouble, needs_trader, sound_of, troubles
from ctpanel.domain.report import Event, Report
from ctpanel.domain.state import PanelState

Call: TypeAlias = Event | Trouble
"""What the trader is called for."""

log = logging.getLogger(__name__)


@dataclass(kw_only=True, eq=False)
class Announcer:
    """Subscribe `follow` to the store. What was reported before its first state is not news.

    Attributes:
        play: have a sound played; returns at once.
        call: call a trader who does not see the window; returns at once.
    """

    play: Callable[[Sound], None]
    call: Callable[[Call], None]
    _last: Report | None = field(default=None, init=False)
    _stands: frozenset[Trouble] = field(default=frozenset(), init=False)
    _is_begun: bool = field(default=False, init=False)

    def follow(self, state: PanelState) -> None:
        """Announce what is new in this state, once."""
        fresh, stands = self._fresh(state.reports), troubles(state)
        new_troubles = [trouble for trouble in Trouble if trouble in stands - self._stands]
        was_begun, self._is_begun = self._is_begun, True
        self._last, self._stands = state.reports[-1] if state.reports else None, stands
        if not was_begun:
            return
        try:
            for event in fresh:
                self._announce(event)
            for trouble in new_troubles:
                self.call(trouble)
        except Exception:
            log.exception("something was not announced")

    def _fresh(self, reports: tuple[Report, ...]) -> list[Event]:
        """The events after the last one that was seen, oldest first."""
        fresh: list[Event] = []
        for report in reversed(reports):
            if report is self._last:
                break
            fresh.insert(0, report.event)
        return fresh

    def _announce(self, event: Event) -> None:
        if (sound := sound_of(event)) is not None:
            self.play(sound)
        if needs_trader(event):
            self.call(event)
