"""Which way of hearing system-wide keys this system has. Each is imported only where it works."""

import logging
import os
import sys
import time
from collections.abc import Callable, Mapping

from ctpanel.app.ports import Hotkeys, KeyEvent
from ctpanel.domain.chord import Chord, plain_label

Heard = Callable[[KeyEvent], None]

log = logging.getLogger(__name__)


class NoHotkeys:
    """app.ports.Hotkeys where there are none."""

    tells_release = False

    def __init__(self, problem: str) -> None:
        self._problem = problem

    @property
    def problem(self) -> str:
        """Why there are none."""
        return self._problem

    async def bind(self, chords: Mapping[str, Chord]) -> Mapping[str, str]:
        """None can be bound."""
        return dict.fromkeys(chords, self._problem)

    def label(self, chord: Chord) -> str:
        """As a US keyboard writes it."""
        return plain_label(chord)

    async def close(self) -> None:
        """There is nothing to let go."""


def system_hotkeys(heard: Heard, now: Callable[[], float] = time.monotonic) -> Hotkeys:
    """This system's keys, which say themselves what is wrong with them.

    Args:
        heard: gets what happens to the bound keys; called in another thread where there is one.
        now: the monotonic seconds of the events.
    """
    try:
        return _of_this_system(heard, now)
    except Exception as error:  # whatever is wrong with keys, there is still a panel
        log.exception("no hotkeys")
        return NoHotkeys(f"Hotkeys do not work on this computer ({type(error).__name__}).")


def _of_this_system(heard: Heard, now: Callable[[], float]) -> Hotkeys:
    if sys.platform == "win32":
        from ctpanel.hotkeys.windows import WindowsHotkeys  # noqa: PLC0415 - only there

        made: Hotkeys = WindowsHotkeys(heard, now=now)
    elif sys.platform == "darwin":
        from ctpanel.hotkeys.macos import MacHotkeys  # noqa: PLC0415 - only there

        made = MacHotkeys(heard, now=now)
    else:
        made = _on_a_desktop(heard, now)
    return made


def _on_a_desktop(heard: Heard, now: Callable[[], float]) -> Hotkeys:
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("XDG_SESSION_TYPE") == "wayland":
        # There may be an X server beside it, but it never sees keys meant for other windows.
        from ctpanel.hotkeys.portal import PortalHotkeys  # noqa: PLC0415 - only there

        return PortalHotkeys(heard, now=now)
    if os.environ.get("DISPLAY"):
        from ctpanel.hotkeys.x11 import X11Hotkeys  # noqa: PLC0415 - only there

        return X11Hotkeys(heard, now=now)
    return NoHotkeys("Hotkeys do not work: there is no desktop.")
