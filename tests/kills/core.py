"""The real core without a window, in this process: one press, or one start, then the end.

Wired as main.py wires it, with a label around every port; driven as the window drives it.
"""

import asyncio
import os
import random
import ssl
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ctpanel.app.book import IntentBook
from ctpanel.app.feed import Feed, heartbeat
from ctpanel.app.ports import Clock, Token, TokenHolder
from ctpanel.app.reconcile import Reconciler, Trail
from ctpanel.app.reopen import open_intents
from ctpanel.app.reverse import Reverser
from ctpanel.app.store import Store
from ctpanel.app.tasks import Tasks
from ctpanel.app.watch import Watch
from ctpanel.crosstrade.budget import Budget
from ctpanel.crosstrade.orders import CrossTradeOrders
from ctpanel.crosstrade.paths import Paths
from ctpanel.crosstrade.reads import CrossTradeReads
from ctpanel.crosstrade.transport import Channel
from ctpanel.domain.desk import with_instrument_asked, with_instrument_typed
from ctpanel.domain.limits import REQUESTS, SETTLE, Limits
from ctpanel.domain.reverse import Intent, Plan, Shown
from ctpanel.domain.state import PanelState
from ctpanel.domain.steps import Step
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.verdict import Awaited
from ctpanel.local.clock import SystemClock
from ctpanel.local.instance import hold
from ctpanel.local.journal import SqliteJournal
from tests.fakes.memory import MemorySwitch
from tests.kills.flaws import LEGS
from tests.kills.job import ENDED_BY_ITSELF, JOURNAL, LOCK, Job, Passed, Started, leave
from tests.kills.tripwire import (
    TrippedJournal,
    TrippedOrders,
    TrippedReads,
    TrippedStore,
    Tripwire,
)

LOOK_EVERY: Final = 0.01
LONGEST_WAIT: Final = 20.0
"""Seconds, less than after which the system ends the process."""
A_LOT: Final = Decimal(10**6)
"""A day's loss that is not reached: hundreds of reverses of one account cost more than a day may.
"""

_ENDS: Final = frozenset(
    f"after {step.value}" for step in Step if step.is_end or step is Step.LOCKED
)


def run(job: Job, token: Token, tls: ssl.SSLContext) -> int:
    """Do it; the exit status of the process."""
    held = hold(job.folder / LOCK)
    try:
        asyncio.run(_ACTS[job.act](build(job, token, tls)))
    finally:
        held.release()
    return ENDED_BY_ITSELF


@dataclass(frozen=True, slots=True)
class Core:
    """The use-cases of one process, wired."""

    job: Job
    clock: Clock
    store: Store
    journal: SqliteJournal
    feed: Feed
    reverser: Reverser
    tasks: Tasks
    tripwire: Tripwire
    born: float

    async def open(self) -> None:
        """The record first, as a panel does."""
        await self.journal.open()
        rows = await self.journal.rows()
        if self.job.flaw != "forgets":
            await self.reverser.restore(open_intents(rows, self.store.state.origin))

    def read(self) -> None:
        """Begin to read the server."""
        self.tasks.spawn(heartbeat(self.store, lambda: float(REQUESTS)), "heartbeat")
        self.tasks.spawn(self.feed.run(), "feed")

    async def until(self, holds: Callable[[PanelState], bool]) -> None:
        """Wait, and say what stood in the way when it lasts too long."""
        deadline = self.clock.monotonic() + LONGEST_WAIT
        while not holds(self.store.state):
            assert self.clock.monotonic() < deadline, f"{self.job}: {self.store.state.offer}"
            await asyncio.sleep(LOOK_EVERY)

    def shown(self) -> Shown | None:
        """What the button says now."""
        offer = self.store.state.offer
        return offer.shown if isinstance(offer, Plan) else None


class StillWatch(Watch):
    """Looks at nothing: a lock must hold whatever readings would make of it."""

    def locked(self, intent: Intent, awaited: Awaited, trail: Trail | None = None) -> None:
        """Leave it locked."""

    def ended(self, intent: Intent, awaited: Awaited, trail: Trail) -> None:
        """Leave it ended."""


