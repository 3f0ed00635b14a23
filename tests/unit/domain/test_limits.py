"""The limits: what each may be, and which of two sets allows more."""

from dataclasses import fields, replace
from datetime import time
from decimal import Decimal

import pytest

from ctpanel.domain.arming import SLEPT, UNREAD_FOR, Armed
from ctpanel.domain.limits import (
    BOUNDS,
    FRESH_FOR,
    FRESH_LIVE,
    HOLD_AFTER_PRESS,
    HOLD_TO_FIRE,
    PRESS_TO_WIRE,
    REQUESTS,
    SAME_ORDER_WITHIN,
    SETTLE,
    VERDICT_WITHIN,
    Hours,
    Limits,
    loosened,
    out_of_bounds,
)

CAREFUL = Limits()
NOT_NUMBERS = {"hours", "asks_near", "sim_only"}


def test_the_careful_defaults_are_the_agreed_ones() -> None:
    assert (
        Limits(
            hard_quantity=20,
            soft_quantity=5,
            far_fraction=Decimal("0.01"),
            too_far_fraction=Decimal("0.05"),
            net_quantity=20,
            least_between=1,
            per_minute=10,
            per_day=100,
            daily_loss=Decimal(1000),
            hours=Hours(time(0, 0), time(0, 0)),
            near_ticks=8,
            asks_near=False,
            sim_only=False,
            disarm_after=10,
        )
        == CAREFUL
    )


def test_what_a_limit_may_be_is_what_was_agreed() -> None:
    assert {name: (bound.least, bound.most) for name, bound in BOUNDS.items()} == {
        "hard_quantity": (1, 999),
        "soft_quantity": (1, 999),
        "far_fraction": (Decimal("0.0001"), 1),
        "too_far_fraction": (Decimal("0.0001"), 1),
        "net_quantity": (1, 999),
        "least_between": (1, 3600),
        "per_minute": (1, 60),
        "per_day": (1, 5000),
        "daily_loss": (1, 10_000_000),
        "near_ticks": (0, 1000),
        "disarm_after": (1, 240),
    }


def test_the_seconds_that_everybody_shares_are_the_agreed_ones() -> None:
    assert (FRESH_FOR, FRESH_LIVE, UNREAD_FOR, SLEPT) == (3.0, 2.0, 6.0, 5.0)
    assert (SETTLE, HOLD_AFTER_PRESS, HOLD_TO_FIRE) == (0.3, 0.7, 0.5)
    assert (PRESS_TO_WIRE, VERDICT_WITHIN, SAME_ORDER_WITHIN) == (2.0, 15.0, 10.0)
    assert REQUESTS == 20


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


@pytest.mark.parametrize("name", sorted(BOUNDS.keys() - {"least_between", "near_ticks"}))
def test_more_of_anything_else_is_looser(name: str) -> None:
    bound = BOUNDS[name]
    least, most = (replace(CAREFUL, **{name: number}) for number in (bound.least, bound.most))  # type: ignore[arg-type]  # by name
    assert loosened(least, most) == (name,)


@pytest.mark.parametrize("name", ["asks_near", "sim_only"])
def test_a_lock_that_stays_is_not_looser(name: str) -> None:
    locked = replace(CAREFUL, **{name: True})  # type: ignore[arg-type]  # by name
    assert loosened(locked, locked) == ()


@pytest.mark.parametrize("name", ["asks_near", "sim_only"])
def test_a_lock_that_is_taken_off_is_looser(name: str) -> None:
    locked = replace(CAREFUL, **{name: True})  # type: ignore[arg-type]  # by name
    assert (loosened(locked, CAREFUL), loosened(CAREFUL, locked)) == ((name,), ())


@pytest.mark.parametrize(
    ("hours", "moment", "is_in"),
    [
        (((9, 0), (17, 0)), (9, 0), True),
        (((9, 0), (17, 0)), (17, 0), False),
        (((22, 0), (6, 0)), (22, 0), True),
        (((22, 0), (6, 0)), (6, 0), False),
        (((22, 0), (6, 0)), (5, 59), True),
    ],
)
def test_hours_begin_at_their_first_minute_and_are_over_at_their_last(
    hours: tuple[tuple[int, int], ...],
    moment: tuple[int, int],
    is_in: bool,  # noqa: FBT001
) -> None:
    begin, end = (time(*one) for one in hours)
    assert Hours(begin, end).has(time(*moment)) is is_in


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
        (((0, 0), (23, 59)), ((0, 0), (0, 0)), True),
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


def test_armed_keys_have_their_idle_minutes_from_the_last_use_on() -> None:
    armed = Armed("Sim101", "PAPER", used_at=100.0)
    assert [armed.left(at, minutes=10) for at in (100.0, 160.0, 700.0, 900.0)] == [600, 540, 0, 0]
