"""One press of the Reverse button, by mouse and by key: what the trader reads, what arrives."""

import re
from typing import Final

import pytest

from tests.e2e.desktop import Desktop
from tests.e2e.panel import Panel
from tests.e2e.paper import PaperExchange
from tests.e2e.processes import stays, wait_until, wait_until_steady

FAST: Final = 80
SLOW: Final = 400
"""Milliseconds between the halves of a double click: before and after the reverse has ended."""

LATER: Final = 1.0
"""Seconds in which a second press would have reached the exchange."""

HELD: Final = 3.0
"""Seconds a key is held."""

REPEATS: Final = 40
"""How often a key repeats in about that time."""


def test_a_click_on_paper_ends_reversed(paper_panel: Panel) -> None:
    assert "LONG 3" in paper_panel.card
    paper_panel.click_reverse()
    said = paper_panel.wait_for_status("Reversed: SHORT 3")
    assert re.match(r"\d\d:\d\d:\d\d\.\d{3}  Reversed: SHORT 3\b", said), said
    paper_panel.wait_for_position("SHORT 3")


def test_the_title_names_account_kind_account_and_contract(paper_panel: Panel) -> None:
    title = paper_panel.title
    assert re.fullmatch(r"ctpanel · PAPER · Sim101 · MES \d\d-\d\d", title), title


def test_the_title_names_a_server_that_is_not_crosstrades(
    panel: Panel, exchange: PaperExchange
) -> None:
    assert panel.title.endswith(f"· at {exchange.origin.removeprefix('http://')}")


def test_a_click_sends_one_reverse(panel: Panel, exchange: PaperExchange) -> None:
    panel.click_reverse()
    panel.wait_for_status("Reversed: SHORT 3")
    assert stays(exchange.order_paths, seconds=LATER) == ["reverseposition"]


def test_a_click_makes_one_entry_order(panel: Panel, exchange: PaperExchange) -> None:
    panel.click_reverse()
    panel.wait_for_status("Reversed: SHORT 3")
    (entry,) = exchange.entries()
    assert (entry["account"], entry["action"], entry["filled"]) == ("Sim101", "SELL", 3)


@pytest.mark.parametrize("gap_ms", [FAST, SLOW])
def test_a_double_click_sends_one_reverse(
    panel: Panel, exchange: PaperExchange, gap_ms: int
) -> None:
    panel.double_click_reverse(gap_ms)
    wait_until(exchange.order_paths, "an order")
    assert stays(exchange.order_paths, seconds=LATER) == ["reverseposition"]


def test_the_second_half_of_a_double_click_does_not_hide_the_result(panel: Panel) -> None:
    panel.double_click_reverse(SLOW)
    said = wait_until_steady(lambda: panel.status, "a last word", seconds=LATER)
    assert "Reversed: SHORT 3" in said


@pytest.mark.parametrize("key", ["Return", "space"])
def test_a_key_on_reverse_sends_one_reverse(
    panel: Panel, exchange: PaperExchange, key: str
) -> None:
    panel.focus("Reverse", "push button")
    panel.desktop.key(key)
    panel.wait_for_status("Reversed: SHORT 3")
    assert stays(exchange.order_paths, seconds=LATER) == ["reverseposition"]


@pytest.mark.parametrize("key", ["Return", "space"])
def test_a_key_held_on_reverse_sends_one_reverse_and_nothing_else(
    panel: Panel, exchange: PaperExchange, key: str
) -> None:
    panel.focus("Reverse", "push button")
    panel.desktop.hold(key, HELD)
    wait_until(exchange.order_paths, "an order")
    assert stays(exchange.order_paths, seconds=LATER) == ["reverseposition"]


def test_a_key_held_over_a_remote_desktop_sends_one_reverse(
    panel: Panel, exchange: PaperExchange
) -> None:
    panel.focus("Reverse", "push button")
    panel.desktop.hold_over_remote_desktop("Return", REPEATS)
    wait_until(exchange.order_paths, "an order")
    assert stays(exchange.order_paths, seconds=LATER) == ["reverseposition"]


def test_a_key_held_on_this_display_repeats(paper_panel: Panel, desktop: Desktop) -> None:
    """Without it the tests above would prove nothing."""
    paper_panel.focus("OCO ID", "text")
    desktop.hold("a", HELD)
    assert len(paper_panel.control("OCO ID", "text").value) > REPEATS
