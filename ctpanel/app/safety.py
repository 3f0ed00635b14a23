"""Closing, cancelling, flattening: what takes risk off. These work while a reverse is locked.

Like every order they are sent once, and afterwards the panel says what it read, not what it asked.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ctpanel.app.ports import Journal, JournalFailed, ReadFailed, ServerOrders, ServerReads
from ctpanel.app.reconcile import Reconciler
from ctpanel.app.record import facts_of_outcome
from ctpanel.app.store import Store
from ctpanel.app.tasks import Tasks
from ctpanel.domain.instrument import Contract
from ctpanel.domain.offers import own_orders
from ctpanel.domain.order import Order
from ctpanel.domain.outcomes import (
    Accepted,
    Cause,
    Code,
    Denied,
    Field,
    Unknown,
    WireOutcome,
    deny,
)
from ctpanel.domain.position import Position
from ctpanel.domain.readings import with_listing
from ctpanel.domain.report import Act, ActDenied, ActEnded, ActSending
from ctpanel.domain.state import Link, PanelState, Phase, Resolution
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import OrderType

READ_BACK: Final = (0.2, 0.4, 0.8, 1.5, 2.0)
"""Seconds before each reading that looks for the end of a safety action."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one reading showed after a safety action."""

    position: Position | None
    working: int | None


@dataclass(kw_only=True, eq=False)
class Safety:
    """The three actions that only take risk off."""

    store: Store
    reads: ServerReads
    orders: ServerOrders
    journal: Journal
    reconciler: Reconciler
    tasks: Tasks
    new_id: Callable[[], str]

    def close_position(self) -> None:
        """Close the ticket's position in full."""
        self._start(Act.CLOSE, self.store.touch())

    def cancel_orders(self) -> None:
        """Cancel the working orders of the ticket's contract."""
        self._start(Act.CANCEL, self.store.touch())

    def flatten_account(self, account: str) -> None:
        """Close everything on the account the trader was asked about."""
        if account != self.store.state.ticket.account:
            denied = deny(Code.POSITION_CHANGED, account=account)
            self.store.report(ActDenied(Act.FLATTEN, denied))
            return
        self._start(Act.FLATTEN, self.store.touch())

    def act_on(self, act: Act, account: str, contract: Contract) -> None:
        """Close or cancel for an account and contract that need not be the ticket's."""
        there = replace(
            self.store.touch(),
            ticket=Ticket(account=account),
            resolution=Resolution(contract=contract, problem=None),
        )
        self._start(act, there)

    def flatten_listed(self) -> None:
        """Flatten every account the server lists to this panel, each by its own call."""
        state = self.store.touch()
        for listed in state.accounts:
            self._start(Act.FLATTEN, replace(state, ticket=Ticket(account=listed.name)))

    def _start(self, act: Act, state: PanelState) -> None:
        """`state` names the account and contract meant as its ticket does."""
        denied = why_not(state, act)
        if denied is not None:
            self.store.report(ActDenied(act, denied))
            return
        account = state.ticket.account
        contract = None if act is Act.FLATTEN else state.contract
        sending = ActSending(act, account, contract)
        self.store.report(sending, lambda now: _begun(now, sending))
        self.tasks.spawn(self._run(sending), act.value)

    async def _run(self, sent: ActSending) -> None:
        outcome: WireOutcome = Unknown(Cause.INTERNAL)  # until something else is known
        seen = Seen(None, None)
        try:
            outcome = await self._send(sent)
            if isinstance(outcome, Accepted | Unknown):
                seen = await self._read_back(sent)
        finally:
            ended = ActEnded(
                sent.act, sent.account, sent.contract, outcome, seen.position, seen.working
            )
            self.store.report(ended, lambda now: replace(now, acts=now.acts - {sent}))

    async def _send(self, sent: ActSending) -> WireOutcome:
        """A journal that fails is said, but does not keep a trader from taking risk off."""
        act_id = self.new_id()
        await self._record(act_id, "ACT_SENDING", _facts(sent))
        outcome = await self._call(sent)
        await self._record(act_id, "ACT_ANSWERED", facts_of_outcome(outcome))
        return outcome

    def _call(self, sent: ActSending) -> Awaitable[WireOutcome]:
        if sent.contract is None:
            return self.orders.flatten(sent.account)
        if sent.act is Act.CLOSE:
            return self.orders.close_position(sent.account, sent.contract)
        return self.orders.cancel_orders(sent.account, sent.contract)

    async def _record(self, act_id: str, step: str, facts: Mapping[str, str]) -> None:
        try:
            await self.journal.append(act_id, step, facts)
        except JournalFailed as error:
            reason = str(error)
            self.store.update(lambda state: replace(state, journal_fault=reason))

    async def _read_back(self, sent: ActSending) -> Seen:
        """The last reading, or the first that shows the action done."""
        seen = Seen(None, None)
        for pause in READ_BACK:
            await asyncio.sleep(pause)
            try:
                seen = await self._look(sent.account, sent.contract)
            except ReadFailed:
                continue
            if _is_done(sent.act, seen):
                break
        return seen

    async def _look(self, account: str, contract: Contract | None) -> Seen:
        if contract is not None:
            position, orders = await self.reconciler.read((account, contract))
            return Seen(position, _working(orders, contract))
        at = self.store.touch().now
        held = (await self.reads.snapshot()).held.get(account)
        if held is None:
            return Seen(None, None)
        self.store.update(lambda state: with_listing(state, account, held, at))
        orders = await self.reads.orders(account)
        largest = max(held.values(), key=lambda p: p.quantity, default=Position.of_net(0))
        return Seen(largest, _working(orders, None))


