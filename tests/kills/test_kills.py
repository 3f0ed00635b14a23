"""SIGKILL at every labelled step of a real process, and what is true afterwards."""

from collections.abc import Callable

import pytest

from ctpanel.domain.steps import Step
from tests.kills import checks
from tests.kills.campaign import KILLED, Wave
from tests.kills.checks import Press, Start
from tests.kills.forker import Forker

# Whichever test comes first waits for all the kills, on a machine that may be a slow one.
pytestmark = pytest.mark.timeout(240)

ENOUGH = 300
NEEDS_A_BROKEN_DISK = {Step.NOT_SENT}
AFTER_THE_END = {Step.NEWS}


def of_presses(waves: list[Wave], check: Callable[[Press], list[str]]) -> list[str]:
    """What a check has to say of all presses."""
    return [said for wave in waves for press in wave.presses for said in check(press)]


def of_starts(waves: list[Wave], check: Callable[[Start], list[str]]) -> list[str]:
    """What a check has to say of all starts after them."""
    return [said for wave in waves for start in wave.starts for said in check(start)]


def test_three_hundred_processes_are_killed(waves: list[Wave]) -> None:
    assert sum(len(wave.kills) for wave in waves) >= ENOUGH


def test_a_process_ends_by_its_kill_or_at_its_end(waves: list[Wave], forker: Forker) -> None:
    odd = [press for w in waves for press in w.presses if press.status not in (KILLED, 0)]
    assert [(one.job, one.status, [row.step for row in one.rows]) for one in odd] == [], (
        forker.said()
    )


def test_every_step_is_the_place_of_a_kill_before_and_after_its_row(waves: list[Wave]) -> None:
    labels = {label.removeprefix("start, ") for wave in waves for label in wave.kills}
    steps = set(Step) - NEEDS_A_BROKEN_DISK - AFTER_THE_END
    assert {f"{when} {step.value}" for step in steps for when in ("before", "after")} <= labels


def test_every_label_that_a_press_passes_is_the_place_of_a_kill(waves: list[Wave]) -> None:
    trips = [press.job.trip for wave in waves for press in wave.presses]
    tried = {trip.label for trip in trips if trip is not None}
    assert tried <= {label for wave in waves for label in wave.kills}


def test_a_correction_is_killed_at_each_of_its_steps_too(waves: list[Wave]) -> None:
    killed = [press for w in waves for press in w.presses if press.status == KILLED]
    begun = [press for press in killed if any("after" in row.facts for row in press.rows)]
    last = {press.rows[-1].step for press in begun}
    assert last == {"SENDING", "TAKEN", "PROVED"}


def test_no_order_request_is_without_its_row_on_disk(waves: list[Wave]) -> None:
    assert of_presses(waves, checks.unwritten) == []


def test_no_account_has_more_order_requests_than_rows_that_allow_one(waves: list[Wave]) -> None:
    assert [said for w in waves for said in checks.beyond_rows(w.presses, w.strays)] == []


def test_one_press_is_at_most_one_reversal(waves: list[Wave]) -> None:
    assert of_presses(waves, checks.sent_too_often) == []


def test_a_position_is_kept_closed_or_reversed_and_never_stacked(waves: list[Wave]) -> None:
    assert of_presses(waves, checks.stacked) == []


def test_a_verdict_on_disk_is_what_is_held(waves: list[Wave]) -> None:
    assert of_presses(waves, checks.wrongly_proved) == []


def test_the_next_start_locks_what_is_open_within_a_second(waves: list[Wave]) -> None:
    assert of_starts(waves, checks.left_unlocked) == []


def test_the_lock_is_on_disk_once_the_start_is_through(waves: list[Wave]) -> None:
    assert of_starts(waves, checks.unmarked) == []


def test_what_is_locked_cannot_be_pressed(waves: list[Wave]) -> None:
    assert of_starts(waves, checks.pressable) == []


def test_a_start_sends_nothing(waves: list[Wave]) -> None:
    assert [request for wave in waves for request in wave.sent_by_starts] == []
