"""The server's request allowance, mirrored here so that reading never uses up what an order needs.

Documented: a bucket of 20 requests per user, refilled with 3 a second, shared by everything the
user runs (docs.crosstrade.io/api/rate-limiting).
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from ctpanel.domain.limits import REQUESTS

CAPACITY: Final = float(REQUESTS)
REFILL: Final = 3.0
"""Requests a second."""
RESERVE: Final = 6.0
"""Requests that background reading leaves for orders and for reading them back."""

SHORTEST_WAIT: Final = 0.001
"""Seconds; what rounding leaves missing must not become a loop that never sleeps."""


SLOW: Final = 2.0
"""Seconds for one reading from which the server is taken to hold us back: instead of refusing,
it has been seen to answer later and later."""

SLOWEST_PACE: Final = 0.25
_RECOVERY: Final = 0.05


class Budget:
    """A token bucket, and the pace at which background reading may draw on it.

    Other programs of the same user drink from the server's bucket, unseen from here. So the pace
    halves with each refusal and each slow answer, and comes back step by step with good ones.
    `monotonic` gives seconds.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._level = CAPACITY
        self._at = monotonic()
        self._pace = 1.0
        self._last_in_background = -1.0 / (REFILL * SLOWEST_PACE)

    def now(self) -> float:
        """Seconds, by the clock it counts with."""
        return self._monotonic()

    @property
    def level(self) -> float:
        """Requests that could be sent now; below zero when orders went ahead of the refill."""
        now = self._monotonic()
        self._level = min(CAPACITY, self._level + (now - self._at) * REFILL)
        self._at = now
        return self._level

    def take(self) -> None:
        """Count a request that must not wait. The server has the last word on it."""
        self._level = self.level - 1

    async def take_in_turn(self, reserve: float = RESERVE) -> None:
        """Wait until a request leaves `reserve` in the bucket, then count it.

        Whoever leaves nothing is reading an order back, and is not held to the pace.
        """
        while (wait := self._wait(reserve)) > 0:
            await asyncio.sleep(max(wait, SHORTEST_WAIT))
        if reserve:
            self._last_in_background = self._monotonic()
        self.take()

    def _wait(self, reserve: float) -> float:
        """Seconds until then, as things stand."""
        wait = (reserve + 1 - self.level) / REFILL
        if not reserve or self._pace == 1.0:
            return wait
        turn = self._last_in_background + 1 / (REFILL * self._pace)
        return max(wait, turn - self._monotonic())

    def answered(self, status: int, seconds: float) -> None:
        """Learn from an answer: its HTTP status, and how long it took."""
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self._level = min(self.level, 0.0)
        if status == HTTPStatus.TOO_MANY_REQUESTS or seconds >= SLOW:
            self._pace = max(SLOWEST_PACE, self._pace / 2)
        else:
            self._pace = min(1.0, self._pace + _RECOVERY)
