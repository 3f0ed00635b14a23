"""From ticket and situation to what may be sent: plan, offer, intent. Pure.

The Reverse button is drawn from the same `plan_reverse` that judges the press, so it is disabled
exactly when a press would be denied. What came of an intent is judged in verdict.py, and which
order may follow it is found in correction.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from ctpanel.domain import guards
from ctpanel.domain.instrument import Contract, read_number
from ctpanel.domain.market import Account
from ctpanel.domain.outcomes import Denied, Facts
from ctpanel.domain.position import Position
from ctpanel.domain.rules import correction_problems, problems, whole_quantity
from ctpanel.domain.situation import Situation
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import (
    AccountKind,
    Action,
    Confirming,
    Entry,
    OrderType,
    Price,
    TimeInForce,
)

Key: TypeAlias = tuple[str, Contract]
"""Account name and contract: what at most one open intent may exist for."""


@dataclass(frozen=True, slots=True)
class EntryOrder:
    """The new order, every field checked. None and "" mean: absent from the request."""

    action: Action
    quantity: int
    order_type: OrderType
    time_in_force: TimeInForce
    limit_price: Price | None = None
    stop_price: Price | None = None
    oco_id: str = ""
    strategy: str = ""

    @property
    def target(self) -> Position:
        """The position once it has filled and nothing else is held."""
        return Position.of_net(self.action.sign * self.quantity)


@dataclass(frozen=True, slots=True)
class Correction:
    """One more order, which takes what an ended intent left to that one's target.

    Attributes:
        after: the ended intent's id.
    """

    after: str


Way: TypeAlias = Entry | Correction
"""How a plan is carried out: one of the two ways to reverse, or a single order behind one."""


class Ask(Enum):
    """Why a press is confirmed first."""

    LIVE_ACCOUNT = "LIVE_ACCOUNT"
    WANTED = "WANTED"
    SAME_ORDER = "SAME_ORDER"
    NEAR_ORDER = "NEAR_ORDER"
    RESULT_NOT_TOLD = "RESULT_NOT_TOLD"
    LARGE_QUANTITY = "LARGE_QUANTITY"
    FAR_PRICE = "FAR_PRICE"
    MARKET_CLOSED = "MARKET_CLOSED"


@dataclass(frozen=True, slots=True)
class Question:
    """One reason to confirm, with what was measured."""

    ask: Ask
    facts: Facts = ()

    @property
    def topic(self) -> tuple[Ask, str]:
        """What it is about, whatever was measured."""
        return self.ask, dict(self.facts).get("field", "")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the button said: the part of a plan that a press is bound to."""

    account: str
    kind: AccountKind
    contract: Contract
    start_net: int
    order: EntryOrder
    entry: Way


@dataclass(frozen=True, slots=True)
class Plan:
    """A reverse, or a correction, that may be sent now; `tick_size` is for writing its prices.

    Attributes:
        questions: the reasons to confirm it first.
        warnings: what is worth knowing without being asked.
        is_held: a press counts only when the finger stays down for a while.
    """

    account: Account
    contract: Contract
    start: Position
    order: EntryOrder
    entry: Way
    tick_size: Price
    questions: tuple[Question, ...] = ()
    warnings: tuple[Question, ...] = ()
    is_held: bool = False

    @property
    def key(self) -> Key:
        """The account and contract it concerns."""
        return self.account.name, self.contract

    @property
    def is_correction(self) -> bool:
        """Whether it adds one order to what is held, where a reverse closes that first."""
        return isinstance(self.entry, Correction)

    @property
    def target(self) -> Position:
        """What is to be held in the end."""
        ordered = self.order.target
        return Position.of_net(self.start.net + ordered.net) if self.is_correction else ordered

    @property
    def shown(self) -> Shown:
        """What a button drawn from this plan says."""
        account = self.account
        return Shown(
            account.name, account.kind, self.contract, self.start.net, self.order, self.entry
        )

    def asks_beyond(self, asked: "Plan") -> bool:
        """Whether there is a reason to confirm that another plan did not have."""
        return not {q.topic for q in self.questions} <= {q.topic for q in asked.questions}


