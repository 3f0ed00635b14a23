"""Ten thousand simulated reversals of each profile, and every seed that was ever wrong.

`python -m tests.sim.run --runs 1000000` runs as many as wanted; CTPANEL_SIM_RUNS says how many
run here.
"""

import os
from functools import cache

import pytest

from tests.sim.naive import Program, client_of, position_only, retry_on_timeout, timeout_is_failure
from tests.sim.profiles import PROFILES
from tests.sim.run import Tally, run_all, run_seeds

RUNS = int(os.environ.get("CTPANEL_SIM_RUNS", "10000"))

ONCE_WRONG = [
    ("moderate", 172),  # delivered twice: the second reverse was not told
    ("moderate", 2019),  # a late close of somebody else's position was not told
    ("moderate", 2337),  # the oracle itself rounded milliseconds
    ("moderate", 4635),  # the oracle took two closes and a stop for an entry
    ("moderate", 4706),  # delivered twice, of the second only the entry came after the end
    ("moderate", 5343),  # a lock was proved, then its lost close came, and was not told
    ("harsh", 204),  # somebody else's trades looked like ours, then the lost request arrived
    ("harsh", 9188),  # the same
    ("harsh", 372),  # the machine slept through the watch for late news
]


@cache
def tally_of(profile: str) -> Tally:
    return run_all(profile, range(RUNS))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("profile", PROFILES)
def test_no_simulated_reversal_goes_wrong(profile: str) -> None:
    tally = tally_of(profile)
    assert (tally.runs, tally.pressed) == (RUNS, RUNS)
    assert not tally.wrongs, tally.seeds


@pytest.mark.timeout(900)
def test_lost_answers_to_executed_orders_are_proved_within_15_seconds() -> None:
    assert tally_of("moderate").proved_in_time >= 0.99


@pytest.mark.parametrize(("profile", "seed"), ONCE_WRONG)
def test_a_seed_that_was_wrong_once_is_right(profile: str, seed: int) -> None:
    assert not run_seeds(profile, [seed]).wrongs


def test_the_same_seed_is_the_same_run() -> None:
    first, second = (run_seeds("harsh", range(40)) for _ in range(2))
    assert first.kinds == second.kinds


NAIVE = {
    "sends again after a timeout": (retry_on_timeout, "duplicate order"),
    "takes a timeout for a failure": (timeout_is_failure, "said not executed, but it was"),
    "looks at the position alone": (position_only, "said not executed, but it was"),
}


@pytest.mark.parametrize(("program", "wrong"), NAIVE.values(), ids=NAIVE)
def test_a_naive_program_is_caught(program: Program, wrong: str) -> None:
    tally = run_seeds("moderate", range(0, 400, 2), client_of(program))
    assert tally.wrongs[wrong] > 10
