"""What the stream is to push, and bringing a connection there within the server's limit. No IO.

Documented: about 20 changes of subscriptions a minute; five at once are reported to pass.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

import msgspec

from ctpanel.domain.instrument import Contract
from ctpanel.domain.stream import Wanted

AT_ONCE: Final = 5.0
REFILL: Final = 18 / 60
"""Changes a second: a little less than the 20 a minute that the server counts in its own way."""

SHORTEST_WAIT: Final = 0.001
"""Seconds; what rounding leaves missing must not become a loop that never sleeps."""


class Subscriptions:
    """Says what is still to be said to the server, one change at a time."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._level = AT_ONCE
        self._at = monotonic()
        self._told = Wanted()
        self.wanted = Wanted()

    def begin(self) -> None:
        """A new connection: nothing is subscribed. What the limit has counted stays counted."""
        self._told = Wanted()

    @property
    def is_done(self) -> bool:
        """Whether the server was told everything."""
        return self._told == self.wanted

    def wait(self) -> float:
        """Seconds until the next change may be said."""
        now = self._monotonic()
        self._level = min(AT_ONCE, self._level + (now - self._at) * REFILL)
        self._at = now
        missing = 1 - self._level
        return max(missing / REFILL, SHORTEST_WAIT) if missing > 0 else 0.0

    def next(self) -> bytes:
        """The next change, counted as said. Only while there is one, and `wait` is over."""
        self._level -= 1
        told, wanted = self._told, self.wanted
        said: dict[str, object]
        if wanted.changes != told.changes:
            word = "subscribe" if wanted.changes else "unsubscribe"
            said = {"action": word, "events": ["orders", "executions", "positions"]}
            self._told = replace(told, changes=wanted.changes)
        elif added := wanted.quotes - told.quotes:
            said = {"action": "subscribe", "instruments": _names(added)}
            self._told = replace(told, quotes=told.quotes | added)
        elif gone := told.quotes - wanted.quotes:
            said = {"action": "unsubscribe", "instruments": _names(gone)}
            self._told = replace(told, quotes=told.quotes - gone)
        else:
            said = _pnl(wanted.pnl_every)
            self._told = replace(told, pnl_every=wanted.pnl_every)
        return msgspec.json.encode(said)


def _pnl(every: int) -> dict[str, object]:
    off: dict[str, object] = {"action": "streamPnl", "enabled": False}
    return {**off, "enabled": True, "interval": every} if every else off


def _names(contracts: Iterable[Contract]) -> list[str]:
    return sorted(contract.name for contract in contracts)
