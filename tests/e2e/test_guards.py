"""Halt, arming and holding with real hands: a mouse, keys that repeat, and another program."""

import sys
from typing import Final

from tests.e2e.desktop import Desktop
from tests.e2e.panel import Panel
from tests.e2e.paper import PaperExchange
from tests.e2e.processes import stays, wait_until

LATER: Final = 1.0
"""Seconds in which a press would have reached the exchange."""

TAPPED: Final = 0.1
HELD: Final = 1.5
"""Seconds a key is down; X begins to repeat it after two thirds of a second."""

REVERSE: Final = "ctrl+alt+r"

SWITCHED: Final = 0.5
"""Seconds after which Qt has told that another program is in front; it waits a tenth of one."""

OTHER: Final = """\
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
chart = QWidget(windowTitle="chart")
chart.show()
chart.activateWindow()
application.exec()
"""


def look_elsewhere(desktop: Desktop) -> None:
    """Bring another program to the front."""
    desktop.start(sys.executable, "-c", OTHER)
    wait_until(desktop.active_window, "the chart's focus", holds=lambda name: name == "chart")
    stays(desktop.active_window, seconds=SWITCHED)


def arm(panel: Panel) -> None:
    panel.desktop.click(panel.control("Arm hotkeys", "check box").centre)
    wait_until(lambda: panel.title, "the word", holds=lambda title: "ARMED" in title)


def test_one_click_halts_and_closing_still_works(panel: Panel, exchange: PaperExchange) -> None:
    panel.desktop.click(panel.control("Halt", "push button").centre)
    panel.wait_for_status("HALTED: you halted it.")
    panel.click_reverse()
    panel.desktop.click(panel.control("Close position", "push button").centre)
    panel.wait_for_status("FLAT")
    assert exchange.order_paths() == ["close"]


def test_halt_is_released_by_a_second_answer(panel: Panel) -> None:
    panel.desktop.click(panel.control("Halt", "push button").centre)
    release = panel.control("Release halt", "push button")
    stays(lambda: "HALTED" in panel.title, seconds=LATER)
    panel.desktop.click(release.centre)
    panel.dialog("Release halt").click("Enable again")
    panel.wait_for_offer("LONG 3 → SHORT 3")


def test_a_held_key_fires_once_and_a_tapped_one_does_not(
    panel: Panel, exchange: PaperExchange
) -> None:
    panel.choose("Confirm", "Hold to fire")
    panel.focus("Reverse", "push button")
    panel.desktop.hold("space", TAPPED)
    panel.wait_for_status("Not sent: let go after 0.")
    assert exchange.order_paths() == []
    panel.desktop.hold("space", HELD)
    panel.wait_for_status("Reversed: SHORT 3")
    assert stays(exchange.order_paths, seconds=LATER) == ["reverseposition"]


def test_a_hold_over_a_remote_desktop_is_one_hold(panel: Panel, exchange: PaperExchange) -> None:
    panel.choose("Confirm", "Hold to fire")
    panel.focus("Reverse", "push button")
    panel.desktop.hold_over_remote_desktop("space", repeats=30)
    panel.wait_for_status("Reversed: SHORT 3")
    assert stays(exchange.order_paths, seconds=LATER) == ["reverseposition"]


def test_a_key_typed_into_a_field_of_the_panel_reverses_nothing(
    panel: Panel, exchange: PaperExchange
) -> None:
    arm(panel)
    panel.focus("Quantity", "text")
    panel.desktop.key(REVERSE)
    panel.wait_for_status("Key Reverse ignored: a field of the panel has the keyboard")
    assert exchange.order_paths() == []


def test_a_field_that_was_left_for_another_program_does_not_count(
    panel: Panel, exchange: PaperExchange
) -> None:
    arm(panel)
    panel.focus("Quantity", "text")
    look_elsewhere(panel.desktop)
    panel.desktop.key(REVERSE)
    panel.wait_for_status("Reversed: SHORT 3")
    assert exchange.order_paths() == ["reverseposition"]


def test_esc_in_the_panel_disarms(panel: Panel) -> None:
    arm(panel)
    panel.desktop.key("Escape")
    panel.wait_for_status("Disarmed: you pressed Esc")
