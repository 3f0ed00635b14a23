"""Reading the server back after an order, until the readings prove what happened or time is up.

Nothing is ever sent from here. What readings prove is decided in domain/verdict.py and flat.py.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import chain, repeat

from ctpanel.app.ports import Clock, ReadFailed, ServerReads
from ctpanel.app.store import Store
from ctpanel.domain.flat import FLAT_WITHIN, is_proved_flat
from ctpanel.domain.limits import VERDICT_WITHIN
from ctpanel.domain.order import Order
from ctpanel.domain.outcomes import Verdict, VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.readings import with_orders, with_position
from ctpanel.domain.reverse import Intent, Key
from ctpanel.domain.verdict import Awaited, Reading, judge


def _pauses() -> Iterator[float]:
    """Seconds between readings: quick while the fills come in, then one a second.

    A reading costs two of the twenty requests the server allows in a burst.
    """
    return chain((0.1, 0.2, 0.3, 0.5), repeat(1.0))


class Reconciler:
    """Takes readings; shows each one in the store as it comes."""

    def __init__(self, store: Store, reads: ServerReads, clock: Clock) -> None:
        self._store = store
        self._reads = reads
        self._clock = clock

    async def settle(self, intent: Intent, awaited: Awaited) -> Verdict:
        """The verdict, at the latest VERDICT_WITHIN seconds from now."""
        readings: tuple[Reading, ...] = ()
        async for readings in self._readings(intent, VERDICT_WITHIN):
            verdict = judge(intent, awaited, readings)
            if verdict is not None:
                return verdict
        last = readings[-1].position if readings else None
        return Verdict(VerdictKind.UNKNOWN, last, cause=awaited.cause)

    async def prove_flat(self, intent: Intent) -> bool:
        """Whether the close is proved to have left nothing, within FLAT_WITHIN seconds."""
        async for readings in self._readings(intent, FLAT_WITHIN):
            if is_proved_flat(intent, readings):
                return True
        return False

    async def _readings(self, intent: Intent, within: float) -> AsyncIterator[tuple[Reading, ...]]:
        """All readings so far, each time there is one more."""
        began = self._clock.monotonic()
        readings: tuple[Reading, ...] = ()
        for pause in _pauses():
            reading = await self.look(intent.key, began)
            if reading is not None:
                readings = (*readings, reading)
                yield readings
            if self._clock.monotonic() + pause - began > within:
                return
            await asyncio.sleep(pause)

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
