"""The numbers of frames: nothing missing, a gap, a repetition, one that comes too late."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.crosstrade.stream.order import FrameOrder


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        ([1, 2, 3], [0, 0, 0]),
        ([7, 8], [0, 0]),
        ([0, 1], [0, 0]),
        ([1, 4, 5], [0, 2, 0]),
        ([1, 1, 2], [0, None, 0]),
        ([1, 3, 2, 4], [0, 1, None, 0]),
        ([None, None], [0, 0]),
        ([1, None, 2], [0, 0, 0]),
    ],
)
def test_what_is_missing_before_each_frame(
    numbers: list[int | None], missing: list[int | None]
) -> None:
    order = FrameOrder()
    assert [order.missing(number) for number in numbers] == missing


@given(st.lists(st.integers(0, 50)))
def test_frames_that_count_and_what_is_missing_add_up_to_the_last_number(
    numbers: list[int],
) -> None:
    order = FrameOrder()
    found = [order.missing(number) for number in numbers]
    counted = [missing for missing in found if missing is not None]
    span = max(numbers) - numbers[0] + 1 if numbers else 0
    assert len(counted) + sum(counted) == span
