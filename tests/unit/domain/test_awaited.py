"""What the answer to a press leaves open: which order to look for, whether one may come."""

import pytest

from ctpanel.domain.outcomes import Accepted, Cause, Unknown
from ctpanel.domain.verdict import awaited_of
from tests.fakes.examples import intent


def test_a_new_order_is_the_entry_to_look_for() -> None:
    awaited = awaited_of(intent(None, old=3), Accepted(("entry",)))
    assert (awaited.entry_id, awaited.is_lost) == ("entry", False)


def test_an_order_from_before_the_press_is_not_its_entry() -> None:
    awaited = awaited_of(intent(None, old=3), Accepted(("old",)))
    assert (awaited.entry_id, awaited.is_lost) == (None, True)


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.HALF_DONE])
def test_after_a_lost_answer_the_order_may_still_come(cause: Cause) -> None:
    awaited = awaited_of(intent(), Unknown(cause))
    assert (awaited.is_lost, awaited.cause) == (True, cause)


def test_after_an_answered_refusal_nothing_is_on_its_way() -> None:
    assert not awaited_of(intent(), Unknown(Cause.HALF_DONE)).is_lost
