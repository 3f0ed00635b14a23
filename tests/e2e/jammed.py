"""`python -m tests.e2e.jammed ORIGIN FOLDER SECONDS`: the panel, whose loop then stands still.

It arms its hotkeys as soon as Reverse may be pressed, says so, and blocks its own loop: nothing of
the window, and nothing of asyncio, runs meanwhile. Afterwards it goes on as if nothing had been.
"""

import asyncio
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ctpanel.domain.limits import SETTLE
from ctpanel.domain.reverse import Plan
from ctpanel.opening import run_panel
from ctpanel.options import PanelCommand

if TYPE_CHECKING:
    from ctpanel.lifetime import Panel
    from ctpanel.ui.application import PanelView

ORIGIN, FOLDER, SECONDS = sys.argv[1:]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def stand_still(seconds: float) -> None:
    """Block the loop: that is the point."""
    time.sleep(seconds)


async def jam(panel: "Panel", _view: "PanelView") -> int:
    store = panel.parts.store
    while not isinstance(store.state.offer, Plan) or not store.state.keys.labels:
        await asyncio.sleep(0.02)
    await asyncio.sleep(2 * SETTLE)
    panel.parts.hotkeys.arm()
    say("armed" if store.state.armed else "disarmed")
    stand_still(float(SECONDS))
    await asyncio.sleep(3.0)
    last = "halted" if store.state.halted else "enabled"
    say(f"went on {last}")
    await asyncio.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(run_panel(PanelCommand(ORIGIN, data_dir=Path(FOLDER)), jam))
