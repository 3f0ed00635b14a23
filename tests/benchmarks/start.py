"""`python -m tests.benchmarks.start FOLDER`: `ctpanel --paper`, until Reverse may be pressed.

It prints the nanosecond of that, and ends.
"""

import asyncio
import sys
from pathlib import Path

from ctpanel.domain.limits import SETTLE
from ctpanel.domain.reverse import Plan
from ctpanel.lifetime import Panel
from ctpanel.local.clock import SystemClock
from ctpanel.main import run_panel
from ctpanel.options import PanelCommand
from ctpanel.ui.application import PanelView
from tests.benchmarks.shots import now


async def until_ready(panel: Panel, _view: PanelView) -> int:
    """What is shown has stood long enough for a press to count."""
    clock, store = SystemClock(), panel.parts.store
    while not isinstance(store.state.offer, Plan) or (
        clock.monotonic() - store.state.offer_since <= SETTLE
    ):
        await asyncio.sleep(0.005)
    print(now(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(run_panel(PanelCommand(paper=True, data_dir=Path(sys.argv[1])), until_ready))
