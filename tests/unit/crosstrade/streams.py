"""A client of the API over its stream, against any origin."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from ctpanel.app.ports import Token, TokenHolder
from ctpanel.crosstrade.budget import Budget
from ctpanel.crosstrade.orders import CrossTradeOrders
from ctpanel.crosstrade.paths import Paths
from ctpanel.crosstrade.reads import CrossTradeReads
from ctpanel.crosstrade.stream.line import dialler
from ctpanel.crosstrade.stream.live import Stream
from ctpanel.crosstrade.transport import trusted_context
from ctpanel.domain.stream import Opened, StreamEvent
from tests.unit.crosstrade.clients import TOKEN

E = TypeVar("E")

WITHIN = 3.0
"""Seconds in which what is waited for must come."""


@dataclass
class StreamClient:
    """Attributes:
    seen: the events that were received while waiting for others.
    """

    stream: Stream
    reads: CrossTradeReads
    orders: CrossTradeOrders
    running: "asyncio.Task[None]"
    seen: list[StreamEvent] = field(default_factory=list)

    async def event(self, kind: type[E]) -> E:
        """The next event of this kind.

        Raises:
            AssertionError: none came; the text says what came instead.
        """
        try:
            async with asyncio.timeout(WITHIN):
                while not isinstance(found := await self.stream.get(), kind):
                    self.seen.append(found)
                return found
        except TimeoutError:
            raise AssertionError(f"no {kind.__name__} came, but {self.seen[-20:]}") from None


@asynccontextmanager
async def stream_client(
    origin: str,
    *,
    listed: tuple[str, ...] = ("Sim101",),
    token: str = TOKEN,
    tls: ssl.SSLContext | None = None,
    opens: bool = True,
) -> AsyncIterator[StreamClient]:
    """A running stream; one that is not expected to open is not waited for."""
    dial = dialler(origin, TokenHolder(Token(token)), tls or trusted_context())
    stream = Stream(dial, time.monotonic, jitter=lambda: 0.0)
    running = asyncio.create_task(stream.run())
    paths, budget = Paths(), Budget(time.monotonic)
    paths.list_accounts(listed)
    reads = CrossTradeReads(stream.rpc, paths, budget, reserve=0.0, on_paper=False)
    panel = StreamClient(stream, reads, CrossTradeOrders(stream.rpc, paths, budget), running)
    try:
        if opens:
            await panel.event(Opened)
        yield panel
    finally:
        running.cancel()
        (end,) = await asyncio.gather(running, return_exceptions=True)
        assert not isinstance(end, Exception), end
