"""Runs seeds through the simulator: `python -m tests.sim.run --runs 10000` (`make sim`)."""

import argparse
import asyncio
import gc
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from typing import TypeAlias

from ctpanel import resources
from ctpanel.app.watch import NEWS_FOR
from ctpanel.domain.instrument import read_table
from ctpanel.domain.report import ReverseEnded, ReverseSending
from ctpanel.domain.values import Action, OrderType
from ctpanel.paper.endpoints import Endpoints
from ctpanel.paper.exchange import Exchange
from ctpanel.paper.faults import Faults
from ctpanel.paper.model import NewOrder
from ctpanel.paper.views import Views
from ctpanel.paper.world import TEMPLATES
from tests.fakes.clocks import START, VirtualLoop
from tests.fakes.examples import MES, TODAY
from tests.sim.oracle import PROVED_WITHIN, Course, Said, until_proved, wrongs
from tests.sim.panel import KEY, SimClock, SimJournal, SimPanel, settle_down
from tests.sim.profiles import PROFILES, Run, draw
from tests.sim.wire import Sent, SimLive, Wire

SPECS = {"MES": read_table(resources.read_text("instruments.json"))["MES"]}
FAULTLESS = Faults(rate_limit="off")
LONGEST = 150.0
"""Simulated seconds after which a run is looked at, whatever its state."""

Client: TypeAlias = Callable[[Wire, Course], Awaitable[None]]
"""Something that reverses over a wire and says what came of it: the panel, or a naive program."""


def new_wire(run: Run) -> Wire:
    """The exchange of a run, and the way to it."""
    faults = Faults(
        rate_limit="off",
        close=run.close,  # type: ignore[arg-type]  # drawn from its values
        entry=run.entry,  # type: ignore[arg-type]  # same
        close_delay_ms=run.close_delay_ms,
        orphans=run.orphans,  # type: ignore[arg-type]  # same
        positions_lag_ms=run.lag_ms,
    )
    exchange = Exchange(seed=run.seed, today=TODAY, specs=SPECS, templates=TEMPLATES, faults=faults)
    exchange.open_account("Sim101", "Simulator")
    exchange.give("Sim101", MES, run.start, Decimal("5011.00"))
    live = SimLive(exchange)
    return Wire(run, live, Endpoints(live, Views(exchange, START)))


async def simulate(run: Run, client: Client) -> Course:
    """One run from its first reading to its end."""
    wire = new_wire(run)
    course = Course(run, wire.live.exchange, sent=wire.sent)
    if run.has_stop:
        _rest_a_stop(wire)
    others = [asyncio.ensure_future(_trade(wire, at, net)) for at, net in run.others_at]
    await client(wire, course)
    for other in others:
        other.cancel()
        with suppress(asyncio.CancelledError):
            await other
    await wire.settled()
    wire.live.tick()
    return course


def _rest_a_stop(wire: Wire) -> None:
    """The trader's own stop, close enough to be reached while the close is on its way."""
    book, held = wire.live.exchange.market.book(MES), wire.run.start
    away = -2 if held > 0 else 2
    price = book.price((book.bid if held > 0 else book.ask) + away)
    action = Action.SELL if held > 0 else Action.BUY
    stop = NewOrder(MES, action, abs(held), OrderType.STOPMARKET, "GTC", stop_price=price)
    wire.live.exchange.submit("Sim101", stop)


async def _trade(wire: Wire, at: float, net: int) -> None:
    await asyncio.sleep(2 + at)
    wire.live.tick()
    action = Action.BUY if net > 0 else Action.SELL
    wire.live.exchange.submit("Sim101", NewOrder(MES, action, abs(net), OrderType.MARKET))


async def panel(wire: Wire, course: Course) -> None:
    """The panel: pressed once or by an impatient hand, killed and started again as drawn."""
    run, clock = wire.run, SimClock()
    kept = SimJournal(dies_after=run.crash_at)
    first = SimPanel(wire, kept, clock, 1)
    wire.before_sending = partial(_check_row, kept, course)
    await first.start()
    first.fill_in(run.quantity, only_when_flat=run.only_when_flat)
    await settle_down()
    wire.is_calm = False
    first.press()
    helpers = [asyncio.ensure_future(_press_again(first, at)) for at in run.presses]
    if run.sleeps_at is not None:
        helpers.append(asyncio.ensure_future(_sleep(clock, run.sleeps_at)))
    died = asyncio.ensure_future(kept.died.wait())
    over = asyncio.ensure_future(_see_through(first, course))
    await asyncio.wait({died, over}, return_when=asyncio.FIRST_COMPLETED)
    if over.done():
        over.result()
    for task in (died, over, *helpers):
        task.cancel()
    _hear(course, first)
    if kept.died.is_set():
        await first.die()
        first = await _start_again(wire, course, kept, clock)
    course.is_locked = KEY in first.store.state.locks
    course.is_garbled = await first.is_garbled()
    course.is_in_flight = bool(first.store.state.in_flight)
    await first.die()


async def _start_again(wire: Wire, course: Course, kept: SimJournal, clock: SimClock) -> SimPanel:
    before = len(wire.sent)
    wire.is_calm = True
    again = SimPanel(wire, kept, clock, 1000)
    await again.start()
    wire.is_calm = False
    await _until_over(again, wire.run.order_fault or wire.run.correction_fault)
    _hear(course, again)
    course.sent_by_restart = len(wire.sent) - before
    return again


