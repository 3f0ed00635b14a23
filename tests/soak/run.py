"""Soaks the real panel: `python -m tests.soak.run --seconds 1200 --every 30` (`make soak`).

The panel is in this process, offscreen; the exchange and the link to it that is cut again and
again are processes of their own, so that nothing of theirs is in the figures.
"""

import argparse
import asyncio
import functools
import os
import secrets
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from ctpanel.crosstrade.stream.live import Stream
from ctpanel.demo import one_reversal, until
from ctpanel.domain.freshness import stale
from ctpanel.domain.state import Link, PanelState
from ctpanel.lifetime import Panel
from ctpanel.opening import run_panel
from ctpanel.options import PanelCommand
from ctpanel.output import complain, say
from ctpanel.ui.application import PanelView
from tests.soak.exchange import ROOTS
from tests.soak.helpers import Helper
from tests.soak.judge import (
    FEWEST,
    NAMES,
    WHOLE_WITHIN,
    Course,
    Figures,
    Window,
    growth,
    judged,
    limits_for,
    wrongs,
)
from tests.soak.leaks import LEAKS, AtEachCut
from tests.soak.samples import Gaps, Quotes, take

READY_WITHIN: Final = 30.0
SAMPLE_EVERY: Final = 1.0


class Soak:
    """One run of one panel."""

    def __init__(
        self, asked: argparse.Namespace, link: Helper, panel: Panel, view: PanelView
    ) -> None:
        self._asked = asked
        self._link = link
        self._panel = panel
        self._view = view
        self._clock = panel.parts.live.clock
        self._windows: list[Window] = []
        self._samples: list[Figures] = []
        self._reversal = ""
        self._leaks: list[AtEachCut] = [LEAKS[name](panel, view) for name in asked.leak]
        self.gaps = Gaps()

    async def run(self) -> Course:
        """Cut the link again and again, as long as was asked."""
        stream = self._panel.parts.live.stream
        assert isinstance(stream, Stream)
        quotes, began = Quotes(stream), self._clock.monotonic()
        beside = [asyncio.ensure_future(each) for each in (self.gaps.watch(), self._sample())]
        recovered = await self._until_whole(began)
        while (at := self._clock.monotonic() - began) < self._asked.seconds:
            await self._window(at, recovered)
            recovered = await self._flap()
        for task in beside:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        took = self._clock.monotonic() - began
        return Course(took, tuple(self._windows), quotes.count / took, self._reversal)

    async def _window(self, at: float, recovered: float | None) -> None:
        """From a panel that is whole to just before the next cut."""
        self._samples = []
        is_quiet = not any(task.get_name().startswith("news ") for task in asyncio.all_tasks())
        over = asyncio.ensure_future(asyncio.sleep(self._asked.every - self._asked.cut))
        if not self._reversal and not self._leaks:
            await self._reverse()
        await over
        self._windows.append(Window(at, recovered, tuple(self._samples), is_quiet))

    async def _flap(self) -> float | None:
        for leak in self._leaks:
            leak()
        self._link.tell("cut")
        await asyncio.sleep(self._asked.cut)
        self._link.tell("join")
        return await self._until_whole(self._clock.monotonic())

    async def _until_whole(self, since: float) -> float | None:
        """Seconds until everything shown is newer than that moment, None when it took too long."""
        if await until(self._panel, lambda state: is_whole(state, since), WHOLE_WITHIN):
            return self._clock.monotonic() - since
        return None

    async def _reverse(self) -> None:
        ended = await one_reversal(self._panel, self._view)
        self._reversal = "no verdict" if ended is None else ended.verdict.kind.value

    async def _sample(self) -> None:
        while True:
            self._samples.append(take())
            await asyncio.sleep(SAMPLE_EVERY)


def is_whole(state: PanelState, since: float) -> bool:
    """Whether the panel is connected, the stream too, and every price and position is newer."""
    times = (*(q.at for q in state.quotes.values()), *(p.at for p in state.held.values()))
    is_up = state.link is Link.CONNECTED and state.stream.is_live and not stale(state)
    return is_up and len(state.quotes) >= len(ROOTS) and min(times) > since


def table(course: Course, gaps: Gaps) -> Iterator[str]:
    """What was measured, if it was long enough."""
    if len(judged(course)) < FEWEST:
        return
    limits = limits_for(course.seconds)
    yield f"{'':13}{'earlier':>10}{'growth':>10}{'limit':>10}{'most':>10}"
    for name in NAMES:
        earlier, more = growth(course, name)
        most = max(getattr(s, name) for window in course.windows for s in window.samples)
        yield f"{name:13}{earlier:10.1f}{more:+10.1f}{getattr(limits, name):10.1f}{most:10.1f}"
    recoveries = [w.recovered for w in course.windows[1:] if w.recovered is not None]
    yield (
        f"{len(course.windows) - 1} flaps in {course.seconds:.0f} s, {course.quotes:.0f} quotes/s; "
        f"whole again after {statistics.median(recoveries):.1f} s, at most {max(recoveries):.1f} s"
    )
    parts = ", ".join(f"{part:.1%}: {gaps.at(part)} ms" for part in (0.5, 0.99, 0.999, 1))
    yield f"event loop late by at most {parts}; reversal: {course.reversal}"


def soak(asked: argparse.Namespace, link: Helper, token: str, folder: Path) -> int:
    """Run a panel on the link and judge it; its exit status."""

    async def script(panel: Panel, view: PanelView) -> int:
        panel.parts.session.offer_token(token, save=False)
        panel.parts.live.choose(use=True)
        _show_strip(view)
        if not await _look_at_all(panel):
            return complain(f"the panel did not get ready: {panel.parts.store.state.link}")
        run = Soak(asked, link, panel, view)
        course = await run.run()
        found = list(wrongs(course))
        say("\n".join((*table(course, run.gaps), *found)))
        return int(bool(found or panel.parts.store.state.faults))

    return run_panel(PanelCommand(origin=link.origin, data_dir=folder), script)


async def _look_at_all(panel: Panel) -> bool:
    """Have every instrument in the ticket once: only of what was looked at prices are kept."""
    for root in (*ROOTS, ROOTS[0]):
        panel.parts.desk.choose_instrument(root)
        if not await until(panel, functools.partial(_is_shown, root), READY_WITHIN):
            return False
    return True


def _is_shown(root: str, state: PanelState) -> bool:
    return state.contract is not None and state.contract.root == root and state.quote is not None


def _show_strip(view: PanelView) -> None:
    menu = view.window.link_bar.menu.menu()
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "Price strip").setChecked(True)


def _read(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.soak.run", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1200.0, help="how long")
    parser.add_argument("--every", type=float, default=30.0, help="seconds between two cuts")
    parser.add_argument("--cut", type=float, default=2.0, help="seconds the link is cut")
    parser.add_argument("--leak", choices=LEAKS, action="append", default=[], help="on purpose")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> int:
    asked = _read(argv)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"  # nobody's credential store is asked
    token = secrets.token_urlsafe(32)
    with (
        tempfile.TemporaryDirectory(prefix="ctpanel-soak-") as folder,
        Helper("exchange", first=token) as exchange,
        Helper("link", exchange.port) as link,
    ):
        return soak(asked, link, token, Path(folder))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
