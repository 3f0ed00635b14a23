"""Intents, outcomes and verdicts as flat text for the journal: its vocabulary. No IO."""

from ctpanel.domain.outcomes import Accepted, NotSent, Refused, Unknown, Verdict, WireOutcome
from ctpanel.domain.reverse import Intent


def facts_of_intent(intent: Intent) -> dict[str, str]:
    """Everything that is about to be sent, and what it started from."""
    plan, order = intent.plan, intent.plan.order
    facts = {
        "pressed_at": intent.pressed_at.isoformat(),
        "account": plan.account.name,
        "kind": plan.account.kind.value,
        "contract": plan.contract.name,
        "from": str(plan.start),
        "to": str(order.target),
        "entry": plan.entry.value,
        "action": order.action.value,
        "quantity": str(order.quantity),
        "order_type": order.order_type.value,
        "time_in_force": order.time_in_force.value,
        "limit_price": _text(order.limit_price),
        "stop_price": _text(order.stop_price),
        "oco_id": order.oco_id,
        "strategy": order.strategy,
        "orders_before": " ".join(f"{i}:{n}" for i, n in sorted(intent.filled_before.items())),
    }
    return {name: value for name, value in facts.items() if value}


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
