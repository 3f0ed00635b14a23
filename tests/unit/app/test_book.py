"""The book of intents: checked, written, taken - and what must never happen cannot."""

from dataclasses import replace

import pytest

from ctpanel.app.book import IntentBook
from ctpanel.app.ports import JournalFailed
from ctpanel.domain.reverse import Intent
from ctpanel.domain.steps import Step, StepOutOfTurn
from tests.fakes.bench import Bench
from tests.fakes.examples import intent
from tests.fakes.memory import MemoryJournal


def another(sent: Intent) -> Intent:
    return replace(sent, intent_id="intent-2")


async def book(journal: MemoryJournal | None = None) -> IntentBook:
    bench = Bench(journal=journal or MemoryJournal())
    return IntentBook(bench.journal, bench.store)


async def test_no_order_is_permitted_before_its_row() -> None:
    opened = await book()
    with pytest.raises(StepOutOfTurn):
        opened.permit(intent())


async def test_a_row_permits_one_order() -> None:
    opened = await book()
    await opened.enter(intent(), Step.SENDING, {})
    opened.permit(intent())
    with pytest.raises(StepOutOfTurn):
        opened.permit(intent())


async def test_a_row_that_was_not_written_permits_none() -> None:
    opened = await book(MemoryJournal(failure="disk full"))
    with pytest.raises(JournalFailed):
        await opened.enter(intent(), Step.SENDING, {})
    with pytest.raises(StepOutOfTurn):
        opened.permit(intent())


@pytest.mark.parametrize("step", [Step.TAKEN, Step.UNANSWERED, Step.FLAT, Step.LOCKED])
async def test_no_other_step_permits_an_order(step: Step) -> None:
    opened = await book()
    opened.resume(intent(), step)
    with pytest.raises(StepOutOfTurn):
        opened.permit(intent())


async def test_there_is_one_open_intent_for_an_account_and_contract() -> None:
    opened = await book()
    await opened.enter(intent(), Step.SENDING, {})
    with pytest.raises(StepOutOfTurn):
        await opened.enter(another(intent()), Step.SENDING, {})


@pytest.mark.parametrize("end", [Step.REFUSED, Step.NOT_SENT])
async def test_an_end_makes_room_for_the_next(end: Step) -> None:
    opened = await book()
    await opened.enter(intent(), Step.SENDING, {})
    await opened.note(intent(), end, {})
    await opened.enter(another(intent()), Step.SENDING, {})


async def test_an_intent_of_an_earlier_run_keeps_its_place() -> None:
    opened = await book()
    opened.resume(intent(), Step.LOCKED)
    with pytest.raises(StepOutOfTurn):
        await opened.enter(another(intent()), Step.SENDING, {})


async def test_what_has_happened_is_taken_even_when_it_cannot_be_written() -> None:
    journal = MemoryJournal(failure="disk full", after=1)
    opened = await book(journal)
    await opened.enter(intent(), Step.SENDING, {})
    await opened.note(intent(), Step.TAKEN, {})
    assert opened.store.state.journal_fault == "disk full"
    await opened.note(intent(), Step.PROVED, {})


async def test_a_step_out_of_turn_is_not_written() -> None:
    journal = MemoryJournal()
    opened = await book(journal)
    with pytest.raises(StepOutOfTurn):
        await opened.note(intent(), Step.PROVED, {})
    assert journal.rows == []
