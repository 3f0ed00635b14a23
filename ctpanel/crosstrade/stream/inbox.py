"""What waits for the one consumer of a stream. Bounded, however slow the consumer is.

Of quotes, profit and news of the stream only the newest of its kind counts, so it takes the older
one's place. Each change of a position, order or execution is kept, up to a number; beyond it all of
them are reported as dropped.
"""

import asyncio
from typing import Final, TypeAlias

from ctpanel.domain.stream import (
    Closed,
    Dropped,
    Evicted,
    ExecutionPush,
    GapSeen,
    Opened,
    OrderPush,
    PnlUpdate,
    PositionPush,
    QuoteTick,
    StreamEvent,
)

PLACES: Final = 1000
"""Changes that can wait; a program that is so far behind has to read anew in any case."""

_KEPT: Final = (PositionPush, OrderPush, ExecutionPush)
_ENDS: Final = (Opened, Closed, Evicted)

_Key: TypeAlias = tuple[object, ...]


class Inbox:
    """Events for one consumer; `put` never waits."""

    def __init__(self) -> None:
        self._waiting: dict[_Key, StreamEvent] = {}
        self._kept = 0
        self._count = 0
        self._filled = asyncio.Event()

    def put(self, event: StreamEvent) -> None:
        """Add an event."""
        if isinstance(event, _KEPT):
            self._make_room()
            self._kept += 1
        self._count += 1
        key = _key(event, self._count)
        if isinstance(event, _ENDS):
            self._waiting.pop(key, None)  # of up and down, the order counts
        elif isinstance(event, PnlUpdate) and self._is_crowded(key):
            return
        self._waiting[key] = _together(self._waiting.get(key), event)
        self._filled.set()

    def _is_crowded(self, key: _Key) -> bool:
        """Whether ever new accounts are made up; profit is told again in a second anyway."""
        return len(self._waiting) >= 2 * PLACES and key not in self._waiting

    def _make_room(self) -> None:
        if self._kept < PLACES:
            return
        lost = [key for key, event in self._waiting.items() if isinstance(event, _KEPT)]
        for key in lost:
            del self._waiting[key]
        self._kept = 0
        self.put(Dropped(len(lost)))

    async def get(self) -> StreamEvent:
        """The next event."""
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        event = self._waiting.pop(next(iter(self._waiting)))
        self._kept -= isinstance(event, _KEPT)
        return event


def _together(before: StreamEvent | None, event: StreamEvent) -> StreamEvent:
    match before, event:
        case Dropped(), Dropped():
            return Dropped(before.count + event.count)
        case GapSeen(), GapSeen():
            return GapSeen(before.missing + event.missing)
        case _:
            return event


def _key(event: StreamEvent, count: int) -> _Key:
    match event:
        case QuoteTick():
            return (QuoteTick, event.contract)
        case PnlUpdate():
            return (PnlUpdate, *(item.account for item in event.accounts))
        case PositionPush() | OrderPush() | ExecutionPush():
            return (count,)
        case _:
            return (type(event),)
