"""Reading the server again and again while the panel runs. Never turns a failure into a value.

The plan fits the server's 3 requests a second, with the burst left to orders:
positions of all accounts 1.0 s, quote of the ticket's contract 1.2 s, its account's orders 1.5 s.
While a hotkey asks, its contract and account take their place: what is asked about stays fresh.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, TypeAlias

from ctpanel.app.ports import Clock, ReadCause, ReadFailed, ServerReads
from ctpanel.app.store import Store
from ctpanel.domain.desk import (
    with_accounts,
    with_first_instrument,
    with_instrument_resolved,
    with_instrument_unknown,
)
from ctpanel.domain.instrument import Contract
from ctpanel.domain.offers import contract_of
from ctpanel.domain.pushes import with_pnl
from ctpanel.domain.readings import with_listing, with_orders, with_quote
from ctpanel.domain.state import Link, PanelState

POSITIONS_EVERY: Final = 1.0
QUOTE_EVERY: Final = 1.2
ORDERS_EVERY: Final = 1.5
ORDERS_EVERY_LIVE: Final = 1.0
"""Seconds the same while the stream tells the prices, and so spares their readings."""
PUSHED_LATELY: Final = 0.4
"""Seconds since a price was pushed in which its reading is spared. With the next look QUOTE_EVERY
later, a market that ticks seldom is still read before it is stale."""
WHOLE_QUOTE_EVERY: Final = 10.0
"""Seconds after which a quote is read whole although its prices are pushed."""
WARM_EVERY: Final = 20.0
"""Seconds after which the way of REST orders is used for a harmless reading, so that its connection
stays open: a press after a quiet minute must not wait for name, connection and TLS again."""
HEARTBEAT: Final = 0.25
SLOWEST: Final = 4.0
"""Seconds between attempts after several failures in a row."""
JITTER: Final = 0.25
"""Up to this part of a pause is added to it after a failure, by chance: panels that lost their
server together do not all come back in the same instant."""
_DOUBLINGS: Final = 4

_LINKS: Final = {
    ReadCause.TOKEN_REFUSED: Link.TOKEN_REFUSED,
    ReadCause.ADDON_OFFLINE: Link.ADDON_OFFLINE,
    ReadCause.RATE_LIMITED: Link.RATE_LIMITED,
    ReadCause.REFUSED: Link.REFUSING,
    ReadCause.UNREACHABLE: Link.UNREACHABLE,
    ReadCause.IDENTITY: Link.UNTRUSTED,
    ReadCause.GARBLED: Link.GARBLED,
}

Reading: TypeAlias = Callable[[], Awaitable[None]]


async def heartbeat(store: Store, allowance: Callable[[], float]) -> None:
    """Let ages grow and stale things be seen as stale, whatever else stands still.

    `allowance` gives the requests that could be sent now.
    """
    while True:
        level = max(0, math.floor(allowance()))
        store.update(partial(_with_allowance, level=level))
        await asyncio.sleep(HEARTBEAT)


def _with_allowance(state: PanelState, *, level: int) -> PanelState:
    return replace(state, allowance=level)


def pause_after(failures: int, every: float, chance: float) -> float:
    """Seconds from one attempt to the next; chance is from 0 to 1."""
    if not failures:
        return every
    slowed = max(every, min(every * 2.0 ** min(failures, _DOUBLINGS), SLOWEST))
    return slowed * (1 + JITTER * chance)


@dataclass(kw_only=True, eq=False)
class Feed:
    """Keeps positions, quote, orders and ages current, and the way of orders open.

    Attributes:
        order_way: reads over the connection that orders take.
        chance: a number from 0 to 1, another one each time.
        turn: waits until a reading may be sent; what it then tells is as old as its request, not
            as the wait.
    """

    store: Store
    reads: ServerReads
    order_way: ServerReads
    clock: Clock
    chance: Callable[[], float]
    turn: Callable[[], Awaitable[None]]
    _whole_quote: tuple[Contract | None, float] = field(default=(None, 0.0), init=False)
    _woken: dict[Reading, asyncio.Event] = field(init=False)

    def __post_init__(self) -> None:
        readings = (self._positions, self._quote, self._orders, self._keep_warm)
        self._woken = {reading: asyncio.Event() for reading in readings}

    def reread(self) -> None:
        """Read positions and orders now: something has happened."""
        self._woken[self._positions].set()
        self._woken[self._orders].set()

    def nudge(self) -> None:
        """Read quote and orders now: the ticket means another account or contract."""
        self._whole_quote = (None, 0.0)
        self._woken[self._quote].set()
        self._woken[self._orders].set()

    async def run(self) -> None:
        """Read until cancelled, or until the server refuses the token. Any fault ends all of it."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._repeat(self._positions, lambda: POSITIONS_EVERY))
            group.create_task(self._repeat(self._quote, lambda: QUOTE_EVERY))
            group.create_task(self._repeat(self._orders, self._orders_every))
            group.create_task(self._repeat(self._keep_warm, lambda: WARM_EVERY))

    def _orders_every(self) -> float:
        return ORDERS_EVERY_LIVE if self.store.state.stream.is_live else ORDERS_EVERY

    async def _repeat(self, read: Reading, every: Callable[[], float]) -> None:
        failures = 0
        while self.store.state.link is not Link.TOKEN_REFUSED:
            began = self.clock.monotonic()
            self._woken[read].clear()
            try:
                await read()
                failures = 0
            except ReadFailed as failed:
                failures += 1
                self._note(read, failed)
            pause = pause_after(failures, every(), self.chance())
            await self._rest(read, pause - (self.clock.monotonic() - began))

    async def _rest(self, read: Reading, seconds: float) -> None:
        """Wait for the next turn, or for a nudge; always let others run in between."""
        try:
            async with asyncio.timeout(max(0.05, seconds)):
                await self._woken[read].wait()
        except TimeoutError:
            pass

    def _note(self, read: Reading, failed: ReadFailed) -> None:
        """The positions decide how the link stands; a lone missing quote only grows old."""
        link = _LINKS[failed.cause]
        if read == self._positions or link is Link.TOKEN_REFUSED:
            self.store.update(lambda s: replace(s, link=link, link_detail=failed.detail))

    async def _positions(self) -> None:
        await self.turn()
        at = self.clock.monotonic()
        snapshot = await self.reads.snapshot()
        round_trip = (self.clock.monotonic() - at) * 1000

        def change(state: PanelState) -> PanelState:
            for account, positions in snapshot.held.items():
                state = with_listing(state, account, positions, at)
            for made in snapshot.made:
                state = with_pnl(state, made, at)
            state = with_first_instrument(with_accounts(state, snapshot.accounts))
            return replace(state, link=Link.CONNECTED, link_detail="", round_trip=round_trip)

        before = self.store.state
        self.store.update(change)
        if before.link is not Link.CONNECTED:
            self.nudge()
        self._match(before, self._orders)

    async def _quote(self) -> None:
        state = self.store.state
        contract = _contract(state)
        query = state.resolution.query if contract is None else contract.name
        if query is None:
            return
        if self._is_pushed(contract, self.clock.monotonic()):
            return
        await self.turn()
        at = self.clock.monotonic()
        try:
            quote = await self.reads.quote(query)
        except ReadFailed as failed:
            if failed.cause not in (ReadCause.REFUSED, ReadCause.GARBLED):
                raise
            reason = failed.detail
            self.store.update(lambda s: with_instrument_unknown(s, query, reason))
            return
        self.store.update(
            lambda state: with_quote(with_instrument_resolved(state, query, quote, at), quote, at)
        )
        self._whole_quote = (quote.contract, at)

    def _is_pushed(self, contract: Contract | None, at: float) -> bool:
        """Whether a price has come by itself just now, and the quote was read not long ago."""
        known = None if contract is None else self.store.state.quotes.get(contract)
        was_read, read_at = self._whole_quote
        if known is None or was_read != contract or at - read_at >= WHOLE_QUOTE_EVERY:
            return False
        return known.at > read_at and at - known.at < PUSHED_LATELY

    async def _orders(self) -> None:
        account = _account(self.store.state)
        if account is None:
            return
        await self.turn()
        at = self.clock.monotonic()
        orders = await self.reads.orders(account)
        before = self.store.state
        self.store.update(lambda state: with_orders(state, account, orders, at))
        self._match(before, self._positions)

    async def _keep_warm(self) -> None:
        """Read what is of no interest; not in the moment in which an order leaves."""
        await self.turn()
        if not self.store.state.in_flight:
            await self.order_way.accounts()

    def _match(self, before: PanelState, other: Reading) -> None:
        """What changed in one reading is looked for in the other at once."""
        if before.moved_at != self.store.state.moved_at:
            self._woken[other].set()


def _account(state: PanelState) -> str | None:
    """Whose orders are read: those of what a hotkey asks about, while it does."""
    if state.aim is not None:
        return state.aim.account
    return None if state.account is None else state.account.name


def _contract(state: PanelState) -> Contract | None:
    """Whose quote is read, likewise."""
    if state.aim is None:
        return state.contract
    found = contract_of(state, state.aim)
    return found if isinstance(found, Contract) else None
