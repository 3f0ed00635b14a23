"""One press of the Reverse button, by mouse and by key, on the installed program."""

import re

from tests.e2e.panel import Panel
from tests.e2e.paper import PaperExchange
from tests.e2e.processes import stays

SECOND_PRESS_WOULD_SHOW = 1.5
"""Seconds after which a second press would have been recorded."""


def test_paper_panel_reverses_with_one_click(paper_panel: Panel) -> None:
    paper_panel.click_reverse()
    said = paper_panel.wait_for_status("Reversed: SHORT 3")
    assert re.match(r"\d\d:\d\d:\d\d\.\d{3}  Reversed: SHORT 3\b", said), said
    paper_panel.wait_for_position("SHORT 3")
