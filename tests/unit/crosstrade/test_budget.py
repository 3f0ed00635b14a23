"""The mirrored allowance: orders never wait, readings leave them enough."""

import asyncio

import pytest

from ctpanel.crosstrade.budget import CAPACITY, REFILL, RESERVE, SLOW, Budget
from tests.conftest import LoopFactory
from tests.fakes.clocks import ManualClock, VirtualLoop


@pytest.fixture
def loop_factory() -> LoopFactory:
    return VirtualLoop


def microseconds() -> float:
    """The loop's time, no finer than a computer's."""
    return round(asyncio.get_running_loop().time(), 6)


def test_a_new_budget_is_full() -> None:
    assert Budget(ManualClock().monotonic).level == CAPACITY == 20


def test_it_refills_three_a_second_up_to_its_capacity() -> None:
    clock = ManualClock()
    budget = Budget(clock.monotonic)
    for _ in range(20):
        budget.take()
    assert budget.level == 0
    clock.seconds = 2.0
    assert budget.level == pytest.approx(6)
    clock.seconds = 3600.0
    assert budget.level == CAPACITY


def test_taking_never_waits_and_may_go_below_zero() -> None:
    clock = ManualClock()
    budget = Budget(clock.monotonic)
    for _ in range(25):
        budget.take()
    assert budget.level == -5
    clock.seconds = 2.0
    assert budget.level == pytest.approx(1)


async def test_a_reading_takes_its_turn_at_once_while_there_is_enough() -> None:
    budget = Budget(microseconds)
    for _ in range(int(CAPACITY - RESERVE)):
        await budget.take_in_turn()
    assert asyncio.get_running_loop().time() == 0
    assert budget.level == RESERVE


async def test_a_reading_waits_rather_than_eat_into_the_reserve() -> None:
    budget = Budget(microseconds)
    for _ in range(int(CAPACITY - RESERVE) + 3):
        await budget.take_in_turn()
    assert asyncio.get_running_loop().time() == pytest.approx(3 / REFILL, abs=1e-2)
    assert budget.level == pytest.approx(RESERVE, abs=1e-2)


async def test_the_reserve_is_there_for_readings_that_ask_for_none() -> None:
    budget = Budget(microseconds)
    for _ in range(int(CAPACITY)):
        await budget.take_in_turn(reserve=0)
    assert asyncio.get_running_loop().time() == 0
    assert budget.level == 0


async def test_many_waiters_together_stay_within_the_refill() -> None:
    budget = Budget(microseconds)
    taken: list[float] = []

    async def read() -> None:
        await budget.take_in_turn(reserve=0)
        taken.append(asyncio.get_running_loop().time())

    await asyncio.gather(*(read() for _ in range(50)))
    for at in taken:
        assert sum(t <= at for t in taken) <= CAPACITY + REFILL * at + 1e-3


async def test_a_reading_waits_until_orders_that_went_ahead_are_paid_back() -> None:
    budget = Budget(microseconds)
    for _ in range(26):
        budget.take()
    await budget.take_in_turn(reserve=0)
    assert asyncio.get_running_loop().time() == pytest.approx(7 / REFILL, abs=1e-2)


# --- what the answers teach -------------------------------------------------------------------


async def in_a_minute(budget: Budget, reserve: float = RESERVE) -> int:
    """Readings that get their turn within a minute, once the burst is used up."""
    while budget.level > RESERVE:
        budget.take()
    until, count = microseconds() + 60, 0
    while microseconds() < until:
        await budget.take_in_turn(reserve)
        count += 1
    return count


async def test_a_refusal_means_that_the_bucket_is_empty() -> None:
    budget = Budget(microseconds)
    budget.answered(429, 0.1)
    assert budget.level == 0


async def test_each_refusal_halves_the_pace_of_background_reading_down_to_a_quarter() -> None:
    rates = []
    for refusals in range(4):
        budget = Budget(microseconds)
        for _ in range(refusals):
            budget.answered(429, 0.1)
        rates.append(await in_a_minute(budget))
    assert rates == pytest.approx([180, 90, 45, 45], abs=8)


async def test_a_slow_answer_slows_reading_down_like_a_refusal() -> None:
    budget = Budget(microseconds)
    budget.answered(200, SLOW)
    assert await in_a_minute(budget) == pytest.approx(90, abs=8)


async def test_good_answers_bring_the_pace_back() -> None:
    budget = Budget(microseconds)
    budget.answered(429, 0.1)
    for _ in range(10):
        budget.answered(200, 0.1)
    assert await in_a_minute(budget) == pytest.approx(180, abs=8)


async def test_reading_an_order_back_is_not_held_to_the_pace() -> None:
    budget = Budget(microseconds)
    for _ in range(3):
        budget.answered(200, SLOW)
    await asyncio.gather(*(budget.take_in_turn(reserve=0) for _ in range(5)))
    assert microseconds() == 0
