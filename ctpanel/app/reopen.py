"""From the record's rows to what an earlier run left open. No IO, nothing is sent from here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ctpanel.app.halt import RESUME
from ctpanel.app.record import DamagedRecord, Row, intent_of
from ctpanel.domain.outcomes import Accepted, Cause, Unknown
from ctpanel.domain.reverse import Intent
from ctpanel.domain.sent import Sent
from ctpanel.domain.steps import Step, StepOutOfTurn, follow
from ctpanel.domain.values import Entry
from ctpanel.domain.verdict import Awaited, awaited_of


@dataclass(frozen=True, slots=True)
class OpenIntent:
    """An intent without an end: where it stands, and what may still come of it."""

    intent: Intent
    step: Step
    awaited: Awaited


def open_intents(rows: Iterable[Row], origin: str) -> tuple[OpenIntent, ...]:
    """The reverses to a server whose end is not recorded, oldest first.

    Raises:
        DamagedRecord: one of them cannot be understood, or its steps are out of turn.
    """
    found: dict[str, OpenIntent] = {}
    at: dict[str, Step] = {}
    for intent_id, word, facts in rows:
        if word not in Step.__members__:
            continue  # a close, a cancel, a flatten
        step = Step(word)
        at[intent_id] = _followed(intent_id, at.get(intent_id), step)
        if step is Step.SENDING and facts.get("server") == origin:
            sent = intent_of(intent_id, facts)
            found[intent_id] = OpenIntent(sent, step, _after_sending(sent))
        elif (known := found.get(intent_id)) is not None:
            stands = at[intent_id]
            found[intent_id] = OpenIntent(known.intent, stands, _after(known, step, facts))
            if step is Step.ATTESTED:
                found = _without(found, known.intent)
    return tuple(one for one in found.values() if not one.step.is_end)


def sent_on(rows: Iterable[Row], day: date, at: Callable[[datetime], float]) -> tuple[Sent, ...]:
    """What was sent on a day, and not before the trader last re-enabled the panel.

    `at` turns the time of a press into a monotonic second.

    Raises:
        DamagedRecord: a row that says something was sent cannot be understood.
    """
    found: dict[str, Sent] = {}
    for intent_id, word, facts in rows:
        if word == RESUME:
            found.clear()
        elif word == Step.SENDING.value:
            intent = intent_of(intent_id, facts)
            if intent.pressed_at.astimezone().date() == day:
                found[intent_id] = Sent(*intent.key, "", at(intent.pressed_at), day)
        elif word == Step.NOT_SENT.value:
            found.pop(intent_id, None)
    return tuple(found.values())


def _followed(intent_id: str, before: Step | None, step: Step) -> Step:
    """Where a row leads.

    A row in between may be missing: a step that has happened is taken even when it cannot be
    written. Only those that let bytes leave must stand in their turn.
    """
    is_open = before is not None and not before.is_end
    if (is_open and not step.lets_bytes_leave) or step is Step.NEWS:
        return step
    try:
        return follow(before, step)
    except StepOutOfTurn as error:
        raise DamagedRecord(f"the reverse {intent_id} has {error}") from error


def _without(found: dict[str, OpenIntent], seen: Intent) -> dict[str, OpenIntent]:
    """One look at an account's contract ends everything that was open there."""
    return {i: one for i, one in found.items() if one.intent.key != seen.key}


def _after_sending(intent: Intent) -> Awaited:
    if intent.plan.is_correction:
        return awaited_of(intent, Unknown(Cause.PANEL_ENDED))
    in_one_call = intent.plan.entry is Entry.ONE_CALL
    return Awaited(has_entry=in_one_call, is_lost=True, cause=Cause.PANEL_ENDED)


def _after(known: OpenIntent, step: Step, facts: Mapping[str, str]) -> Awaited:
    """What a step leaves open; an entry that was not sent by then never will be."""
    if known.intent.plan.is_correction:
        return known.awaited  # its one order is looked up by its id, whatever was answered
    in_one_call = known.intent.plan.entry is Entry.ONE_CALL
    match step:
        case Step.TAKEN if in_one_call:
            return awaited_of(known.intent, Accepted(tuple(facts.get("order_ids", "").split())))
        case Step.UNANSWERED:
            is_lost = facts.get("cause") != Cause.HALF_DONE.name
            return Awaited(has_entry=in_one_call, is_lost=is_lost, cause=Cause.PANEL_ENDED)
        case Step.ENTERING:
            return Awaited(facts.get("order_id"), has_entry=False, cause=Cause.PANEL_ENDED)
        case Step.ENTRY_REFUSED:
            return Awaited(has_entry=False, is_settled=True, cause=Cause.PANEL_ENDED)
        case _:
            return known.awaited
