"""A live stream that says what a test puts into it."""

import asyncio
from dataclasses import dataclass, field

from ctpanel.domain.stream import Evicted, StreamEvent, Wanted


@dataclass(eq=False)
class FakeStream:
    """app.ports.LiveStream.

    Attributes:
        healthy: whether it answers.
        wanted: what it was last asked to push.
        is_running: whether it is held.
        runs: how often it was begun.
    """

    healthy: bool = True
    wanted: Wanted = field(default_factory=Wanted)
    is_running: bool = False
    runs: int = 0
    events: asyncio.Queue[StreamEvent] = field(default_factory=asyncio.Queue)

    def want(self, wanted: Wanted) -> None:
        self.wanted = wanted

    async def run(self) -> None:
        self.is_running, self.runs = True, self.runs + 1
        try:
            await asyncio.Event().wait()
        finally:
            self.is_running = False

    async def get(self) -> StreamEvent:
        return await self.events.get()

    def say(self, *events: StreamEvent) -> None:
        """Push, one after the other."""
        for event in events:
            if isinstance(event, Evicted):
                self.healthy = False
            self.events.put_nowait(event)