def build(job: Job, token: Token, tls: ssl.SSLContext) -> Core:
    clock, tripwire, tasks = SystemClock(), Tripwire(job.trip), Tasks(_fail)
    born = clock.monotonic()
    store = TrippedStore(_first_state(job, clock), clock, _fail, tripwire)
    holder, budget, paths = TokenHolder(token), Budget(clock.monotonic), Paths()
    read_channel = Channel(job.origin, holder, tls)

    def reads(who: str, reserve: float | None) -> TrippedReads:
        real = CrossTradeReads(read_channel, paths, budget, reserve=reserve, on_paper=True)
        return TrippedReads(real, tripwire, who)

    journal = SqliteJournal(job.folder / JOURNAL, clock)
    book = IntentBook(TrippedJournal(journal, tripwire), store)
    orders = CrossTradeOrders(Channel(job.origin, holder, tls), paths, budget)
    legs = LEGS[job.flaw](
        store=store,
        orders=TrippedOrders(orders, tripwire, job.answers),
        book=book,
        reconciler=Reconciler(store, reads("reconciler", 0.0), clock),
        clock=clock,
        tasks=tasks,
        switch=MemorySwitch(),
        new_id=lambda: uuid.uuid4().hex,
    )
    watch = StillWatch(store=store, reconciler=legs.reconciler, book=book, clock=clock, tasks=tasks)
    reverser = Reverser(store=store, legs=legs, book=book, watch=watch, tasks=tasks)
    feed = Feed(
        store=store,
        reads=reads("feed", None),
        order_way=reads("warm", None),
        clock=clock,
        chance=random.random,
        turn=budget.take_in_turn,
    )
    return Core(job, clock, store, journal, feed, reverser, tasks, tripwire, born)


def _first_state(job: Job, clock: Clock) -> PanelState:
    state = PanelState(
        origin=job.origin,
        on_paper=True,
        now=clock.monotonic(),
        today=clock.today(),
        ticket=Ticket(account=job.account, entry=job.entry),
        limits=Limits(daily_loss=A_LOT),
    )
    return with_instrument_asked(with_instrument_typed(state, job.contract))


def _fail(name: str, error: BaseException) -> None:
    """A fault of the core is a fault of the test; whatever else it would do must not hide it."""
    print(f"{name}: {error!r}", file=sys.stderr, flush=True)  # noqa: T201 - the test's only way to see it
    os._exit(1)


async def _reverse(core: Core) -> None:
    """Wait until Reverse may be pressed, press once, and see it through."""
    await core.open()
    core.read()
    while not core.store.state.in_flight:  # a press that was denied was none
        await core.until(lambda state: _is_ready(core, state))
        core.reverser.press(core.shown())
        await asyncio.sleep(LOOK_EVERY)
    await core.until(lambda _: not _ENDS.isdisjoint(core.tripwire.passed))
    if core.job.corrects:
        await _correct(core)
    while core.tripwire.is_sprung:
        await asyncio.sleep(LOOK_EVERY)
    leave(core.job.folder, Passed(dict(core.tripwire.passed)))
    await core.tasks.cancel_all()


async def _correct(core: Core) -> None:
    """Confirm what is suggested, and see that through too."""
    await core.until(lambda state: _suggested(core, state) is not None)
    shown = _suggested(core, core.store.state)
    assert shown is not None
    core.reverser.correct(shown)
    core.reverser.confirm(shown)
    await core.until(lambda _: core.tripwire.passed["after PROVED"] > 1)


def _suggested(core: Core, state: PanelState) -> Shown | None:
    """What may be confirmed, once it has stood long enough."""
    offer = None if state.suggestion is None else state.suggestion.offer
    stands_for = core.clock.monotonic() - state.suggestion_since
    return offer.shown if isinstance(offer, Plan) and stands_for > SETTLE else None


def _is_ready(core: Core, state: PanelState) -> bool:
    stands_for = core.clock.monotonic() - state.offer_since
    return isinstance(state.offer, Plan) and stands_for > SETTLE


async def _start(core: Core) -> None:
    """Start on what an earlier process left, and say what is locked then."""
    await core.open()
    locked = [(account, contract.name) for account, contract in core.store.state.locks]
    seconds = core.clock.monotonic() - core.born
    if core.job.attests:
        await _attest(core)
    if core.job.presses:
        await _press_anyway(core)
    offer = _offer(core.store.state) if core.job.presses else ""
    leave(core.job.folder, Started(locked, seconds, offer))
    await core.tasks.cancel_all()


async def _attest(core: Core) -> None:
    locked = tuple(core.store.state.locks)
    for key in locked:
        core.reverser.attest(key, "I looked in NinjaTrader")
    await core.until(lambda _: core.tripwire.passed["after ATTESTED"] == len(locked))


async def _press_anyway(core: Core) -> None:
    """Press as soon as nothing but a lock can stand in the way."""
    core.read()
    await core.until(
        lambda state: _is_read(state) and (_is_ready(core, state) or _is_denied(state))
    )
    core.reverser.press(core.shown())
    await core.until(lambda state: not state.in_flight)


def _is_read(state: PanelState) -> bool:
    known = state.quote is not None and state.position is not None
    return known and state.ticket.account in state.orders


def _is_denied(state: PanelState) -> bool:
    return not isinstance(state.offer, Plan)


def _offer(state: PanelState) -> str:
    return "Plan" if isinstance(state.offer, Plan) else state.offer.code.name


_ACTS: Final = {"reverse": _reverse, "start": _start}
