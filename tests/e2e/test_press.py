"""One press of the Reverse button, by mouse and by key: what the trader reads, what arrives."""

import re
from typing import Final

from tests.e2e.desktop import Desktop
from tests.e2e.panel import Panel
from tests.e2e.paper import PaperExchange
from tests.e2e.processes import stays

LATER: Final = 1.5
"""Seconds in which a second press would have reached the exchange."""

HELD: Final = 3.0
"""Seconds a key is held: long enough for some sixty repeats."""


def test_a_click_on_paper_ends_reversed(paper_panel: Panel) -> None:
    assert "LONG 3" in paper_panel.card
    paper_panel.click_reverse()
    said = paper_panel.wait_for_status("Reversed: SHORT 3")
    assert re.match(r"\d\d:\d\d:\d\d\.\d{3}  Reversed: SHORT 3\b", said), said
    paper_panel.wait_for_position("SHORT 3")


def test_the_title_names_account_kind_account_and_contract(paper_panel: Panel) -> None:
    title = paper_panel.title
    assert re.fullmatch(r"ctpanel · PAPER · Sim101 · MES \d\d-\d\d", title), title


def test_a_click_sends_one_reverse(panel: Panel, exchange: PaperExchange) -> None:
    panel.click_reverse()
    panel.wait_for_status("Reversed: SHORT 3")
    assert stays(exchange.order_paths, seconds=LATER) == ["reverseposition"]


def test_a_click_makes_one_entry_order(panel: Panel, exchange: PaperExchange) -> None:
    panel.click_reverse()
    panel.wait_for_status("Reversed: SHORT 3")
    (entry,) = exchange.entries()
    assert (entry["account"], entry["action"], entry["filled"]) == ("Sim101", "SELL", 3)


def test_a_double_click_sends_one_reverse(panel: Panel, exchange: PaperExchange) -> None:
    panel.double_click_reverse()
    panel.wait_for_status("Reversed: SHORT 3")
    assert stays(exchange.order_paths, seconds=LATER) == ["reverseposition"]


def test_enter_on_reverse_sends_one_reverse(panel: Panel, exchange: PaperExchange) -> None:
    panel.focus("Reverse", "push button")
    panel.desktop.key("Return")
    panel.wait_for_status("Reversed: SHORT 3")
    assert stays(exchange.order_paths, seconds=LATER) == ["reverseposition"]


def test_enter_held_on_reverse_sends_one_reverse_and_nothing_else(
    panel: Panel, exchange: PaperExchange
) -> None:
    panel.focus("Reverse", "push button")
    panel.desktop.hold("Return", HELD)
    panel.wait_for_status("Reversed: SHORT 3")
    assert stays(exchange.order_paths, seconds=LATER) == ["reverseposition"]


def test_a_key_held_on_this_display_repeats(paper_panel: Panel, desktop: Desktop) -> None:
    """Without it the test above would prove nothing."""
    paper_panel.focus("OCO ID", "text")
    desktop.hold("a", HELD)
    assert len(paper_panel.control("OCO ID", "text").value) > 20
