"""Which step may follow which: an order leaves only behind its row, and an end stays an end."""

import pytest

from ctpanel.domain.steps import FOLLOWS, Step, StepOutOfTurn, follow

ENDS = [step for step in Step if step.is_end]


def test_every_step_has_its_followers() -> None:
    assert FOLLOWS.keys() == {None, *Step}


def test_an_intent_begins_by_sending_or_was_not_sent_at_all() -> None:
    assert FOLLOWS[None] == {Step.SENDING, Step.NOT_SENT}


def test_every_step_can_be_reached() -> None:
    reached: set[Step] = set()
    for followers in FOLLOWS.values():
        reached |= followers
    assert reached == set(Step)


def test_bytes_leave_first_of_all_or_after_a_proof_of_flat() -> None:
    before = {step: {b for b, nexts in FOLLOWS.items() if step in nexts} for step in Step}
    assert before[Step.SENDING] == {None}
    assert before[Step.ENTERING] == {Step.FLAT}
    assert before[Step.FLAT] == {Step.TAKEN}


@pytest.mark.parametrize("end", ENDS)
def test_after_an_end_there_is_only_news(end: Step) -> None:
    assert FOLLOWS[end] == {Step.NEWS}


@pytest.mark.parametrize("step", [s for s in Step if not s.is_end and s is not Step.LOCKED])
def test_whatever_is_open_can_be_locked(step: Step) -> None:
    assert Step.LOCKED in FOLLOWS[step]


def test_a_lock_ends_by_proof_or_by_the_traders_word_alone() -> None:
    assert FOLLOWS[Step.LOCKED] == {Step.PROVED, Step.ATTESTED}


def test_an_unanswered_close_never_leads_to_an_entry() -> None:
    seen, todo = set[Step](), [Step.UNANSWERED]
    while todo:
        step = todo.pop()
        seen.add(step)
        todo += FOLLOWS[step] - seen
    assert Step.ENTERING not in seen


@pytest.mark.parametrize("before", [None, *Step])
@pytest.mark.parametrize("step", list(Step))
def test_a_step_out_of_turn_is_refused(before: Step | None, step: Step) -> None:
    if step in FOLLOWS[before]:
        assert follow(before, step) is step
    else:
        with pytest.raises(StepOutOfTurn):
            follow(before, step)
