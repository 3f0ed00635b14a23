"""The one order that would take what an ended intent left to that intent's target. Pure.

It is only ever suggested: shown, asked about, and then an intent of its own - never sent by itself.
"""

from dataclasses import dataclass
from typing import Final

from ctpanel.domain.outcomes import Code, Denied, Verdict, VerdictKind, deny
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Correction, Intent, Offer, plan_correction
from ctpanel.domain.situation import Situation
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Action

_BAD_ENDS: Final = frozenset({VerdictKind.FLAT_ONLY, VerdictKind.PARTIAL, VerdictKind.OVERSIZED})


@dataclass(frozen=True, slots=True)
class Ended:
    """An intent, and what reading back proved of it."""

    intent: Intent
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Suggestion:
    """From what is held to what was asked for, and what a press on it stands for now."""

    start: Position
    target: Position
    offer: Offer


def suggest(ended: Ended, now: Situation) -> Suggestion | None:
    """The order that is missing, or why it may not be sent yet; None when there is none to suggest.

    There is none when the position is not what the verdict read, and none across flat: to be on
    the other side is what Reverse is for.
    """
    target, held, read = ended.intent.plan.target, now.position, ended.verdict.position
    if ended.verdict.kind not in _BAD_ENDS or held is None or read is None:
        return None
    if held.net != read.net or held.net == target.net or held.net * target.net < 0:
        return None
    return Suggestion(held, target, _too_large(target, now) or _offer(ended, held, now))


def _too_large(target: Position, now: Situation) -> Denied | None:
    limit = now.limits.hard_quantity
    if target.quantity <= limit:
        return None
    return deny(Code.QUANTITY_OVER_LIMIT, quantity=target.quantity, limit=limit)


def _offer(ended: Ended, held: Position, now: Situation) -> Offer:
    """A strategy goes with an entry from flat only: it would bracket no more than what is added."""
    plan, order = ended.intent.plan, ended.intent.plan.order
    missing = plan.target.net - held.net
    ticket = Ticket(
        account=plan.account.name,
        instrument=plan.contract.name,
        action=Action.BUY if missing > 0 else Action.SELL,
        quantity=str(abs(missing)),
        time_in_force=order.time_in_force,
        strategy=order.strategy if held.is_flat else "",
    )
    return plan_correction(ticket, now, Correction(ended.intent.intent_id))
