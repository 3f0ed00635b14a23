"""Intents, outcomes and verdicts as flat text for the journal, and back: its vocabulary. No IO."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from ctpanel.domain.instrument import Contract
from ctpanel.domain.market import Account
from ctpanel.domain.outcomes import Accepted, NotSent, Refused, Unknown, Verdict, WireOutcome
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Correction, EntryOrder, Intent, Plan, Way
from ctpanel.domain.values import (
    AccountKind,
    Action,
    Entry,
    OrderType,
    Price,
    Side,
    TimeInForce,
)

Row: TypeAlias = tuple[str, str, Mapping[str, str]]
"""Intent id, step, facts."""


class DamagedRecord(ValueError):
    """A row that says a reverse was sent cannot be understood."""


def facts_of_intent(intent: Intent, origin: str) -> dict[str, str]:
    """Everything that is about to be sent, where to, and what it started from."""
    plan, order = intent.plan, intent.plan.order
    facts = {
        "server": origin,
        "pressed_at": intent.pressed_at.isoformat(),
        "account": plan.account.name,
        "kind": plan.account.kind.value,
        "contract": plan.contract.name,
        "from": str(plan.start),
        "to": str(plan.target),
        **_facts_of_way(plan.entry),
        "action": order.action.value,
        "quantity": str(order.quantity),
        "order_type": order.order_type.value,
        "time_in_force": order.time_in_force.value,
        "limit_price": _text(order.limit_price),
        "stop_price": _text(order.stop_price),
        "oco_id": order.oco_id,
        "strategy": order.strategy,
        "tick_size": str(plan.tick_size),
        "orders_before": " ".join(f"{i}:{n}" for i, n in sorted(intent.filled_before.items())),
    }
    return {name: value for name, value in facts.items() if value}


def _facts_of_way(way: Way) -> dict[str, str]:
    """A correction has no entry: it names the intent that it comes after."""
    return {"after": way.after} if isinstance(way, Correction) else {"entry": way.value}


def facts_of_outcome(outcome: WireOutcome) -> dict[str, str]:
    """What the wire answered."""
    match outcome:
        case Accepted(order_ids):
            return {"outcome": "ACCEPTED", "order_ids": " ".join(order_ids)}
        case Refused(text):
            return {"outcome": "REFUSED", "text": text}
        case NotSent(cause, detail):
            return {"outcome": "NOT_SENT", "cause": cause.name, "detail": detail}
        case Unknown(cause, detail):
            return {"outcome": "UNKNOWN", "cause": cause.name, "detail": detail}


def facts_of_verdict(verdict: Verdict) -> dict[str, str]:
    """What reading back proved."""
    facts = {
        "verdict": verdict.kind.value,
        "position": _text(verdict.position),
        "filled": _text(verdict.filled),
        "resting_at": _text(verdict.resting_at),
        "others": str(verdict.others) if verdict.others else "",
        "cause": verdict.cause.name if verdict.cause else "",
    }
    return {name: value for name, value in facts.items() if value}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def intent_of(intent_id: str, facts: Mapping[str, str]) -> Intent:
    """The intent that `facts_of_intent` wrote down, but for what only the screen needed.

    Raises:
        DamagedRecord: these are not its facts.
    """
    try:
        account = Account(facts["account"], AccountKind(facts["kind"]), "")
        plan = Plan(
            account,
            Contract.from_name(facts["contract"]),
            _position(facts["from"]),
            _order(facts),
            _way(facts),
            Decimal(facts["tick_size"]),
        )
        pairs = (pair.rpartition(":") for pair in facts.get("orders_before", "").split())
        before = {order_id: int(filled) for order_id, _, filled in pairs}
        return Intent(intent_id, plan, datetime.fromisoformat(facts["pressed_at"]), before)
    except (KeyError, ValueError, InvalidOperation) as error:
        raise DamagedRecord(f"the reverse {intent_id} cannot be read") from error


def _way(facts: Mapping[str, str]) -> Way:
    return Correction(facts["after"]) if "after" in facts else Entry(facts["entry"])


def _order(facts: Mapping[str, str]) -> EntryOrder:
    return EntryOrder(
        Action(facts["action"]),
        int(facts["quantity"]),
        OrderType(facts["order_type"]),
        TimeInForce(facts["time_in_force"]),
        _price(facts.get("limit_price")),
        _price(facts.get("stop_price")),
        facts.get("oco_id", ""),
        facts.get("strategy", ""),
    )


def _price(text: str | None) -> Price | None:
    return None if text is None else Decimal(text)


def _position(text: str) -> Position:
    side, _, quantity = text.partition(" ")
    return Position(Side(side), int(quantity or 0))
