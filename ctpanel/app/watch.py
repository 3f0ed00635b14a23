"""Watching what is not over: locked reverses until they are proved, lost ones for late news.

Nothing is sent from here, and an end is never changed: what comes after it is said as news.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from ctpanel.app.book import IntentBook
from ctpanel.app.ports import Clock
from ctpanel.app.reconcile import Reconciler, Trail
from ctpanel.app.record import facts_of_verdict
from ctpanel.app.store import Store
from ctpanel.app.tasks import Tasks
from ctpanel.domain.evidence import Reading, is_unexplained
from ctpanel.domain.offers import with_ended
from ctpanel.domain.outcomes import Verdict
from ctpanel.domain.report import Notice, Noticed, ReverseEnded
from ctpanel.domain.reverse import Intent, Key
from ctpanel.domain.state import PanelState
from ctpanel.domain.steps import Step
from ctpanel.domain.verdict import Awaited, is_late_news, judge

EVERY: Final = 3.0
"""Seconds between two looks; each costs two requests."""

NEWS_FOR: Final = 60.0
"""Seconds after an end in which a lost request may still arrive."""


@dataclass(kw_only=True, eq=False)
class Watch:
    """Looks at locked and lately ended intents, slowly."""

    store: Store
    reconciler: Reconciler
    book: IntentBook
    clock: Clock
    tasks: Tasks

    def locked(self, intent: Intent, awaited: Awaited, trail: Trail | None) -> None:
        """Look until readings prove what happened, or the trader has said it.

        `trail` is what was read before, if anything: time and quiet go on from there.
        """
        looking = self._until_proved(intent, awaited, trail or self.reconciler.begin())
        self.tasks.spawn(looking, f"watch {intent.intent_id}")

    def ended(self, intent: Intent, awaited: Awaited, trail: Trail) -> None:
        """Look for orders that the reading which proved the end did not have."""
        listed = () if trail.last is None else trail.last.orders
        known = frozenset(order.order_id for order in listed)
        news = self._for_news(intent, awaited, known, self.clock.monotonic())
        self.tasks.spawn(news, f"news {intent.intent_id}")

    async def _until_proved(self, intent: Intent, awaited: Awaited, trail: Trail) -> None:
        while _is_locked(self.store.state, intent):
            trail = await self.reconciler.examine(intent, awaited, trail)
            verdict = judge(intent, awaited, trail.readings)
            if verdict is not None and _is_locked(self.store.state, intent):
                self.ended(intent, awaited, trail)
                await self._prove(intent, verdict)
                return
            await asyncio.sleep(EVERY)

    async def _prove(self, intent: Intent, verdict: Verdict) -> None:
        seconds = (self.clock.wall() - intent.pressed_at).total_seconds()
        ended = ReverseEnded(intent.plan, verdict, seconds)
        self.store.report(
            ended, lambda state: with_ended(without_lock(state, intent.key), intent, verdict)
        )
        await self.book.note(intent, Step.PROVED, facts_of_verdict(verdict))

    async def _for_news(
        self, intent: Intent, awaited: Awaited, known: frozenset[str], began: float
    ) -> None:
        """Compare with the orders that were known at the end, until the trader presses again.

        An order under an id that is known already may not be listed at all: the position tells.
        """
        before = None
        for _ in range(round(NEWS_FOR / EVERY)):  # looks, not seconds: the machine may sleep
            if self._goes_on(intent, began):
                return
            reading = await self.reconciler.look(intent.key, began)
            if reading is not None and is_late_news(intent, awaited, known, reading):
                await self._tell(intent, Notice.LATE_NEWS, reading)
                return
            if reading and before and is_unexplained(intent, before, reading):
                await self._tell(intent, Notice.UNEXPLAINED, reading)
                return
            before = reading or before
            await asyncio.sleep(EVERY)

    def _goes_on(self, intent: Intent, ended: float) -> bool:
        """Whether there was another press since: its orders are no news."""
        return self.store.state.pressed_at.get(intent.key, ended) > ended

    async def _tell(self, intent: Intent, notice: Notice, reading: Reading) -> None:
        account, contract = intent.key
        noticed = Noticed(notice, f"{account} {contract}: position {reading.position}")
        self.store.report(noticed, lambda state: replace(state, notices=(*state.notices, noticed)))
        await self.book.note(intent, Step.NEWS, {"position": str(reading.position)})


def without_lock(state: PanelState, key: Key) -> PanelState:
    """The state with one lock less."""
    return replace(state, locks={k: lock for k, lock in state.locks.items() if k != key})


def _is_locked(state: PanelState, intent: Intent) -> bool:
    lock = state.locks.get(intent.key)
    return lock is not None and lock.intent.intent_id == intent.intent_id
