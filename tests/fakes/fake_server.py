"""A server without HTTP: both server ports, straight over the paper exchange.

Its world is that of `ctpanel paper`: Sim101 holds MES long 3 and MGC long 1, Sim102 MNQ short 2,
DEMO4021 MCL long 1, LIVE-001 MES short 2, in the front months of `TODAY`.

Its time is the running loop's, plus whatever `advance` added; so a reverse waits its five seconds
on a real loop and takes no time on a VirtualLoop.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ctpanel import resources
from ctpanel.app.ports import ReadCause, ReadFailed, Snapshot
from ctpanel.domain.instrument import Contract, read_table
from ctpanel.domain.market import Account, Quote, account_kind
from ctpanel.domain.order import Execution, LifecycleEvent, Order, OrderState
from ctpanel.domain.outcomes import Accepted, Cause, NotSent, Refused, Unknown, WireOutcome
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import EntryOrder, Intent
from ctpanel.domain.stream import AccountPnl
from ctpanel.domain.values import Side
from ctpanel.paper import reversal
from ctpanel.paper.exchange import Exchange
from ctpanel.paper.faults import Faults
from ctpanel.paper.model import Fill, NewOrder, PaperAccount, PaperOrder
from ctpanel.paper.world import open_world
from tests.fakes.examples import TODAY

STEP = 0.01
"""Seconds between two looks at a reverse that is being carried out."""

ORDER_CALLS = ("reverse_position", "close_position", "place", "cancel_orders", "flatten")


def read_failed(cause: ReadCause, detail: str = "") -> ReadFailed:
    """A failed reading, as a real client raises it."""
    error = ReadFailed(detail)
    error.cause = cause
    return error


def new_exchange(faults: Faults, *, seed: int = 1, today: date = TODAY) -> Exchange:
    specs = read_table(resources.read_text("instruments.json"))
    return open_world(seed=seed, today=today, specs=specs, faults=faults)


@dataclass(eq=False)
class FakeServer:
    """ServerReads and ServerOrders.

    Attributes:
        faults: what the exchange does wrong: `close`, `entry`, `close_delay_ms`, `reverse_wait`,
            `validate`, `orphans`, `positions_lag_ms`, `accounts`, `broker`, an `old` add-on.
            Faults of HTTP have no effect.
        fail_reads: raised by every reading while it is set.
        outcomes_instead: answers to the next orders, which are not carried out.
        outcomes_after: answers to the next orders, which are carried out first.
        latency: seconds before a call arrives.
        calls: what arrived, oldest first: the method's name and its arguments.
        listed: the account names told so far; an order for another one is not sent.
        refused_tokens: what does not open it when it is tried out.
    """

    faults: Faults = field(default_factory=Faults)
    on_paper: bool = True
    fail_reads: ReadFailed | None = None
    outcomes_instead: list[WireOutcome] = field(default_factory=list)
    outcomes_after: list[WireOutcome] = field(default_factory=list)
    latency: float = 0.0
    calls: list[tuple[object, ...]] = field(default_factory=list)
    listed: frozenset[str] = frozenset()
    refused_tokens: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.exchange = new_exchange(self.faults)
        self._began: float | None = None
        self._loop_ms = 0
        self._added_ms = 0

    # --- for the test -------------------------------------------------------------------------

    @property
    def sent(self) -> list[tuple[object, ...]]:
        """The orders among the calls."""
        return [call for call in self.calls if call[0] in ORDER_CALLS]

    def advance(self, ms: int = 0) -> None:
        """Let milliseconds pass on the exchange, besides those of the running loop."""
        self._added_ms += ms
        with suppress(RuntimeError):  # no loop is running: its time stands still
            now = asyncio.get_running_loop().time()
            self._began = now if self._began is None else self._began
            self._loop_ms = round(1000 * (now - self._began))
        self.exchange.advance(self._loop_ms + self._added_ms)

    def net(self, account: str, contract: Contract) -> int:
        """Signed contracts held now."""
        self.advance()
        return self.exchange.accounts[account].net(contract)

    def submit(self, account: str, asked: NewOrder) -> PaperOrder:
        """Somebody else's order."""
        self.advance()
        return self.exchange.submit(account, asked)

    # --- ServerReads --------------------------------------------------------------------------

    async def accounts(self) -> tuple[Account, ...]:
        await self._asked("accounts")
        return self._tell_accounts()

    async def snapshot(self) -> Snapshot:
        await self._asked("snapshot")
        found = self._tell_accounts()
        held = {account.name: self._held(account.name) for account in found}
        return Snapshot(found, held, tuple(self._made(account.name) for account in found))

    def _made(self, name: str) -> AccountPnl:
        account = self.exchange.accounts[name]
        unrealised = (self.exchange.unrealised(account, c) for c in account.holdings)
        return AccountPnl(name, sum(unrealised, Decimal(0)), self.exchange.realised(account))

    async def position(self, account: str, contract: Contract) -> Position:
        self._known(account)
        await self._asked("position", account, contract)
        self._resolved(contract.name)
        return self._position(self.exchange.accounts[account], contract)

    async def orders(self, account: str) -> tuple[Order, ...]:
        self._known(account)
        await self._asked("orders", account)
        return tuple(_order(o) for o in self.exchange.orders if o.account == account)

    async def executions(self, account: str, lookback: int) -> tuple[Execution, ...]:
        self._known(account)
        await self._asked("executions", account)
        since = self.exchange.now_ms - 1000 * lookback
        fills = (f for f in self.exchange.fills if f.account == account and f.at_ms >= since)
        return tuple(_execution(fill) for fill in fills)

    async def lifecycle(self, account: str, order_id: str) -> tuple[LifecycleEvent, ...]:
        self._known(account)
        await self._asked("lifecycle", account, order_id)
        order = self.exchange.order(account, order_id)
        if order is None:
            raise read_failed(ReadCause.REFUSED, f"Order '{order_id}' was not found")
        return tuple(
            LifecycleEvent("state", OrderState.of(word), str(at)) for at, word in order.history
        )

    async def quote(self, query: str) -> Quote:
        await self._asked("quote", query)
        contract = self._resolved(query)
        book = self.exchange.market.book(contract)
        bid, ask, last = (book.price(ticks) for ticks in (book.bid, book.ask, book.last))
        tick, point_value = book.spec.tick_size, book.spec.point_value
        expires = date(contract.year, contract.month, 28)
        return Quote(contract, bid, ask, last, tick, point_value, expires, is_open=True)

    async def _asked(self, *call: object) -> None:
        await self._arrive(*call)
        if self.fail_reads is not None:
            raise self.fail_reads.with_traceback(None)

    async def _arrive(self, *call: object) -> None:
        await asyncio.sleep(self.latency)
        self.calls.append(call)
        self.advance()

    def _tell_accounts(self) -> tuple[Account, ...]:
        listed = [] if self.faults.accounts == "empty" else list(self.exchange.accounts.values())
        self.listed = frozenset(a.name for a in listed)
        return tuple(
            Account(
                a.name,
                account_kind(a.provider, on_paper=self.on_paper),
                a.provider,
                {"connected": "Connected", "lost": "ConnectionLost"}[self.faults.broker],
            )
            for a in listed
        )

    def _held(self, account: str) -> Mapping[Contract, Position]:
        owner = self.exchange.accounts[account]
        shown = {c: self._position(owner, c) for c in owner.holdings}
        return {c: position for c, position in shown.items() if not position.is_flat}

    def _position(self, owner: PaperAccount, contract: Contract) -> Position:
        at = self.exchange.now_ms - self.faults.positions_lag_ms
        held = self.exchange.holding_at(owner.name, contract, at)
        return Position.of_net(held.net, held.average)

    def _known(self, account: str) -> None:
        if account not in self.listed:
            raise read_failed(ReadCause.REFUSED, "the server did not list this account")

    def _resolved(self, text: str) -> Contract:
        found = self.exchange.market.resolve(text)
        if found is None:
            raise read_failed(ReadCause.REFUSED, f"Instrument '{text}' was not found")
        return found

    # --- ServerOrders -------------------------------------------------------------------------

    async def reverse_position(self, intent: Intent) -> WireOutcome:
        account, contract = intent.key
        if (early := await self._ordered(account, "reverse_position", intent)) is not None:
            return early
        if self.exchange.market.resolve(contract.name) is None:
            return Unknown(Cause.HALF_DONE, f"Instrument '{contract}' was not found")
        job = reversal.reverse(self.exchange, account, _asked_by(intent))
        while not job.done:
            await asyncio.sleep(STEP)
            self.advance()
        if job.order is not None:
            return self._answer(Accepted((job.order.order_id,)))
        if job.error.startswith("No position found"):
            return self._answer(Refused(job.error))
        return self._answer(Unknown(Cause.HALF_DONE, job.error))

    async def close_position(self, account: str, contract: Contract) -> WireOutcome:
        if (early := await self._ordered(account, "close_position", account, contract)) is not None:
            return early
        if not self.exchange.accounts[account].net(contract):
            return self._answer(Refused(f"No positions found for instrument '{contract}'"))
        reversal.close(self.exchange, account, contract)
        return self._answer(Accepted())

    async def place(
        self, account: str, contract: Contract, order: EntryOrder, order_id: str, *, held: Side
    ) -> WireOutcome:
        call = ("place", account, contract, order, order_id, held)
        if (early := await self._ordered(account, *call)) is not None:
            return early
        side = Side.of_net(self.exchange.accounts[account].net(contract))
        if side is not held:
            text = f"Market position is {side.value.lower()}, required {held.value.lower()}"
            return self._answer(Refused(text))
        objection = reversal.objection_to(_asked(contract, order, order_id))
        if objection:
            return self._answer(Refused(objection))
        reversal.enter(self.exchange, account, _asked(contract, order, order_id))
        return self._answer(Accepted((order_id,)))

    async def cancel_orders(self, account: str, contract: Contract) -> WireOutcome:
        if (early := await self._ordered(account, "cancel_orders", account, contract)) is not None:
            return early
        found = self.exchange.working(account, contract)
        for order in found:
            self.exchange.cancel(order)
        return self._answer(Accepted(tuple(order.order_id for order in found)))

    async def flatten(self, account: str) -> WireOutcome:
        if (early := await self._ordered(account, "flatten", account)) is not None:
            return early
        for order in self.exchange.working(account):
            self.exchange.cancel(order)
        for contract, held in tuple(self.exchange.accounts[account].holdings.items()):
            if held.net:
                reversal.close(self.exchange, account, contract)
        return self._answer(Accepted())

    async def _ordered(self, account: str, *call: object) -> WireOutcome | None:
        """What becomes of an order before it is carried out; None when nothing does."""
        if account not in self.listed:
            return NotSent(Cause.NOT_LISTED, account)
        await self._arrive(*call)
        if self.faults.addon == "old":
            return Refused("Unknown API command")
        return self.outcomes_instead.pop(0) if self.outcomes_instead else None

    def _answer(self, outcome: WireOutcome) -> WireOutcome:
        return self.outcomes_after.pop(0) if self.outcomes_after else outcome


def _asked_by(intent: Intent) -> NewOrder:
    return _asked(intent.plan.contract, intent.plan.order)


def _asked(contract: Contract, order: EntryOrder, order_id: str = "") -> NewOrder:
    return NewOrder(
        contract,
        order.action,
        order.quantity,
        order.order_type,
        order.time_in_force.value,
        order.limit_price,
        order.stop_price,
        order.oco_id,
        order.strategy,
        order_id,
    )


def _execution(fill: Fill) -> Execution:
    return Execution(
        fill.fill_id, fill.order_id, fill.contract, fill.quantity, fill.price, str(fill.at_ms)
    )


def _order(order: PaperOrder) -> Order:
    asked = order.asked
    return Order(
        order_id=order.order_id,
        account=order.account,
        contract=asked.contract,
        action=asked.action,
        order_type=asked.order_type,
        state=order.state,
        quantity=asked.quantity,
        filled=order.filled,
        limit_price=asked.limit_price,
        stop_price=asked.stop_price,
        average_fill=order.average_fill,
        oco_id=asked.oco_id,
        name=asked.name,
        time_in_force=asked.time_in_force,
    )
