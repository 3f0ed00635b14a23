"""Asks the system not to slow the panel down while its window is covered; nothing else.

Slowed down, readings come late and a press is denied as stale. Linux slows no window down.
"""

import ctypes
import logging
import sys
from typing import Final

_POWER_THROTTLING: Final = 4
_VERSION: Final = 1
_EXECUTION_SPEED: Final = 1
_THIS_PROCESS: Final = -1

log = logging.getLogger(__name__)


class _ThrottlingState(ctypes.Structure):
    """PROCESS_POWER_THROTTLING_STATE: what is decided here, and, of that, what is switched on."""

    _fields_ = (
        ("version", ctypes.c_uint32),
        ("control_mask", ctypes.c_uint32),
        ("state_mask", ctypes.c_uint32),
    )


def ask_for_full_speed() -> None:
    """Ask once, at the start. A system that does not grant it is used as it is."""
    if sys.platform == "win32":
        _leave_eco_mode()
    elif sys.platform == "darwin":
        import appnope  # noqa: PLC0415 - there is none elsewhere

        appnope.nope()


def _leave_eco_mode() -> None:
    """Windows 11 runs covered windows slowly, and more so on battery (SetProcessInformation)."""
    state = _ThrottlingState(_VERSION, _EXECUTION_SPEED, 0)
    granted = ctypes.windll.kernel32.SetProcessInformation(  # type: ignore[attr-defined]  # Windows only
        ctypes.c_void_p(_THIS_PROCESS), _POWER_THROTTLING, ctypes.byref(state), ctypes.sizeof(state)
    )
    if not granted:
        log.info("the system may slow a covered window down")
