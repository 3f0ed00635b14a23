"""Reading the server back after an order, until the readings prove what happened or time is up.

Nothing is ever sent from here. What readings prove is decided in domain/verdict.py and flat.py.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Final, TypeVar

from ctpanel.app.ports import Clock, ReadFailed, ServerReads
from ctpanel.app.store import Store
from ctpanel.domain.evidence import Reading, ledger
from ctpanel.domain.flat import FLAT_WITHIN, is_proved_flat
from ctpanel.domain.limits import VERDICT_WITHIN
from ctpanel.domain.order import Execution, LifecycleEvent, Order
from ctpanel.domain.outcomes import Verdict, VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.readings import with_orders, with_position
from ctpanel.domain.reverse import Intent, Key
from ctpanel.domain.verdict import Awaited, judge

_T = TypeVar("_T")

_KEPT: Final = 30
"""Readings that are compared; more than enough for the longest quiet that is asked for."""

_LONGEST_LOOKBACK: Final = 900


def _pauses() -> Iterator[float]:
    """Seconds between readings: quick while the fills come in, then one a second.

    A reading costs two of the twenty requests the server allows in a burst.
    """
    return chain((0.1, 0.2, 0.3, 0.5), repeat(1.0))


@dataclass(frozen=True, slots=True)
class Trail:
    """All that was read of an intent since its answer came or was given up, oldest first."""

    began: float
    readings: tuple[Reading, ...] = ()

    @property
    def last(self) -> Reading | None:
        """The latest."""
        return self.readings[-1] if self.readings else None


class Reconciler:
    """Takes readings; shows each one in the store as it comes."""

    def __init__(self, store: Store, reads: ServerReads, clock: Clock) -> None:
        self._store = store
        self._reads = reads
        self._clock = clock

    async def settle(self, intent: Intent, awaited: Awaited) -> tuple[Verdict, Trail]:
        """The verdict, at the latest VERDICT_WITHIN seconds from now, and what it stands on."""
        trail = self.begin()
        async for trail in self._trails(intent, awaited, VERDICT_WITHIN):
            verdict = judge(intent, awaited, trail.readings)
            if verdict is not None:
                return verdict, trail
        last = trail.last.position if trail.last else None
        return Verdict(VerdictKind.UNKNOWN, last, cause=awaited.cause), trail

    async def prove_flat(self, intent: Intent) -> bool:
        """Whether the close is proved to have left nothing, within FLAT_WITHIN seconds."""
        async for trail in self._trails(intent, Awaited(), FLAT_WITHIN):
            if is_proved_flat(intent, trail.readings):
                return True
        return False

    def begin(self) -> Trail:
        """Nothing read yet, from now on."""
        return Trail(self._clock.monotonic())

    async def _trails(
        self, intent: Intent, awaited: Awaited, within: float
    ) -> AsyncIterator[Trail]:
        """All that was read so far, after each attempt."""
        trail = self.begin()
        for pause in _pauses():
            trail = await self.examine(intent, awaited, trail)
            yield trail
            if self._clock.monotonic() + pause - trail.began > within:
                return
            await asyncio.sleep(pause)

    async def examine(self, intent: Intent, awaited: Awaited, trail: Trail) -> Trail:
        """The trail with one reading more, or as it was when position or orders did not come.

        Executions and history are asked for where the two could not tell, and may be missing.
        """
        reading, fills, history = await asyncio.gather(
            self.look(intent.key, trail.began),
            self._fills(intent, trail),
            self._history(intent, awaited, trail),
        )
        if reading is None:
            return trail
        whole = replace(reading, fills=fills, history=history)
        return replace(trail, readings=(*trail.readings[-_KEPT:], whole))

    async def _fills(self, intent: Intent, trail: Trail) -> tuple[Execution, ...]:
        """Executions on the contract since the press, where position and orders disagree.

        How long ago the press was is measured by our clock alone.
        """
        if not _is_unclear(intent, trail):
            return ()
        account, contract = intent.key
        age = abs((self._clock.wall() - intent.pressed_at).total_seconds())
        lookback = min(math.ceil(age) + 1, _LONGEST_LOOKBACK)
        found = await _or_nothing(self._reads.executions(account, lookback))
        return tuple(fill for fill in found if fill.contract == contract)

    async def _history(
        self, intent: Intent, awaited: Awaited, trail: Trail
    ) -> tuple[LifecycleEvent, ...]:
        """What the server remembers of an entry that its list of orders does not have."""
        if awaited.entry_id is None or not _is_unseen(awaited.entry_id, trail):
            return ()
        return await _or_nothing(self._reads.lifecycle(intent.key[0], awaited.entry_id))

    async def look(self, key: Key, began: float) -> Reading | None:
        """Both witnesses, or nothing: half a reading proves nothing. `began` is its time zero."""
        try:
            position, orders = await self.read(key)
        except ReadFailed:
            return None
        own = tuple(order for order in orders if order.contract == key[1])
        return Reading(self._clock.monotonic() - began, position, own)

    async def read(self, key: Key) -> tuple[Position, tuple[Order, ...]]:
        """Position and orders of one account and contract, read together and shown.

        Raises:
            ReadFailed: one of the two did not succeed.
        """
        account, contract = key
        at = self._clock.monotonic()
        both = await asyncio.gather(
            self._reads.position(account, contract),
            self._reads.orders(account),
            return_exceptions=True,
        )
        position, orders = both
        if isinstance(position, BaseException):
            raise position
        if isinstance(orders, BaseException):
            raise orders
        self._store.update(
            lambda state: with_orders(with_position(state, key, position, at), account, orders, at)
        )
        return position, orders


def _is_unclear(intent: Intent, trail: Trail) -> bool:
    """Whether position and orders disagreed when last read, so that the fills must be asked for."""
    last = trail.last
    return last is not None and ledger(intent, last.orders) != last.position.net


def _is_unseen(entry_id: str, trail: Trail) -> bool:
    """Whether the list of orders did not have the entry when last read."""
    last = trail.last
    return last is not None and all(order.order_id != entry_id for order in last.orders)


async def _or_nothing(read: Awaitable[tuple[_T, ...]]) -> tuple[_T, ...]:
    """What more there is to read; a failure only means that it adds nothing."""
    try:
        return await read
    except ReadFailed:
        return ()
