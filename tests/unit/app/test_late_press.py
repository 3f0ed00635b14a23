"""A press that came too late to the wire: whatever held it up, nothing is sent any more."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from ctpanel.domain.limits import PRESS_TO_WIRE
from ctpanel.domain.outcomes import Cause, Code, NotSent
from ctpanel.domain.report import PressDenied, ReverseStopped
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.clocks import LoopClock
from tests.fakes.fake_server import FakeServer
from tests.fakes.memory import MemoryJournal


class JumpingClock(LoopClock):
    """Its wall time can be moved; durations go on as before, as they do while a computer sleeps."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def wall(self) -> datetime:
        return super().wall() + self.moved


class WakingClock(LoopClock):
    """The machine has slept: both of its clocks went on meanwhile."""

    slept = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.slept


@dataclass(eq=False, kw_only=True)
class HeldUp(MemoryJournal):
    """A journal whose first row takes its time, while the wall clock jumps."""

    clock: JumpingClock
    seconds: float = 0.0
    jump: timedelta = timedelta()

    async def append(self, intent_id: str, step: str, facts: Mapping[str, str]) -> None:
        await super().append(intent_id, step, facts)
        if step == "SENDING":
            await asyncio.sleep(self.seconds)
            self.clock.moved += self.jump


async def pressed(*, seconds: float = 0.0, jump: timedelta = timedelta()) -> Bench:
    """A panel after a press that was held up between its row and the wire."""
    clock = JumpingClock()
    journal = HeldUp(clock=clock, seconds=seconds, jump=jump)
    async with ready_panel(clock=clock, journal=journal) as bench:
        bench.press()
        await bench.idle()
    return bench


def was_too_late(bench: Bench) -> bool:
    event = bench.events[-1]
    too_late = isinstance(event, ReverseStopped) and event.outcome == NotSent(Cause.TOO_LATE)
    return too_late and bench.server.sent == []


async def test_a_press_that_was_recorded_in_time_is_sent() -> None:
    bench = await pressed(seconds=PRESS_TO_WIRE - 0.1)
    assert len(bench.server.sent) == 1


async def test_a_press_that_took_too_long_to_record_is_not_sent() -> None:
    assert was_too_late(await pressed(seconds=PRESS_TO_WIRE + 0.1))


async def test_a_press_that_slept_on_its_way_is_not_sent() -> None:
    assert was_too_late(await pressed(jump=timedelta(hours=8)))


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=-1)])
async def test_a_press_during_which_the_wall_clock_jumped_is_not_sent(jump: timedelta) -> None:
    assert was_too_late(await pressed(jump=jump))


async def test_a_press_that_was_too_late_is_recorded_as_not_sent() -> None:
    bench = await pressed(seconds=PRESS_TO_WIRE + 0.1)
    assert isinstance(bench.journal, MemoryJournal)
    assert bench.journal.steps == ["SENDING", "NOT_SENT"]


async def test_right_after_waking_nothing_is_fresh_enough_to_press() -> None:
    clock = WakingClock()
    async with ready_panel(FakeServer(latency=0.1), clock=clock) as bench:
        clock.slept = 3600.0
        bench.reverser.press(bench.shown())
        denied = bench.events[-1]
        assert isinstance(denied, PressDenied)
        assert denied.denied.code is Code.POSITION_STALE
