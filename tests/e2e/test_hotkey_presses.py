"""Hotkeys of the whole program while another one has the focus: none lost, twice, or unarmed.

CTPANEL_PRESSES says how many presses; the full number is 200.
"""

import os
import re
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from ctpanel.app.ports import Settings
from ctpanel.domain.chord import Chord
from ctpanel.domain.limits import Limits
from ctpanel.domain.presets import STANDARD, Deed, Preset
from ctpanel.local.settings import as_text
from tests.e2e.conftest import OpenPanel
from tests.e2e.credentials import SecretService
from tests.e2e.desktop import Desktop
from tests.e2e.panel import Panel
from tests.e2e.paper import TOKEN, PaperExchange
from tests.e2e.processes import stays, wait_until
from tests.e2e.test_guards import LATER, arm, look_elsewhere

PRESSES: Final = int(os.environ.get("CTPANEL_PRESSES", "10"))
REVERSE, HALT = "ctrl+alt+r", "ctrl+alt+h"
EVERY: Final = 3.0
"""Seconds from one reverse to the next: with reading back, more do not fit the three requests a
second that the server allows for long."""

BOUNCE: Final = 0.2
"""Seconds between two taps that are two: the same key sooner is one finger's chatter."""

JAMMED_FOR: Final = 10.0
ROOT: Final = Path(__file__).parents[2]


MANY: Final = Limits(
    soft_quantity=20, per_minute=60, per_day=5000, daily_loss=Decimal(10**6), disarm_after=60
)
"""Limits that a test of many presses does not meet."""

INTO: Final = tuple(
    Preset(f"Into {n}", Deed.REVERSE, Chord.parse(f"Ctrl+Shift+Digit{n}"), quantity=n)
    for n in range(1, 9)
)
"""Each enters another quantity: pressed in turn, no order is the same as one of seconds ago."""


@pytest.fixture
def data_dir(tmp_path: Path, exchange: PaperExchange) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    settings = Settings(limits=MANY, presets=(*STANDARD, *INTO), streams={exchange.origin: True})
    (folder / "settings.json").write_text(as_text(settings))
    return folder


def orders(exchange: PaperExchange) -> list[str]:
    """What was ordered, over REST or the stream."""
    return [path.lower() for path in exchange.order_paths()]


def press_and_read_back(panel: Panel, exchange: PaperExchange, count: int) -> None:
    """One press, and what came of it shown."""
    panel.wait_for_offer("→")
    held, into = panel.reverse.split()[1], (count - 1) % len(INTO) + 1
    other = "SHORT" if held == "LONG" else "LONG"
    panel.desktop.key(f"ctrl+shift+{into}")
    panel.wait_for_offer(f"{other} {into} →")
    assert orders(exchange) == ["reverseposition"] * count


@pytest.mark.timeout(3600)
def test_every_armed_press_reverses_once_while_another_program_has_the_focus(
    panel: Panel, exchange: PaperExchange
) -> None:
    arm(panel)
    look_elsewhere(panel.desktop)
    for count in range(1, PRESSES + 1):
        began = time.monotonic()
        press_and_read_back(panel, exchange, count)
        time.sleep(max(0.0, began + EVERY - time.monotonic()))
    assert stays(lambda: orders(exchange), seconds=LATER) == ["reverseposition"] * PRESSES


@pytest.mark.timeout(600)
def test_no_disarmed_press_does_anything(panel: Panel, exchange: PaperExchange) -> None:
    look_elsewhere(panel.desktop)
    for _ in range(PRESSES):
        panel.desktop.key(REVERSE)
        time.sleep(BOUNCE)
    panel.wait_for_status("Key Reverse ignored: hotkeys are not armed")
    assert stays(exchange.order_paths, seconds=LATER) == []


def test_a_key_held_for_ten_seconds_is_one_press(panel: Panel, exchange: PaperExchange) -> None:
    arm(panel)
    look_elsewhere(panel.desktop)
    panel.desktop.hold("ctrl+alt+r", 10.0)
    panel.wait_for_status("Reversed: SHORT 3")
    assert stays(lambda: orders(exchange), seconds=LATER) == ["reverseposition"]


def test_a_halt_pressed_while_the_loop_stands_still_lets_nothing_leave(
    desktop: Desktop, exchange: PaperExchange, secret_service: SecretService, data_dir: Path
) -> None:
    secret_service.keep(exchange.origin, TOKEN)
    command = ("-m", "tests.e2e.jammed", exchange.origin, str(data_dir), str(JAMMED_FOR))
    jammed = desktop.start(sys.executable, *command)
    wait_until(jammed.said, "armed hotkeys", holds=lambda said: "armed" in said, within=30)
    time.sleep(0.5)
    began = time.monotonic()
    desktop.key(REVERSE)
    desktop.key(HALT)
    wait_until((data_dir / "halted").exists, "the halt", within=2)
    assert time.monotonic() - began < JAMMED_FOR / 2
    wait_until(jammed.said, "the end", holds=lambda said: "went on" in said, within=30)
    assert re.search("went on (.*)", jammed.said()).group(1) == "halted"  # type: ignore[union-attr]  # just seen
    assert exchange.order_paths() == []


def test_a_reverse_pressed_while_the_loop_stands_still_is_too_old_afterwards(
    desktop: Desktop, exchange: PaperExchange, secret_service: SecretService, data_dir: Path
) -> None:
    secret_service.keep(exchange.origin, TOKEN)
    command = ("-m", "tests.e2e.jammed", exchange.origin, str(data_dir), "4")
    jammed = desktop.start(sys.executable, *command)
    wait_until(jammed.said, "armed hotkeys", holds=lambda said: "armed" in said, within=30)
    time.sleep(0.5)
    desktop.key(REVERSE)
    wait_until(jammed.said, "the end", holds=lambda said: "went on" in said, within=30)
    assert exchange.order_paths() == []


def test_halt_stays_after_a_restart(
    panel: Panel, exchange: PaperExchange, open_panel: OpenPanel
) -> None:
    panel.desktop.key(HALT)
    panel.wait_for_status("HALTED")
    panel.process.kill()
    again = open_panel("--base-url", exchange.origin)
    wait_until(lambda: again.title, "the word", holds=lambda title: "HALTED" in title)
