"""What a panel takes before it has a window: the folder's lock, the log, its paper exchange.

Everything else is loaded after that, which takes longest: the exchange starts meanwhile, and a
second start on the same folder loads nothing. What is loaded is put together in main.
"""

import gc
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ctpanel.app.ports import TokenHolder
from ctpanel.local.dumps import forbid_core_dumps
from ctpanel.local.instance import AlreadyRunning, hold, knock, was_knocked
from ctpanel.local.logs import start_logging, stop_logging
from ctpanel.local.paths import prepare
from ctpanel.local.throttling import ask_for_full_speed
from ctpanel.options import PanelCommand
from ctpanel.output import complain
from ctpanel.paper.child import PaperChild

if TYPE_CHECKING:
    from ctpanel.lifetime import Script

log = logging.getLogger("ctpanel")


def run_panel(command: PanelCommand, script: "Script | None" = None) -> int:
    """Open the window and stay until it is closed."""
    if not _has_display():
        return complain("there is no display to open a window on; `ctpanel demo` needs none")
    try:
        paths = prepare(command.data_dir, on_paper=command.paper)
        held = hold(paths.lock)
    except AlreadyRunning as error:
        knock(paths.knock)
        return complain(f"a panel is already running with the data folder {error}")
    except OSError as error:
        return complain(f"the data folder cannot be used: {error}")
    was_knocked(paths.knock)  # one that is left over was for somebody else
    holder = TokenHolder()
    try:
        handler = start_logging(paths.log, holder)
    except OSError as error:
        return complain(f"the log cannot be written: {error}")
    forbid_core_dumps()
    ask_for_full_speed()
    child = PaperChild() if command.paper else None
    try:
        with _for_good():
            from ctpanel.main import open_window
        return open_window(command, paths, held, child, holder, script)
    except RuntimeError as error:
        log.exception("the panel ended")
        return complain(str(error))
    finally:
        if child is not None:
            child.stop()
        stop_logging(handler)
        held.release()


def _has_display() -> bool:
    """Without one Qt would end the whole program, where X or Wayland is what it draws on."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(map(os.environ.get, ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")))


@contextmanager
def _for_good() -> Iterator[None]:
    """What is loaded meanwhile is never garbage, and is not searched for any, now or later.

    The search took a sixth of the time it takes to load.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
