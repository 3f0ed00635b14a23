"""The two ways to carry out a reverse, chosen in the ticket's Entry field, and a correction.

One call: the server closes, waits up to five seconds for flat, and enters anyway.
Only when flat: close, prove flat, enter on condition of flat. It never stacks one position on
another; it may leave the trader flat, and then says so.
Correction: one order under the intent's own id, on condition of the side it was asked about.
"""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from ctpanel.app.legs import Legs
from ctpanel.app.ports import JournalFailed
from ctpanel.app.reconcile import Trail
from ctpanel.app.record import facts_of_intent
from ctpanel.domain.flat import ENTER_WITHIN
from ctpanel.domain.limits import PRESS_TO_WIRE
from ctpanel.domain.outcomes import NotSent, Refused, Unknown, Verdict
from ctpanel.domain.report import Leg, ReverseFlat
from ctpanel.domain.reverse import Correction, Intent
from ctpanel.domain.state import Phase
from ctpanel.domain.steps import Step
from ctpanel.domain.values import Entry, Side
from ctpanel.domain.verdict import Awaited, awaited_of


@dataclass(frozen=True, slots=True)
class Settled:
    """What was read back, what had been awaited, and the readings the verdict stands on."""

    verdict: Verdict
    awaited: Awaited
    trail: Trail


End: TypeAlias = Settled | NotSent | Refused
"""What became of an intent: read back, or proven not executed."""


async def carry_out(legs: Legs, intent: Intent) -> End:
    """Send what the intent says, once, and read back what it came to."""
    match intent.plan.entry:
        case Entry.ONE_CALL:
            return await _one_call(legs, intent)
        case Entry.ONLY_WHEN_FLAT:
            return await _only_when_flat(legs, intent)
        case Correction():
            return await _correct(legs, intent)
        case _:
            assert_never(intent.plan.entry)


async def _one_call(legs: Legs, intent: Intent) -> End:
    facts = facts_of_intent(intent, legs.store.state.origin)
    outcome = await legs.send(
        intent,
        Step.SENDING,
        facts,
        PRESS_TO_WIRE,
        Leg.REVERSE,
        lambda: legs.orders.reverse_position(intent),
    )
    if isinstance(outcome, NotSent | Refused):
        return outcome
    return await _settle(legs, intent, awaited_of(intent, outcome))


async def _only_when_flat(legs: Legs, intent: Intent) -> End:
    facts = facts_of_intent(intent, legs.store.state.origin)
    closed = await legs.send(
        intent,
        Step.SENDING,
        facts,
        PRESS_TO_WIRE,
        Leg.CLOSE,
        lambda: legs.orders.close_position(*intent.key),
    )
    if isinstance(closed, NotSent | Refused):
        return closed
    if isinstance(closed, Unknown):  # no proof that it was ours that closed: nothing is entered
        lost = Awaited(has_entry=False, is_lost=True, cause=closed.cause)
        return await _settle(legs, intent, lost)
    legs.enter_phase(intent, Phase.PROVING_FLAT)
    if await legs.reconciler.prove_flat(intent) and await _note_flat(legs, intent):
        return await _enter(legs, intent)
    # Taken is not done: a close that left no trace yet may still come.
    return await _settle(legs, intent, Awaited(has_entry=False, is_lost=True))


async def _note_flat(legs: Legs, intent: Intent) -> bool:
    """Write the proof down; without its row nothing is entered."""
    try:
        await legs.book.enter(intent, Step.FLAT, {})
    except JournalFailed:
        return False
    legs.store.report(ReverseFlat(intent.plan))
    legs.enter_phase(intent, Phase.ENTERING)
    return True


async def _enter(legs: Legs, intent: Intent) -> Settled:
    """Place the entry under our own id: whatever becomes of the answer, it can be looked up."""
    own_id = legs.new_id()
    placed = await legs.send(
        intent,
        Step.ENTERING,
        {"order_id": own_id},
        ENTER_WITHIN,
        Leg.ENTRY,
        lambda: legs.orders.place(*intent.key, intent.plan.order, own_id, held=Side.FLAT),
    )
    if isinstance(placed, NotSent | Refused):
        return await _settle(legs, intent, Awaited(has_entry=False, is_settled=True))
    cause = placed.cause if isinstance(placed, Unknown) else None
    return await _settle(legs, intent, Awaited(own_id, has_entry=False, cause=cause))


async def _correct(legs: Legs, intent: Intent) -> End:
    """One order, with the intent's id for its own: it can be looked up, after a restart too."""
    plan = intent.plan
    placed = await legs.send(
        intent,
        Step.SENDING,
        facts_of_intent(intent, legs.store.state.origin),
        PRESS_TO_WIRE,
        Leg.CORRECTION,
        lambda: legs.orders.place(*intent.key, plan.order, intent.intent_id, held=plan.start.side),
    )
    if isinstance(placed, NotSent | Refused):
        return placed
    return await _settle(legs, intent, awaited_of(intent, placed))


async def _settle(legs: Legs, intent: Intent, awaited: Awaited) -> Settled:
    verdict, trail = await legs.reconciler.settle(intent, awaited)
    return Settled(verdict, awaited, trail)
