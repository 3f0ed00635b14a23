"""The live stream: whether there is one, and what its news mean for what is shown.

It shows at once what is pushed and has everything read again that a push cannot vouch for. It never
takes the stream back from another program of the same user: that is for the trader to ask.
"""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Final

from ctpanel.app.feed import Feed
from ctpanel.app.ports import Clock, LiveStream
from ctpanel.app.store import Store
from ctpanel.app.tasks import Tasks
from ctpanel.domain.instrument import Contract
from ctpanel.domain.live import StreamLink, StreamStatus
from ctpanel.domain.pushes import with_pnl, with_pushed_order, with_pushed_position, with_tick
from ctpanel.domain.report import Notice, Noticed
from ctpanel.domain.state import PanelState
from ctpanel.domain.stream import (
    CALLS_FOR_READING,
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
    Resync,
    ServerStatus,
    StreamCause,
    StreamEvent,
    Wanted,
)

DRAW_EVERY: Final = 0.05
"""Seconds between two showings of prices: what no eye follows costs the rest its time."""

TOGETHER: Final = 0.1
"""Seconds in which the changes of one order come together: each reading costs a request."""

PULSE: Final = 0.25
"""Seconds between two looks at whether the stream still answers."""

PNL_EVERY: Final = 1000
"""Milliseconds between two tellings of profit and loss."""

MOST_QUOTES: Final = 40
"""Contracts whose market is followed at most."""


@dataclass(kw_only=True, eq=False)
class Live:
    """Holds the stream while it is wanted."""

    store: Store
    feed: Feed
    stream: LiveStream
    clock: Clock
    tasks: Tasks
    _has_token: bool = field(default=False, init=False)
    _running: list[asyncio.Task[None]] = field(default_factory=list, init=False)
    _ticks: dict[Contract, tuple[QuoteTick, float]] = field(default_factory=dict, init=False)
    _drawn_at: float = field(default=0.0, init=False)
    _drawing: bool = field(default=False, init=False)
    _rereading: bool = field(default=False, init=False)

    @property
    def is_live(self) -> bool:
        """Whether an order may go over the stream, in this moment."""
        return self.stream.healthy and self.store.state.stream.is_live

    def choose(self, *, use: bool) -> None:
        """The trader wants the stream, or does not; also: wants it back."""
        self.store.update(lambda state: replace(state, wants_stream=use))
        if self._has_token:
            self.start()

    def start(self) -> None:
        """There is a token: hold the stream, if it is wanted."""
        self.stop()
        self._has_token = True
        if not self.store.state.wants_stream:
            return
        self._show(StreamStatus(StreamLink.CONNECTING))
        self._running = [
            self.tasks.spawn(self.stream.run(), "stream"),
            self.tasks.spawn(self._listen(), "stream events"),
            self.tasks.spawn(self._pulse(), "stream pulse"),
        ]

    def stop(self) -> None:
        """There is no token any more, or another one: hold no stream."""
        self._has_token = False
        for task in self._running:
            task.cancel()
        self._running = []
        self._ticks.clear()
        self._show(StreamStatus())

    def _show(self, status: StreamStatus) -> None:
        if status != self.store.state.stream:
            self.store.update(lambda state: replace(state, stream=status))

    async def _listen(self) -> None:
        while True:
            self._hear(await self.stream.get())

    async def _pulse(self) -> None:
        """Show a stream that does not answer as slow, and have pushed what is shown."""
        while True:
            status = self.store.state.stream
            if status.link in (StreamLink.UP, StreamLink.SLOW):
                link = StreamLink.UP if self.stream.healthy else StreamLink.SLOW
                self._show(replace(status, link=link))
            self.stream.want(wanted(self.store.state))
            await asyncio.sleep(PULSE)

    def _hear(self, event: StreamEvent) -> None:
        match event:
            case QuoteTick():
                self._tick(event)
            case PnlUpdate() | PositionPush() | OrderPush():
                at = self.clock.monotonic()
                self.store.update(lambda state: _with_push(state, event, at))
            case Opened():
                self._show(StreamStatus(StreamLink.UP))
            case ServerStatus():
                self._show(replace(self.store.state.stream, bridge=event.state))
            case Closed() | Evicted():
                self._ended(event)
            case GapSeen() | Resync() | Dropped() | ExecutionPush():
                pass  # read again, below
        if isinstance(event, CALLS_FOR_READING):
            self.feed.reread()
        elif isinstance(event, _CHANGES) and not self._rereading:
            self._rereading = True
            self.tasks.spawn(self._reread(), "stream changes")

    def _ended(self, event: Closed | Evicted) -> None:
        if isinstance(event, Evicted):
            self._show(StreamStatus(StreamLink.EVICTED, event.reason))
            told = Noticed(Notice.STREAM_TAKEN_OVER)
            self.store.report(told, lambda state: replace(state, notices=(*state.notices, told)))
        elif event.retry_after is None:
            self._show(StreamStatus(StreamLink.REFUSED, _why(event)))
        else:
            self._show(StreamStatus(StreamLink.DOWN, _why(event)))

    def _tick(self, tick: QuoteTick) -> None:
        """Keep the newest price of each contract; show all of them in one go, not too often.

        How old a price is that came late is not known: then readings tell it.
        """
        if not self.is_live:
            return
        self._ticks[tick.contract] = tick, self.clock.monotonic()
        if self._drawing:
            return
        self._drawing = True
        self.tasks.spawn(self._draw(), "stream prices")

    async def _reread(self) -> None:
        """Read once for all changes that come together; not while a reverse is read back anyway."""
        try:
            await asyncio.sleep(TOGETHER)
        finally:
            self._rereading = False
        if not self.store.state.in_flight:
            self.feed.reread()

    async def _draw(self) -> None:
        try:
            await asyncio.sleep(max(0.0, self._drawn_at + DRAW_EVERY - self.clock.monotonic()))
        finally:
            self._drawing = False
        ticks, self._ticks = tuple(self._ticks.values()), {}
        self._drawn_at = self.clock.monotonic()
        self.store.update(lambda state: _with_ticks(state, ticks))


_CHANGES: Final = (PositionPush, OrderPush, ExecutionPush, ServerStatus)
"""After each of these, too, position and orders are read: a push is shown but never relied on."""


def wanted(state: PanelState) -> Wanted:
    """What is to be pushed: the market of the ticket's contract and of all that is held."""
    held = sorted(contract for (_, contract), read in state.held.items() if not read.value.is_flat)
    first = () if state.contract is None else (state.contract,)
    contracts = tuple(dict.fromkeys((*first, *held)))[:MOST_QUOTES]
    return Wanted(frozenset(contracts), PNL_EVERY, changes=True)


def _with_ticks(state: PanelState, ticks: tuple[tuple[QuoteTick, float], ...]) -> PanelState:
    for tick, at in ticks:
        state = with_tick(state, tick, at)
    return state


def _with_push(
    state: PanelState, event: PnlUpdate | PositionPush | OrderPush, at: float
) -> PanelState:
    match event:
        case PositionPush():
            return with_pushed_position(state, event, at)
        case OrderPush():
            return with_pushed_order(state, event.order, at)
        case PnlUpdate():
            for pnl in event.accounts:
                state = with_pnl(state, pnl, at)
            return state


def _why(event: Closed) -> str:
    words = event.cause.value
    return (
        words if event.cause is StreamCause.LEFT or not event.detail else f"{words}: {event.detail}"
    )
