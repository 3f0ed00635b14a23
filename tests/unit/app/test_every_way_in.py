"""Every way to reverse goes the same way: guards, latch, row, wire. None leads around one of them.

The ways are counted in the source, so that a new one cannot be added without being listed here.
"""

import ast
import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

import ctpanel
from ctpanel.domain.halt import HaltCause
from ctpanel.domain.limits import Limits
from ctpanel.domain.outcomes import WireOutcome
from ctpanel.domain.presets import STANDARD
from ctpanel.domain.reverse import Intent
from ctpanel.domain.state import Aim, InFlight, Phase
from ctpanel.domain.values import Confirming
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.examples import MES
from tests.fakes.fake_server import FakeServer
from tests.fakes.memory import MemoryJournal

KEY = ("Sim101", MES)
ROOT: Final = Path(ctpanel.__file__).parent


# --- the ways ---------------------------------------------------------------------------------


async def by_the_button(bench: Bench) -> None:
    """Mouse, Enter, Space and a screen reader all end in this signal of the one button."""
    bench.reverser.press(bench.shown())


async def by_a_held_button(bench: Bench) -> None:
    bench.reverser.press(bench.shown(), was_held=True)


async def by_the_question(bench: Bench) -> None:
    """Asked first, then confirmed in the dialog."""
    wants = {f"{kind} Sim101": Confirming.ASK for kind in ("PAPER", "SIM")}
    bench.store.update(lambda state: replace(state, confirmations=wants))
    bench.reverser.press(bench.shown())
    asked = bench.state.confirming
    if asked is not None:
        bench.reverser.confirm(asked.shown)


async def by_a_hotkey(bench: Bench) -> None:
    await bench.until(lambda s: s.keys.labels != {})
    bench.hotkeys.arm()
    bench.keys.tap("Reverse")
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def by_a_key_in_the_window(bench: Bench) -> None:
    await bench.until(lambda s: s.keys.labels != {})
    bench.hotkeys.arm()
    bench.hotkeys.press_in_window("Reverse")
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def by_a_preset(bench: Bench) -> None:
    bench.hotkeys.arm()
    aim = Aim(STANDARD[1], "Sim101", bench.state.contract)
    bench.reverser.fire(aim, alone=True, was_held=False)


WAYS: Final[dict[str, Callable[[Bench], Awaitable[None]]]] = {
    "the button": by_the_button,
    "a held button": by_a_held_button,
    "the question": by_the_question,
    "a hotkey": by_a_hotkey,
    "a key in the window": by_a_key_in_the_window,
    "a preset": by_a_preset,
}

way_in = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


# --- none of them leads around the others -----------------------------------------------------


@way_in
async def test_it_reverses_once(way: Callable[[Bench], Awaitable[None]]) -> None:
    async with ready_panel() as bench:
        await way(bench)
        await bench.idle()
        assert [call[0] for call in bench.server.sent] == ["reverse_position"]


@way_in
async def test_it_goes_by_latch_row_and_wire_in_this_order(
    way: Callable[[Bench], Awaitable[None]],
) -> None:
    seen: list[str] = []

    class Watched(MemoryJournal):
        async def append(self, intent_id: str, step: str, facts: object) -> None:
            seen.append(f"{step} {'latched' if KEY in bench.state.in_flight else 'free'}")
            await super().append(intent_id, step, {})

    class Watching(FakeServer):
        async def reverse_position(self, intent: Intent) -> WireOutcome:
            seen.append("wire")
            return await super().reverse_position(intent)

    async with ready_panel(Watching(), journal=Watched()) as bench:
        await way(bench)
        await bench.idle()
    assert seen[:2] == ["SENDING latched", "wire"]


def by_the_guards(bench: Bench) -> None:
    lost = Limits(daily_loss=Decimal("0.01"), net_quantity=1, hard_quantity=1)
    bench.store.update(lambda state: replace(state, limits=lost))


def by_the_latch(bench: Bench) -> None:
    offer = bench.state.offer
    intent = Intent("other", offer, bench.clock.wall())  # type: ignore[arg-type]  # a ready panel offers a plan
    flight = InFlight(intent, Phase.SENDING, bench.state.now)
    bench.store.update(lambda state: replace(state, in_flight={KEY: flight}))


def by_the_halt(bench: Bench) -> None:
    bench.halt.pull()


def by_a_halt_nobody_has_seen_yet(bench: Bench) -> None:
    bench.switch.pull(HaltCause.BY_HAND)


def by_a_journal_that_fails(bench: Bench) -> None:
    bench.journal.failure = "no room"


STOPS: Final[dict[str, Callable[[Bench], None]]] = {
    "the guards": by_the_guards,
    "the latch": by_the_latch,
    "the halt": by_the_halt,
    "a halt nobody has seen yet": by_a_halt_nobody_has_seen_yet,
    "a journal that fails": by_a_journal_that_fails,
}


@way_in
@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
async def test_it_is_stopped_by(
    way: Callable[[Bench], Awaitable[None]], stop: Callable[[Bench], None]
) -> None:
    async with ready_panel() as bench:
        stop(bench)
        await way(bench)
        await asyncio.sleep(3.0)
        assert bench.server.sent == []


# --- and there is no other --------------------------------------------------------------------


def calls(name: str) -> Iterator[tuple[str, str]]:
    """Where the source calls a method of this name: file, function."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for part in ast.walk(node):
                    called = part.func if isinstance(part, ast.Call) else None
                    if isinstance(called, ast.Attribute) and called.attr == name:
                        yield path.relative_to(ROOT).as_posix(), node.name


def test_an_intent_is_made_in_three_judged_places_only() -> None:
    assert set(calls("_launch")) == {
        ("app/reverse.py", "press"),
        ("app/reverse.py", "fire"),
        ("app/reverse.py", "confirm"),
    }


@pytest.mark.parametrize("order", ["reverse_position", "place"])
def test_what_opens_risk_is_ordered_behind_its_row_only(order: str) -> None:
    within = {"app/entries.py", "app/road.py"}
    assert {path for path, _ in calls(order) if path.startswith("app/")} == within


def test_a_leg_is_sent_by_the_two_entries_and_the_correction_only() -> None:
    assert {place for place in calls("send") if place[0].startswith("app/")} == {
        ("app/entries.py", "_one_call"),
        ("app/entries.py", "_only_when_flat"),
        ("app/entries.py", "_enter"),
        ("app/entries.py", "_correct"),
    }


def test_pressing_is_asked_for_by_the_window_and_the_hotkeys_only() -> None:
    assert {path for path, _ in calls("fire")} == {"app/hotkeys.py"}
