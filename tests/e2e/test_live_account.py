"""An account whose orders are real asks before it reverses."""

from typing import Final

import pytest

from tests.e2e.panel import Dialog, Panel
from tests.e2e.paper import PaperExchange
from tests.e2e.processes import stays, wait_until

LATER: Final = 1.0
"""Seconds in which a second press would have reached the exchange."""

HELD: Final = 3.0
"""Seconds a key is held."""


@pytest.fixture
def asked(panel: Panel) -> Dialog:
    """The question after a press on a live account."""
    panel.choose("Account", "LIVE-001")
    panel.wait_for_offer("SHORT 2 → LONG 2")
    panel.click_reverse()
    return panel.dialog("Confirm reverse")


def test_a_press_sends_nothing_before_it_is_confirmed(
    asked: Dialog, exchange: PaperExchange
) -> None:
    assert asked.is_open
    assert stays(exchange.order_paths, seconds=LATER) == []


def test_the_question_has_the_focus_on_cancel(asked: Dialog, panel: Panel) -> None:
    wait_until(lambda: panel.focused() == asked.control("Cancel"), "focus on Cancel")


def test_escape_sends_nothing(asked: Dialog, panel: Panel, exchange: PaperExchange) -> None:
    panel.desktop.key("Escape")
    asked.wait_closed()
    assert stays(exchange.order_paths, seconds=LATER) == []


def test_enter_on_the_question_sends_nothing(
    asked: Dialog, panel: Panel, exchange: PaperExchange
) -> None:
    panel.desktop.key("Return")
    asked.wait_closed()
    assert stays(exchange.order_paths, seconds=LATER) == []


def test_the_button_named_by_the_result_sends_one_reverse(
    asked: Dialog, panel: Panel, exchange: PaperExchange
) -> None:
    asked.click("Reverse to LONG 2")
    asked.wait_closed()
    panel.wait_for_status("Reversed: LONG 2")
    assert stays(exchange.order_paths, seconds=LATER) == ["reverseposition"]


def test_enter_held_sends_nothing(panel: Panel, exchange: PaperExchange) -> None:
    panel.choose("Account", "LIVE-001")
    panel.wait_for_offer("SHORT 2 → LONG 2")
    panel.focus("Reverse", "push button")
    panel.desktop.hold("Return", HELD)
    assert stays(exchange.order_paths, seconds=LATER) == []