def _begun(state: PanelState, sending: ActSending) -> PanelState:
    """Whoever flattens does not want what a reverse of that account would still enter."""
    if sending.act is not Act.FLATTEN:
        return replace(state, acts=state.acts | {sending})
    in_flight = {
        key: replace(flight, is_flattened=True) if key[0] == sending.account else flight
        for key, flight in state.in_flight.items()
    }
    return replace(state, acts=state.acts | {sending}, in_flight=in_flight)


def why_not(state: PanelState, act: Act) -> Denied | None:
    """Why a safety action cannot be sent now, or None. Faults and locks do not stand in its way."""
    if state.link in (Link.NO_TOKEN, Link.TOKEN_REFUSED):
        return deny(Code.NOT_CONNECTED, link=state.link.value)
    if state.account is None:
        return deny(Code.ACCOUNT_NOT_LISTED, Field.ACCOUNT, account=state.ticket.account)
    contract = None if act is Act.FLATTEN else state.contract
    if ActSending(act, state.account.name, contract) in state.acts:
        return deny(Code.BUSY)
    problem = None if act is Act.FLATTEN else state.resolution.problem
    return _why_not_close(state) if problem is None and act is Act.CLOSE else problem


def _why_not_close(state: PanelState) -> Denied | None:
    """A close that overtakes a reverse on its way would leave only the entry behind."""
    flight = None if state.key is None else state.in_flight.get(state.key)
    if flight is not None and flight.phase is not Phase.UNANSWERED:
        return deny(Code.BUSY)
    held = state.position
    if held is None or state.age(held) > state.fresh_for:
        return None  # what was flat a while ago may not be now: the server knows
    if held.value.is_flat:
        return deny(Code.NO_POSITION, contract=state.contract)
    if any(_closes(order, held.value) for order in own_orders(state)):
        return deny(Code.MARKET_ORDER_WORKING, contract=state.contract)
    return None


def _closes(order: Order, held: Position) -> bool:
    """Whether it will take the position away by itself: a second one would open the other side."""
    against = order.action.side is not held.side
    return against and order.is_working and order.order_type is OrderType.MARKET


def _is_done(act: Act, seen: Seen) -> bool:
    flat = seen.position is not None and seen.position.is_flat
    clear = seen.working == 0
    return {Act.CLOSE: flat, Act.CANCEL: clear, Act.FLATTEN: flat and clear}[act]


def _working(orders: tuple[Order, ...], contract: Contract | None) -> int:
    return sum(o.is_working and contract in (None, o.contract) for o in orders)


def _facts(sent: ActSending) -> dict[str, str]:
    facts = {"act": sent.act.value, "account": sent.account}
    return facts if sent.contract is None else {**facts, "contract": sent.contract.name}
