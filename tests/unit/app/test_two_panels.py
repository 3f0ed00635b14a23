"""Two computers that trade one account: two panels, each with its own record, on one exchange.

Neither knows of the other. What each says must have been true when it said it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from ctpanel.domain.outcomes import Code, Field, Verdict, VerdictKind
from ctpanel.domain.report import Notice, PressDenied, ReverseEnded
from ctpanel.domain.state import PanelState
from ctpanel.domain.values import Entry
from ctpanel.paper.faults import Faults
from tests.fakes.bench import Bench
from tests.fakes.examples import MES
from tests.fakes.fake_server import FakeServer

KEY = ("Sim101", MES)
LATER = (0.0, 0.02, 0.05, 0.1, 0.5, 2.0)
"""Seconds between the two presses: from the same instant to what the other one did being seen."""

WAYS = [(first, second) for first in Entry for second in Entry]
CLOSES_MS = (0, 6000)
"""How long NinjaTrader takes for a close; longer than the server waits."""


@dataclass(eq=False)
class Said:
    """A verdict, and what the exchange held when it was said."""

    verdict: Verdict
    asked_for: int
    held: int


@dataclass(eq=False)
class Computer:
    """One of the panels, and what it said."""

    bench: Bench
    said: list[Said] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bench.store.subscribe(self._listen)
        self._heard = 0

    def _listen(self, state: PanelState) -> None:
        events = [report.event for report in state.reports]
        for event in events[self._heard :]:
            if isinstance(event, ReverseEnded):
                target = event.plan.order.target.net
                self.said.append(Said(event.verdict, target, self.bench.server.net(*KEY)))
        self._heard = len(events)


@asynccontextmanager
async def two_computers(
    entries: tuple[Entry, Entry] = (Entry.ONE_CALL, Entry.ONE_CALL), close_ms: int = 0
) -> AsyncIterator[tuple[Computer, Computer]]:
    """Both ready to reverse the same long 3."""
    server = FakeServer(Faults(close_delay_ms=close_ms))
    computers = Computer(Bench(server)), Computer(Bench(server, first_id=1000))
    try:
        for computer, entry in zip(computers, entries, strict=True):
            await computer.bench.ready()
            computer.bench.desk.edit(Field.ENTRY, entry.value)
        await asyncio.sleep(1.0)
        yield computers
    finally:
        for computer in computers:
            await computer.bench.stop()
    assert [computer.bench.errors for computer in computers] == [[], []]


async def press_both(computers: tuple[Computer, Computer], later: float) -> None:
    """Press on both, and wait until both have said what they can say."""
    first, second = (computer.bench for computer in computers)
    first.press()
    await asyncio.sleep(later)
    second.press()
    for bench in (first, second):
        await bench.idle()
    await asyncio.sleep(8.0)


@pytest.mark.parametrize("close_ms", CLOSES_MS)
@pytest.mark.parametrize("later", LATER)
@pytest.mark.parametrize("entries", WAYS, ids=[f"{a.name}-{b.name}" for a, b in WAYS])
async def test_whatever_two_panels_say_was_true_when_they_said_it(
    entries: tuple[Entry, Entry], later: float, close_ms: int
) -> None:
    async with two_computers(entries, close_ms) as both:
        await press_both(both, later)
        held = both[0].bench.server.net(*KEY)
        said = [one for computer in both for one in computer.said]
        for one in said:
            assert one.verdict.position is not None
            assert one.verdict.position.net == one.held
            assert (one.verdict.kind is VerdictKind.OVERSIZED) == (abs(one.held) > 3)
            if one.verdict.kind is VerdictKind.REVERSED:
                assert one.held == one.asked_for
        if abs(held) > 3:
            assert VerdictKind.OVERSIZED in {one.verdict.kind for one in said}
        for computer in both:
            position = computer.bench.state.position
            assert position is not None
            assert position.value.net == held


async def test_two_reverses_in_the_same_instant_are_not_both_called_reversed() -> None:
    async with two_computers() as both:
        await press_both(both, 0.0)
        assert both[0].bench.server.net(*KEY) == -6
        kinds = {one.verdict.kind for computer in both for one in computer.said}
        assert kinds == {VerdictKind.REVERSED, VerdictKind.OVERSIZED}


async def test_the_panel_that_said_reversed_first_hears_of_the_other_ones_entry() -> None:
    async with two_computers() as both:
        await press_both(both, 0.0)
        (first,) = [c for c in both if c.said[0].verdict.kind is VerdictKind.REVERSED]
        assert Notice.LATE_NEWS in {noticed.notice for noticed in first.bench.state.notices}


async def test_a_press_on_what_the_other_computer_has_reversed_meanwhile_is_denied() -> None:
    async with two_computers() as (first, second):
        seen = second.bench.shown()
        first.bench.press()
        await first.bench.idle()
        await second.bench.until(lambda s: s.position is not None and s.position.value.net == -3)
        second.bench.reverser.press(seen)
        denied = second.bench.events[-1]
        assert isinstance(denied, PressDenied)
        assert denied.denied.code is Code.POSITION_CHANGED
        assert len(first.bench.server.sent) == 1


async def test_each_records_its_own_press_only() -> None:
    async with two_computers() as both:
        await press_both(both, 0.0)
        intents = [{intent for intent, _, _ in c.bench.journal.rows} for c in both]
        assert [len(found) for found in intents] == [1, 1]
        assert intents[0] != intents[1]