Offer: TypeAlias = Plan | Denied
"""What the Reverse button stands for: what a press will do, or why it would be refused."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One press, frozen.

    Attributes:
        intent_id: our own id.
        plan: everything that is sent, and the position it started from.
        pressed_at: wall time of the press.
        filled_before: contracts filled of every order already known on the contract, by order id;
            what is new afterwards is the press's doing, or somebody else's.
    """

    intent_id: str
    plan: Plan
    pressed_at: datetime
    filled_before: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The account and contract it concerns."""
        return self.plan.key


def plan_reverse(ticket: Ticket, now: Situation) -> Offer:
    """What a press would do now, or the first reason why it may not."""
    found = problems(ticket, now)
    return found[0] if found else _guarded(_plan(ticket, now, ticket.entry), now)


def plan_correction(ticket: Ticket, now: Situation, way: Correction) -> Offer:
    """What one more order would do now, or the first reason why it may not."""
    found = correction_problems(ticket, now)
    return found[0] if found else _guarded(_plan(ticket, now, way), now)


def _guarded(plan: Plan, now: Situation) -> Offer:
    return guards.objection(plan, now) or _asking(plan, now)


def _plan(ticket: Ticket, now: Situation, way: Way) -> Plan:
    account, quote, position = now.account, now.quote, now.position
    if account is None or quote is None or position is None:
        raise AssertionError("a ticket without problems has all its parts")
    order = _entry_order(ticket, position, now.decimal_sign)
    return Plan(account, quote.contract, position, order, way, quote.tick_size)


def _entry_order(ticket: Ticket, position: Position, decimal_sign: str) -> EntryOrder:
    action = ticket.action_for(position)
    quantity = whole_quantity(ticket.quantity_for(position))
    if action is None or quantity is None:
        raise AssertionError("a ticket without problems has an action and a quantity")
    kind = ticket.order_type
    return EntryOrder(
        action,
        quantity,
        kind,
        ticket.time_in_force,
        read_number(ticket.limit_price, decimal_sign) if kind.needs_limit else None,
        read_number(ticket.stop_price, decimal_sign) if kind.needs_stop else None,
        ticket.oco_id,
        ticket.strategy,
    )


def _asking(plan: Plan, now: Situation) -> Plan:
    """The plan with what must be asked, and what is only said."""
    near = _near(plan, now)
    asked = (*_account_questions(plan.account, now), *_order_questions(plan, now))
    return replace(
        plan,
        questions=(*asked, *near) if now.limits.asks_near else asked,
        warnings=() if now.limits.asks_near else near,
        is_held=now.confirms is Confirming.HOLD,
    )


def _account_questions(account: Account, now: Situation) -> Iterator[Question]:
    if now.confirms is Confirming.ASK:
        is_live = account.kind is AccountKind.LIVE
        yield Question(Ask.LIVE_ACCOUNT if is_live else Ask.WANTED)
    if now.day_result is None:
        limit = (("limit", str(now.limits.daily_loss)),)
        yield Question(Ask.RESULT_NOT_TOLD, limit)


def _order_questions(plan: Plan, now: Situation) -> Iterator[Question]:
    order, quote, limits = plan.order, now.quote, now.limits
    if order.quantity > limits.soft_quantity:
        facts = (("quantity", str(order.quantity)), ("limit", str(limits.soft_quantity)))
        yield Question(Ask.LARGE_QUANTITY, facts)
    for name, price in guards.prices_of(order):
        far = Decimal("Infinity") if quote is None else guards.far_from(price, quote)
        if far > limits.far_fraction:
            measured = (("field", name.value), ("price", str(price)), ("percent", f"{far:.1%}"))
            yield Question(Ask.FAR_PRICE, measured)
    if not plan.is_correction and (ago := guards.same_lately(plan, now)) is not None:
        yield Question(Ask.SAME_ORDER, (("seconds", f"{ago:.0f}"),))
    if quote is not None and quote.is_open is False:
        yield Question(Ask.MARKET_CLOSED)


def _near(plan: Plan, now: Situation) -> tuple[Question, ...]:
    """A working order that may fill while the reverse is on its way; a correction cancels none."""
    found = None if plan.is_correction else guards.nearest_order(now)
    if found is None:
        return ()
    order, ticks = found
    facts = (("order", order.name or order.action.value), ("ticks", str(ticks)))
    return (Question(Ask.NEAR_ORDER, facts),)
