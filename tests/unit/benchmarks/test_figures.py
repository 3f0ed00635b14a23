"""Percentiles, rows and turns of the benchmarks."""

from itertools import groupby

import pytest

from tests.benchmarks.figures import percentile, row, turns


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1), (0.5, 50), (0.99, 99), (0.999, 100), (1.0, 100)]
)
def test_a_percentile_is_a_sample_that_so_many_do_not_exceed(share: float, expected: int) -> None:
    samples = [float(number) for number in range(100, 0, -1)]
    assert percentile(samples, share) == expected


def test_one_sample_is_every_percentile() -> None:
    assert [percentile([7.0], share) for share in (0.0, 0.5, 0.99)] == [7.0, 7.0, 7.0]


def test_a_row_knows_its_middle_its_end_and_its_number() -> None:
    found = row([3.0, 1.0, 2.00049])
    assert (found.p50_ms, found.p99_ms, found.max_ms, found.n) == (2.0, 3.0, 3.0, 3)


def test_everybody_gets_all_turns_wanted() -> None:
    shots = {"often": 10, "seldom": 3, "never": 0}
    taken = list(turns(shots))
    assert {name: taken.count(name) for name in shots} == shots


def test_contenders_with_equal_turns_alternate() -> None:
    assert list(turns({"a": 3, "b": 3})) == ["a", "b"] * 3


def test_few_turns_are_spread_over_the_whole_race() -> None:
    runs = [
        len(list(same))
        for name, same in groupby(turns({"often": 12, "seldom": 4}))
        if name == "often"
    ]
    assert runs == [3, 3, 3, 3]