async def _see_through(panel: SimPanel, course: Course) -> None:
    """Until nothing can come any more; what is suggested on the way is confirmed as drawn."""
    run = panel.wire.run
    await _until_over(panel, run.order_fault)
    if not run.corrects or panel.store.state.suggestion is None:
        return
    if run.heals:
        panel.wire.live.exchange.faults = replace(FAULTLESS, positions_lag_ms=run.lag_ms)
    await panel.correct(partial(_arm, panel, course))
    await _until_over(panel, run.correction_fault)


def _arm(panel: SimPanel, course: Course) -> None:
    """What was drawn for the correction lies in wait for it."""
    panel.wire.fault = panel.wire.run.correction_fault
    panel.kept.dies_after = panel.wire.run.correction_crash
    course.sent_before_correcting = len(panel.wire.sent)


async def _until_over(panel: SimPanel, fault: str) -> None:
    """Until nothing can come any more, or long enough."""
    await panel.idle()
    wire, until = panel.wire, panel.wire.now() + LONGEST
    while wire.now() < until and (panel.store.state.locks or panel.wire.is_busy):
        await asyncio.sleep(1)
    comes_again = fault in ("late", "twice")
    await asyncio.sleep(NEWS_FOR + 10 if comes_again else 7)


async def _press_again(panel: SimPanel, at: float) -> None:
    """An impatient hand, while nothing seems to happen."""
    await asyncio.sleep(at)
    if panel.store.state.in_flight:
        panel.press()


async def _sleep(clock: SimClock, at: float) -> None:
    await asyncio.sleep(at)
    clock.slept += 3600.0


def _check_row(kept: SimJournal, course: Course, sent: Sent) -> None:
    """What must be on disk before an order leaves; one with an id of ours is named there."""
    rows = kept.rows()
    allowed = {facts["order_id"] for _, step, facts in rows if step == "ENTERING"}
    begun = {intent for intent, step, _ in rows if step == "SENDING"}
    is_written = sent.own_id in allowed | begun if sent.own_id else bool(begun)
    course.unwritten += not is_written


def _hear(course: Course, panel: SimPanel) -> None:
    for report in panel.store.state.reports:
        slept = panel.clock.slept if report.at - START > timedelta(seconds=3600) else 0.0
        at = (report.at - START).total_seconds() - slept
        course.said.append(Said(at, report.event))
        if isinstance(report.event, ReverseSending):
            course.corrections += report.event.plan.is_correction
            course.presses += not report.event.plan.is_correction
    course.errors = [*course.errors, *panel.errors]


@dataclass
class Tally:
    """What many runs came to."""

    runs: int = 0
    pressed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    wrongs: Counter[str] = field(default_factory=Counter)
    seeds: dict[str, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    def add(self, course: Course) -> None:
        self.runs += 1
        self.pressed += course.presses > 0
        wait = until_proved(course)
        self.waits += [] if wait is None else [wait]
        for said in course.said:
            if isinstance(said.event, ReverseEnded):
                self.kinds[said.event.verdict.kind.value] += 1
        for wrong in set(wrongs(course)):
            self.wrongs[wrong] += 1
            self.seeds.setdefault(wrong, course.run.seed)

    def merge(self, other: "Tally") -> None:
        self.runs += other.runs
        self.pressed += other.pressed
        self.kinds += other.kinds
        self.wrongs += other.wrongs
        self.seeds = {**other.seeds, **self.seeds}
        self.waits += other.waits

    @property
    def proved_in_time(self) -> float:
        """The part of the lost answers to executed orders that were proved within 15 s."""
        return sum(wait <= PROVED_WITHIN for wait in self.waits) / max(1, len(self.waits))


def run_seeds(profile: str, seeds: Iterable[int], client: Client = panel) -> Tally:
    """Run seeds one after the other; every second one enters only when flat."""
    tally = Tally()
    for seed in seeds:
        run = draw(seed, profile, only_when_flat=bool(seed % 2))
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            tally.add(runner.run(simulate(run, client)))
    return tally


def _chunk(job: tuple[str, range]) -> Tally:
    gc.freeze()
    return run_seeds(*job)


def run_all(profile: str, seeds: range) -> Tally:
    """Run seeds on every core."""
    tally = Tally()
    chunks = [(profile, seeds[i : i + 250]) for i in range(0, len(seeds), 250)]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for part in pool.map(_chunk, chunks):
            tally.merge(part)
    return tally


def main() -> int:
    """Run them on every core; the exit status says whether anything was wrong."""
    parser = argparse.ArgumentParser(description="simulated reversals, by seed")
    parser.add_argument("--runs", type=int, default=10_000, help="of each profile")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--profile", choices=PROFILES, action="append")
    said = parser.parse_args()
    failed = False
    for profile in said.profile or PROFILES:
        began = time.perf_counter()
        tally = run_all(profile, range(said.first, said.first + said.runs))
        seconds = time.perf_counter() - began
        print(f"{profile:9} {tally.runs:6} runs {seconds:6.1f} s  {dict(tally.kinds)}")  # noqa: T201 - the output
        if tally.waits:
            share = f"{tally.proved_in_time:.2%} of {len(tally.waits)} lost answers"
            print(f"          {share} to executed orders proved within {PROVED_WITHIN:.0f} s")  # noqa: T201 - same
        for wrong, times in tally.wrongs.most_common():
            print(f"          {times:6} {wrong}, first seed {tally.seeds[wrong]}")  # noqa: T201 - same
        failed = failed or bool(tally.wrongs)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
