"""A panel without a window in a simulated run: every use-case, the real client, a real journal."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import cast

from ctpanel.app.book import IntentBook
from ctpanel.app.legs import Legs
from ctpanel.app.ports import ReadCause, ReadFailed
from ctpanel.app.reconcile import Reconciler
from ctpanel.app.record import Row
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
from ctpanel.domain.desk import with_accounts, with_field
from ctpanel.domain.limits import SETTLE
from ctpanel.domain.outcomes import Field
from ctpanel.domain.pushes import with_pnl
from ctpanel.domain.readings import with_quote
from ctpanel.domain.report import Event
from ctpanel.domain.reverse import Plan
from ctpanel.domain.state import Link, PanelState, Resolution
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Entry
from ctpanel.local import journal
from tests.fakes.clocks import START
from tests.fakes.examples import MES, TODAY
from tests.fakes.memory import MemorySwitch
from tests.sim.wire import Wire

CORRECTS_WITHIN = 10
"""How often a suggestion that is held back is looked at again."""

ORIGIN = "https://sim.example.test"
KEY = ("Sim101", MES)


@dataclass(eq=False)
class SimClock:
    """app.ports.Clock on the loop's time, with the hours the machine slept."""

    slept: float = 0.0

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time() + self.slept

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def today(self) -> date:
        return self.wall().date()


@dataclass(eq=False)
class SimJournal:
    """The real journal's own functions, on a file in memory and without its thread.

    Attributes:
        dies_after: the step after whose row the process is no more.
        died: set when it is.
    """

    dies_after: str = ""
    died: asyncio.Event = field(default_factory=asyncio.Event)
    connection: sqlite3.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        journal._prepare(self.connection)

    async def append(self, intent_id: str, step: str, facts: Mapping[str, str]) -> None:
        text = json.dumps(dict(facts))
        journal.append(self.connection, ("t", intent_id, step, text))
        if step == self.dies_after:
            self.dies_after = ""
            self.died.set()
            await asyncio.Event().wait()

    def rows(self) -> list[Row]:
        found = self.connection.execute("SELECT intent, step, facts FROM journal ORDER BY seq")
        return [(intent, step, journal._facts(raw)) for intent, step, raw in found]


class SimPanel:
    """One process of the panel."""

    def __init__(self, wire: Wire, kept: SimJournal, clock: SimClock, first_id: int) -> None:
        ids = count(first_id)
        self.errors: list[BaseException] = []
        self.wire, self.clock = wire, clock
        self.tasks = Tasks(lambda _, error: self.errors.append(error))
        state = PanelState(ORIGIN, False, clock.monotonic(), TODAY, ticket=Ticket("Sim101", "MES"))  # noqa: FBT003 - not on paper
        self.store = Store(state, clock, lambda _, error: self.errors.append(error))
        channel, paths, budget = cast("Channel", wire), Paths(), Budget(clock.monotonic)
        self.reads = CrossTradeReads(channel, paths, budget, reserve=0.0, on_paper=True)
        orders = CrossTradeOrders(channel, paths, budget)
        self.reconciler = Reconciler(self.store, self.reads, clock)
        book = IntentBook(kept, self.store)
        legs = Legs(
            store=self.store,
            orders=orders,
            book=book,
            reconciler=self.reconciler,
            clock=clock,
            tasks=self.tasks,
            switch=MemorySwitch(),
            new_id=lambda: f"{next(ids):032x}",
        )
        watch = Watch(
            store=self.store,
            reconciler=self.reconciler,
            book=book,
            clock=clock,
            tasks=self.tasks,
        )
        self.reverser = Reverser(
            store=self.store, legs=legs, book=book, watch=watch, tasks=self.tasks
        )
        self.kept = kept

    @property
    def events(self) -> list[Event]:
        return [report.event for report in self.store.state.reports]

    async def start(self) -> None:
        """As a start does: first what is open in the journal, then reading."""
        await self.reverser.restore(open_intents(self.kept.rows(), ORIGIN))
        listed = await self.reads.snapshot()
        quote = await self.reads.quote("MES")
        at = self.clock.monotonic()

        def ready(state: PanelState) -> PanelState:
            state = with_quote(with_accounts(state, listed.accounts), quote, at)
            for made in listed.made:
                state = with_pnl(state, made, at)
            resolved = Resolution(contract=quote.contract, problem=None)
            return replace(state, link=Link.CONNECTED, resolution=resolved)

        self.store.update(ready)
        with suppress(ReadFailed):
            await self.reconciler.read(KEY)

    def fill_in(self, quantity: int, *, only_when_flat: bool) -> None:
        """The ticket of the run."""
        entry = Entry.ONLY_WHEN_FLAT if only_when_flat else Entry.ONE_CALL
        self.store.update(lambda s: with_field(s, Field.QUANTITY, str(quantity)))
        self.store.update(lambda s: with_field(s, Field.ENTRY, entry.value))

    def press(self) -> None:
        """Press what is shown."""
        offer = self.store.touch().offer
        self.reverser.press(offer.shown if isinstance(offer, Plan) else None)

    async def correct(self, arm: Callable[[], None]) -> None:
        """Confirm what is suggested, as soon as it may be pressed; `arm` is called right before."""
        for _ in range(CORRECTS_WITHIN):
            if self.store.state.suggestion is None:
                return
            with suppress(ReadFailed):
                await self.reconciler.read(KEY)
            plan = self._suggested()
            if plan is not None:
                self.reverser.correct(plan.shown)
            if self.store.state.confirming is not None and plan is not None:
                arm()
                for _ in range(2):
                    self.reverser.confirm(plan.shown)
                return
            await asyncio.sleep(0.5)

    def _suggested(self) -> Plan | None:
        suggestion = self.store.touch().suggestion
        offer = None if suggestion is None else suggestion.offer
        return offer if isinstance(offer, Plan) else None

    async def is_garbled(self) -> bool:
        """Whether the list of orders makes no sense."""
        self.wire.is_calm = True
        try:
            await self.reads.orders("Sim101")
        except ReadFailed as error:
            return error.cause is ReadCause.GARBLED
        return False

    async def idle(self) -> None:
        """Wait until nothing is in flight."""
        while self.store.state.in_flight:
            await asyncio.sleep(0.05)

    async def die(self) -> None:
        """Everything stops where it is."""
        await self.tasks.cancel_all()


async def settle_down() -> None:
    """Long enough for the button to have been read."""
    await asyncio.sleep(SETTLE + 0.05)
