"""The server's request allowance, mirrored here so that reading never uses up what an order needs.

Documented: a bucket of 20 requests per user, refilled with 3 a second, shared by everything the
user runs (docs.crosstrade.io/api/rate-limiting).
"""

import asyncio
from collections.abc import Callable
from typing import Final

CAPACITY: Final = 20.0
REFILL: Final = 3.0
"""Requests a second."""
RESERVE: Final = 6.0
"""Requests that background reading leaves for orders and for reading them back."""

SHORTEST_WAIT: Final = 0.001
"""Seconds; what rounding leaves missing must not become a loop that never sleeps."""


class Budget:
    """A token bucket. `monotonic` gives seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._level = CAPACITY
        self._at = monotonic()

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
        """Wait until a request leaves `reserve` in the bucket, then count it."""
        while (missing := reserve + 1 - self.level) > 0:
            await asyncio.sleep(max(missing / REFILL, SHORTEST_WAIT))
        self.take()
