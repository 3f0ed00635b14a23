"""What the panel shows while its server is gone, and when it is back."""

import pytest

from tests.e2e.panel import Panel
from tests.e2e.paper import PaperExchange
from tests.e2e.processes import wait_until


@pytest.fixture
def cut_off(panel: Panel, exchange: PaperExchange) -> Panel:
    """A panel whose server has just died."""
    exchange.process.kill()
    return panel


def test_the_position_becomes_stale(cut_off: Panel) -> None:
    wait_until(lambda: "stale" in cut_off.card, "a stale position")
    assert "LONG 3" in cut_off.card


def test_the_status_says_that_the_server_cannot_be_reached(cut_off: Panel) -> None:
    cut_off.wait_for_status("The server cannot be reached")


def test_reverse_is_disabled_and_says_why(cut_off: Panel) -> None:
    wait_until(lambda: not cut_off.can_reverse, "a disabled Reverse button")
    wait_until(lambda: "cannot be reached" in cut_off.reverse_reason, "the reason on the button")


def test_the_panel_recovers_by_itself(cut_off: Panel, exchange: PaperExchange) -> None:
    cut_off.wait_for_status("The server cannot be reached")
    PaperExchange(cut_off.desktop, exchange.port)
    cut_off.wait_for_offer("LONG 3 → SHORT 3")
