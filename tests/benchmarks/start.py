"""`python -m tests.benchmarks.start FOLDER`: `ctpanel --paper`, until Reverse may be pressed.

It prints the nanosecond of that, and ends. Loaded at first is what the program itself loads at
first, and no more: the order in which it loads the rest is a part of what is measured.
"""

import asyncio
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ctpanel.domain.limits import SETTLE
from ctpanel.domain.reverse import Plan
from ctpanel.local.clock import SystemClock
from ctpanel.opening import run_panel
from ctpanel.options import PanelCommand

if TYPE_CHECKING:
    from ctpanel.lifetime import Panel
    from ctpanel.ui.application import PanelView


async def until_ready(panel: "Panel", _view: "PanelView") -> int:
    """What is shown has stood long enough for a press to count."""
    clock, store = SystemClock(), panel.parts.store
    while not isinstance(store.state.offer, Plan) or (
        clock.monotonic() - store.state.offer_since <= SETTLE
    ):
        await asyncio.sleep(0.005)
    print(time.monotonic_ns(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run_panel(PanelCommand(paper=True, data_dir=Path(sys.argv[1])), until_ready))
