"""The stream itself: one connection held again and again, and everything that comes over it.

It never fights: when another program of the same user takes the stream over, it stays down until
it is started anew. Only the app's side decides what the events mean for what is shown.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, Final

from ctpanel.crosstrade.stream.ends import Ended, Ending, Patience
from ctpanel.crosstrade.stream.frames import Ignored
from ctpanel.crosstrade.stream.inbox import Inbox
from ctpanel.crosstrade.stream.line import Dial, Line
from ctpanel.crosstrade.stream.receiver import Receiver
from ctpanel.crosstrade.stream.rpc import RpcChannel
from ctpanel.crosstrade.stream.wanted import Subscriptions
from ctpanel.domain.stream import (
    Closed,
    Evicted,
    Opened,
    StreamCause,
    StreamEvent,
    Wanted,
)

PING_EVERY: Final = 1.0
"""Seconds from one ping's answer to the next ping."""
PROMPT: Final = 2.0
"""Seconds within which a healthy stream answers a ping."""
SILENT_AFTER: Final = 10.0
"""Seconds without an answer to a ping after which the connection is given up."""
AT_A_TIME: Final = 64
"""Frames after which everything else gets its turn."""


class Stream:
    """One live stream. `run` holds it, `get` is for its one consumer, `rpc` carries calls.

    Args:
        dial: opens a connection.
        monotonic: seconds that never jump, and go on while the machine sleeps.
        jitter: numbers from 0 to 1.
    """

    def __init__(
        self,
        dial: Dial,
        monotonic: Callable[[], float],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.rpc = RpcChannel()
        self._dial = dial
        self._monotonic = monotonic
        self._patience = Patience(jitter)
        self._subscriptions = Subscriptions(monotonic)
        self._changed = asyncio.Event()
        self._inbox = Inbox()
        self._line: Line | None = None
        self._alive_at: float | None = None

    @property
    def ignored(self) -> Counter[Ignored]:
        """What had no effect so far, by its reason."""
        return self.rpc.ignored

    @property
    def healthy(self) -> bool:
        """Whether it is connected, and its newest due ping was answered within two seconds."""
        if self._line is None or not self._line.is_open or self._alive_at is None:
            return False
        return self._monotonic() - self._alive_at <= PING_EVERY + PROMPT

    def want(self, wanted: Wanted) -> None:
        """Have this pushed from now on, on every connection; takes its time within the limit."""
        self._subscriptions.wanted = wanted
        self._changed.set()

    async def get(self) -> StreamEvent:
        """The next event. For one consumer."""
        return await self._inbox.get()

    async def run(self) -> None:
        """Hold a connection until cancelled, or until it must not be tried again."""
        while True:
            began = self._monotonic()
            ending = await self._hold()
            wait = self._patience.after(ending, self._monotonic() - began)
            if ending.cause is None:
                self._inbox.put(Evicted(ending.detail))
            else:
                self._inbox.put(Closed(ending.cause, ending.detail, wait))
            if wait is None:
                return
            await asyncio.sleep(wait)

    async def _hold(self) -> Ending:
        """One connection, from dialling to its end."""
        try:
            line = await self._dial()
        except Ended as none:
            return none.ending
        self._begin(line)
        ending = Ending(StreamCause.LEFT, "closed here")
        try:
            ending = await _first_end(self._read(line), self._ping(line), self._subscribe(line))
        finally:
            await self._end(line, ending)
        return ending

    def _begin(self, line: Line) -> None:
        self._line, self._alive_at = line, None
        self._subscriptions.begin()
        self.rpc.attach(line)
        self._inbox.put(Opened())

    async def _end(self, line: Line, ending: Ending) -> None:
        self._line = None
        self.rpc.detach(ending.detail or "the stream ended")
        if ending.cause in (StreamCause.SILENT, StreamCause.GARBLED):
            line.discard()
        else:
            await line.hang_up()

    async def _read(self, line: Line) -> Ending:
        receiver = Receiver(self.rpc, self._inbox, self._subscriptions)
        while True:
            for _ in range(AT_A_TIME):
                if ending := receiver.take(await line.receive()):
                    return ending
            await asyncio.sleep(0)  # frames that have come already are received without a pause

    async def _ping(self, line: Line) -> Ending:
        while True:
            asked = self._monotonic()
            try:
                async with asyncio.timeout(SILENT_AFTER):
                    await line.ping()
            except TimeoutError:
                return Ending(StreamCause.SILENT, f"no answer to a ping in {SILENT_AFTER:g} s")
            if self._monotonic() - asked <= PROMPT:
                self._alive_at = asked
            await asyncio.sleep(PING_EVERY)

    async def _subscribe(self, line: Line) -> Ending:
        while True:
            self._changed.clear()
            if self._subscriptions.is_done:
                await self._changed.wait()
            elif wait := self._subscriptions.wait():
                await asyncio.sleep(wait)
            else:
                line.send(self._subscriptions.next())


async def _first_end(*running: Coroutine[Any, Any, Ending]) -> Ending:
    """Run all until one of them ends, then none of them any more."""
    tasks = [asyncio.ensure_future(each) for each in running]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return _ending(next(task for task in tasks if task.done()))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _ending(task: "asyncio.Task[Ending]") -> Ending:
    try:
        return task.result()
    except Ended as none:
        return none.ending
