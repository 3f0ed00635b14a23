"""The engine in real time: gives it the clock's milliseconds, and waits for what takes time."""

import asyncio
import time
from typing import Final

from ctpanel.paper.exchange import Exchange
from ctpanel.paper.reversal import Job

TICK: Final = 0.005
"""Seconds between two advances."""


class LiveExchange:
    """One exchange, from now on."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self._began = time.monotonic()

    @property
    def now_ms(self) -> int:
        """Milliseconds since it opened."""
        return int(self.seconds() * 1000)

    def seconds(self) -> float:
        """Seconds since it opened."""
        return time.monotonic() - self._began

    def tick(self) -> None:
        """Let everything happen that is due."""
        self.exchange.advance(self.now_ms)

    async def run(self) -> None:
        """Keep the market moving until cancelled."""
        while True:
            self.tick()
            await asyncio.sleep(TICK)

    async def finished(self, job: Job) -> Job:
        """Wait for a reverse; a client that goes away does not stop it."""
        while not job.done:
            await asyncio.sleep(TICK)
            self.tick()
        return job
