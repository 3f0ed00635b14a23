"""What a screen reader, and any other program that drives the panel, finds it by."""

from typing import Final

from tests.e2e.panel import Panel

CONTROLS: Final = (
    ("Account", "combo box"),
    ("Instrument", "combo box"),
    ("Action", "combo box"),
    ("Quantity", "text"),
    ("Time in force", "combo box"),
    ("Order type", "combo box"),
    ("Limit price", "text"),
    ("Stop price", "text"),
    ("OCO ID", "text"),
    ("ATM strategy", "combo box"),
    ("Entry", "combo box"),
    ("Reverse", "push button"),
    ("Close position", "push button"),
    ("Cancel orders", "push button"),
    ("Flatten account", "push button"),
    ("Halt", "push button"),
    ("Arm hotkeys", "check box"),
    ("Confirm", "combo box"),
    ("Status", "label"),
    ("Position", "panel"),
)


def test_every_documented_control_is_found_by_name_and_role(paper_panel: Panel) -> None:
    find = paper_panel.desktop.reader.find
    missing = [it for it in CONTROLS if find(*it, paper_panel.window) is None]
    assert not missing
