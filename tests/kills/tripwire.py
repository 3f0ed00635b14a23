"""The core's ports with a label before and after each call, and the SIGKILL at one of them.

The product knows nothing of it: these stand around its real adapters.
"""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from ctpanel.app.ports import Clock, Journal, ServerOrders, ServerReads, Snapshot
from ctpanel.app.store import Store
from ctpanel.domain.instrument import Contract
from ctpanel.domain.market import Account, Quote
from ctpanel.domain.order import Execution, LifecycleEvent, Order
from ctpanel.domain.outcomes import Cause, Refused, Unknown, WireOutcome
from ctpanel.domain.position import Position
from ctpanel.domain.report import Event
from ctpanel.domain.reverse import EntryOrder, Intent
from ctpanel.domain.state import PanelState
from ctpanel.domain.values import Side
from tests.kills.job import Answer, Trip

T = TypeVar("T")


class Tripwire:
    """Counts the labels that were passed; at the one it waits for, the process dies.

    Attributes:
        is_sprung: it will die within the trip's delay.
    """

    def __init__(self, trip: Trip | None) -> None:
        self._trip = trip
        self.passed: Counter[str] = Counter()
        self.is_sprung = False

    def reach(self, label: str) -> None:
        self.passed[label] += 1
        trip = self._trip
        if trip is None or label != trip.label or self.passed[label] != trip.nth:
            return
        if not trip.delay:
            _die()
        self.is_sprung = True
        # A thread, so that it strikes between any two instructions and not where the loop is idle.
        threading.Thread(target=_die, args=(trip.delay,), daemon=True).start()

    async def around(self, name: str, call: Awaitable[T]) -> T:
        self.reach(f"before {name}")
        result = await call
        self.reach(f"after {name}")
        return result


def _die(after: float = 0.0) -> None:
    time.sleep(after)
    os.kill(os.getpid(), signal.SIGKILL)


class TrippedJournal:
    """app.ports.Journal: the labels are the words of the steps."""

    def __init__(self, inner: Journal, tripwire: Tripwire) -> None:
        self._inner = inner
        self._tripwire = tripwire

    async def append(self, intent_id: str, step: str, facts: Mapping[str, str]) -> None:
        await self._tripwire.around(step, self._inner.append(intent_id, step, facts))


class TrippedReads:
    """app.ports.ServerReads: the labels are the names of the readings, behind who takes them."""

    def __init__(self, inner: ServerReads, tripwire: Tripwire, who: str) -> None:
        self._inner = inner
        self._tripwire = tripwire
        self._who = who

    async def accounts(self) -> tuple[Account, ...]:
        return await self._around("accounts", self._inner.accounts())

    async def snapshot(self) -> Snapshot:
        return await self._around("snapshot", self._inner.snapshot())

    async def position(self, account: str, contract: Contract) -> Position:
        return await self._around("position", self._inner.position(account, contract))

    async def orders(self, account: str) -> tuple[Order, ...]:
        return await self._around("orders", self._inner.orders(account))

    async def executions(self, account: str, lookback: int) -> tuple[Execution, ...]:
        return await self._around("executions", self._inner.executions(account, lookback))

    async def lifecycle(self, account: str, order_id: str) -> tuple[LifecycleEvent, ...]:
        return await self._around("lifecycle", self._inner.lifecycle(account, order_id))

    async def quote(self, query: str) -> Quote:
        return await self._around("quote", self._inner.quote(query))

    async def _around(self, name: str, call: Awaitable[T]) -> T:
        return await self._tripwire.around(f"{self._who} {name}", call)


class TrippedOrders:
    """app.ports.ServerOrders: the labels are the names of the calls.

    `answers` are given instead of the server's, each once: a lost one after the real call, a
    refusal without.
    """

    def __init__(
        self, inner: ServerOrders, tripwire: Tripwire, answers: Mapping[str, Answer]
    ) -> None:
        self._inner = inner
        self._tripwire = tripwire
        self._answers = dict(answers)

    async def reverse_position(self, intent: Intent) -> WireOutcome:
        return await self._around("reverse_position", lambda: self._inner.reverse_position(intent))

    async def place(
        self, account: str, contract: Contract, order: EntryOrder, order_id: str, *, held: Side
    ) -> WireOutcome:
        return await self._around(
            "place", lambda: self._inner.place(account, contract, order, order_id, held=held)
        )

    async def close_position(self, account: str, contract: Contract) -> WireOutcome:
        return await self._around(
            "close_position", lambda: self._inner.close_position(account, contract)
        )

    async def cancel_orders(self, account: str, contract: Contract) -> WireOutcome:
        return await self._around(
            "cancel_orders", lambda: self._inner.cancel_orders(account, contract)
        )

    async def flatten(self, account: str) -> WireOutcome:
        return await self._around("flatten", lambda: self._inner.flatten(account))

    async def _around(self, name: str, call: Callable[[], Awaitable[WireOutcome]]) -> WireOutcome:
        return await self._tripwire.around(name, self._answered(name, call))

    async def _answered(self, name: str, call: Callable[[], Awaitable[WireOutcome]]) -> WireOutcome:
        match self._answers.pop(name, None):
            case "refused":
                return Refused("no")
            case "lost":
                await call()
                return Unknown(Cause.CONNECTION_LOST)
            case None:
                return await call()


class TrippedStore(Store):
    """The store: the labels are the names of what is reported."""

    def __init__(
        self,
        state: PanelState,
        clock: Clock,
        on_error: Callable[[str, BaseException], None],
        tripwire: Tripwire,
    ) -> None:
        super().__init__(state, clock, on_error)
        self._tripwire = tripwire

    def report(
        self, event: Event, change: Callable[[PanelState], PanelState] = lambda state: state
    ) -> PanelState:
        name = type(event).__name__
        self._tripwire.reach(f"before {name}")
        state = super().report(event, change)
        self._tripwire.reach(f"after {name}")
        return state
