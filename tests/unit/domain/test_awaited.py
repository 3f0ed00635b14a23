"""What the answer to a press leaves open: which order to look for, whether one may come."""

from dataclasses import replace

import pytest

from ctpanel.domain.outcomes import Accepted, Cause, Unknown
from ctpanel.domain.reverse import Correction
from ctpanel.domain.verdict import Awaited, awaited_of
from tests.fakes.examples import intent, plan


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


def test_an_acceptance_that_names_no_order_leaves_open_which_one_it_is() -> None:
    assert awaited_of(intent(), Accepted()) == Awaited()


CORRECTING = intent(replace(plan(), entry=Correction("before")))


@pytest.mark.parametrize("outcome", [Accepted(()), Accepted(("intent-1",)), Accepted(("other",))])
def test_an_answered_correction_is_looked_for_under_its_own_id(outcome: Accepted) -> None:
    assert awaited_of(CORRECTING, outcome) == Awaited("intent-1", has_entry=False)


@pytest.mark.parametrize("cause", Cause)
def test_a_lost_correction_is_looked_for_under_its_own_id_too(cause: Cause) -> None:
    expected = Awaited("intent-1", has_entry=False, cause=cause)
    assert awaited_of(CORRECTING, Unknown(cause)) == expected
