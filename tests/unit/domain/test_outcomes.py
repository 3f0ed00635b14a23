"""What can become of a press, as values."""

import pytest

from ctpanel.domain.outcomes import Accepted, Cause, NotSent, Unknown


@pytest.mark.parametrize(
    ("order_ids", "order_id"), [((), None), (("a",), "a"), (("entry", "stop"), "entry")]
)
def test_the_order_of_an_accepted_call_is_the_first_it_made(
    order_ids: tuple[str, ...], order_id: str | None
) -> None:
    assert Accepted(order_ids).order_id == order_id


@pytest.mark.parametrize("kind", [NotSent, Unknown])
def test_an_outcome_of_which_nothing_more_is_known_says_nothing_more(
    kind: type[NotSent] | type[Unknown],
) -> None:
    assert kind(Cause.DEADLINE).detail == ""


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_is_said_in_words_without_capitals(cause: Cause) -> None:
    assert cause.value.islower()
