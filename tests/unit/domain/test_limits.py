"""The limits: what each may be, and which of two sets allows more."""

from dataclasses import fields, replace
from datetime import time
from decimal import Decimal

import pytest

from ctpanel.domain.limits import BOUNDS, Hours, Limits, loosened, out_of_bounds

CAREFUL = Limits()
NOT_NUMBERS = {"hours", "asks_near", "sim_only"}


def test_every_number_has_its_bounds() -> None:
    assert BOUNDS.keys() == {field.name for field in fields(Limits)} - NOT_NUMBERS


def test_the_careful_defaults_are_within_them() -> None:
    assert out_of_bounds(CAREFUL) == ()


@pytest.mark.parametrize("name", BOUNDS)
def test_a_limit_may_be_its_least_and_its_most(name: str) -> None:
    bound = BOUNDS[name]
    assert bound.has(bound.least)
    assert bound.has(bound.most)


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("number", [-1, 10**30, Decimal("NaN"), Decimal("Infinity")])
def test_no_limit_can_be_switched_off_by_a_number(name: str, number: int | Decimal) -> None:
    limits = replace(CAREFUL, **{name: number})  # type: ignore[arg-type]  # by name
    assert out_of_bounds(limits) == (name,)


@pytest.mark.parametrize("name", sorted(BOUNDS.keys() - {"near_ticks"}))
def test_none_but_the_ticks_of_near_orders_can_be_zero(name: str) -> None:
    assert not BOUNDS[name].has(0)


@pytest.mark.parametrize("name", BOUNDS)
def test_one_step_is_looser_one_way_and_tighter_the_other(name: str) -> None:
    more = replace(CAREFUL, **{name: getattr(CAREFUL, name) + BOUNDS[name].least + 1})
    found = (loosened(CAREFUL, more), loosened(more, CAREFUL))
    assert sorted(found) == [(), (name,)]


@pytest.mark.parametrize("name", ["least_between", "near_ticks"])
def test_less_time_between_presses_and_less_warning_are_looser(name: str) -> None:
    assert loosened(replace(CAREFUL, **{name: 30}), replace(CAREFUL, **{name: 2})) == (name,)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("name", ["asks_near", "sim_only"])
def test_a_lock_that_is_taken_off_is_looser(name: str) -> None:
    locked = replace(CAREFUL, **{name: True})  # type: ignore[arg-type]  # by name
    assert (loosened(locked, CAREFUL), loosened(CAREFUL, locked)) == ((name,), ())


@pytest.mark.parametrize(
    ("before", "after", "is_looser"),
    [
        (((9, 0), (17, 0)), ((10, 0), (16, 0)), False),
        (((9, 0), (17, 0)), ((9, 0), (17, 1)), True),
        (((9, 0), (17, 0)), ((8, 59), (17, 0)), True),
        (((9, 0), (17, 0)), ((12, 0), (12, 0)), True),
        (((0, 0), (0, 0)), ((9, 0), (17, 0)), False),
        (((12, 0), (12, 0)), ((0, 0), (0, 0)), False),
        (((22, 0), (6, 0)), ((23, 0), (5, 0)), False),
        (((22, 0), (6, 0)), ((6, 0), (22, 0)), True),
    ],
)
def test_hours_are_looser_when_they_have_a_minute_that_was_not_in_them(
    before: tuple[tuple[int, int], ...],
    after: tuple[tuple[int, int], ...],
    is_looser: bool,  # noqa: FBT001
) -> None:
    old, new = (Hours(*(time(*moment) for moment in pair)) for pair in (before, after))
    found = loosened(replace(CAREFUL, hours=old), replace(CAREFUL, hours=new))
    assert found == (("hours",) if is_looser else ())
