"""The book of intents: checked, written, taken - and what must never happen cannot."""

import asyncio
from collections.abc import Mapping
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


@pytest.mark.parametrize("step", [step for step in Step if not step.is_end])
async def test_an_intent_of_an_earlier_run_is_permitted_no_order(step: Step) -> None:
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


async def test_two_intents_cannot_slip_in_while_a_row_is_being_written() -> None:
    opened = await book(YieldingJournal())
    both = await asyncio.gather(
        opened.enter(intent(), Step.SENDING, {}),
        opened.enter(another(intent()), Step.SENDING, {}),
        return_exceptions=True,
    )
    assert [type(one) for one in both] == [type(None), StepOutOfTurn]


async def test_a_row_that_was_not_written_makes_room_for_the_next() -> None:
    opened = await book(MemoryJournal(failure="disk full", times=1))
    with pytest.raises(JournalFailed):
        await opened.enter(intent(), Step.SENDING, {})
    await opened.enter(another(intent()), Step.SENDING, {})


async def test_a_row_that_may_come_yet_is_not_written_a_second_time() -> None:
    opened = await book(MemoryJournal(failure="slow disk", times=1))
    with pytest.raises(JournalFailed):
        await opened.enter(intent(), Step.SENDING, {})
    with pytest.raises(StepOutOfTurn):
        await opened.enter(intent(), Step.SENDING, {})


async def test_a_close_whose_proof_could_not_be_written_keeps_its_place() -> None:
    opened = await book(MemoryJournal(failure="disk full", after=2))
    await opened.enter(intent(), Step.SENDING, {})
    await opened.note(intent(), Step.TAKEN, {})
    with pytest.raises(JournalFailed):
        await opened.enter(intent(), Step.FLAT, {})
    with pytest.raises(StepOutOfTurn):
        await opened.enter(another(intent()), Step.SENDING, {})


async def test_a_proof_that_lets_nothing_leave_may_be_written_again() -> None:
    journal = MemoryJournal(failure="slow disk", after=2, times=1)
    opened = await book(journal)
    await opened.enter(intent(), Step.SENDING, {})
    await opened.note(intent(), Step.TAKEN, {})
    with pytest.raises(JournalFailed):
        await opened.enter(intent(), Step.FLAT, {})
    await opened.enter(intent(), Step.FLAT, {})
    assert journal.steps == ["SENDING", "TAKEN", "FLAT"]


async def test_an_answered_order_is_permitted_no_other() -> None:
    opened = await book()
    await opened.enter(intent(), Step.SENDING, {})
    await opened.note(intent(), Step.TAKEN, {})
    with pytest.raises(StepOutOfTurn):
        opened.permit(intent())


async def test_each_of_two_that_an_earlier_run_left_on_one_contract_can_end() -> None:
    opened = await book()
    opened.resume(intent(), Step.UNANSWERED)
    opened.resume(another(intent()), Step.LOCKED)
    await opened.note(intent(), Step.PROVED, {})
    await opened.note(another(intent()), Step.PROVED, {})


async def test_the_end_of_one_of_two_keeps_the_place_of_the_other() -> None:
    opened = await book()
    opened.resume(intent(), Step.UNANSWERED)
    opened.resume(another(intent()), Step.LOCKED)
    await opened.note(intent(), Step.PROVED, {})
    with pytest.raises(StepOutOfTurn):
        await opened.enter(replace(intent(), intent_id="intent-3"), Step.SENDING, {})


@pytest.mark.parametrize("step", [Step.SENDING, Step.ENTERING])
async def test_a_step_that_lets_bytes_leave_is_never_merely_noted(step: Step) -> None:
    opened = await book()
    if step is Step.ENTERING:
        opened.resume(intent(), Step.FLAT)
    with pytest.raises(StepOutOfTurn):
        await opened.note(intent(), step, {})


class YieldingJournal(MemoryJournal):
    """Lets others run before it writes, as a disk does."""

    async def append(self, intent_id: str, step: str, facts: Mapping[str, str]) -> None:
        await asyncio.sleep(0)
        await super().append(intent_id, step, facts)
