"""Notices that the screen is locked or the computer sleeps, on each system by its own means.

What follows from it is decided elsewhere. Linux tells by D-Bus (screen_lock_dbus.py); Windows and
macOS are asked every second, so that a sleep is noticed only after it.
"""

import ctypes
import logging
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ctpanel.app.ports import Away, ScreenLock

EVERY: Final = 1.0
"""Seconds between two looks."""

SLEPT: Final = 2.0
"""Seconds by which the clocks must part before it was a sleep, not rounding."""

log = logging.getLogger(__name__)


def screen_lock() -> ScreenLock:
    """This system's own. Nothing is watched before `watch`."""
    if sys.platform == "win32":
        return PolledLock(_windows())
    elif sys.platform == "darwin":  # noqa: RET505 - mypy follows platforms by branches
        return PolledLock(_macos())
    else:
        from ctpanel.local.screen_lock_dbus import BusLock  # noqa: PLC0415 - no D-Bus elsewhere

        return BusLock()


@dataclass(frozen=True, slots=True)
class Look:
    """What the system says: whether its screen is locked, and how many seconds it slept so far."""

    is_locked: bool
    slept: float


def went_away(before: Look | None, now: Look) -> Away | None:
    """What has happened between two looks; a screen that was locked at the first is locked now."""
    if before is not None and now.slept - before.slept > SLEPT:
        return Away.SLEEPING
    was_locked = before is not None and before.is_locked
    return Away.LOCKED if now.is_locked and not was_locked else None


class PolledLock:
    """app.ports.ScreenLock on a system that is asked.

    Attributes:
        problem: why a lock or a sleep may go unnoticed, a sentence; "" when neither does.
    """

    def __init__(self, look: Callable[[], Look]) -> None:
        self.problem = ""
        self._look = look
        self._last: Look | None = None
        self._is_ended = threading.Event()

    def watch(self, on_lock: Callable[[Away], None]) -> None:
        """Ask from now on, in a thread of its own."""
        threading.Thread(target=self._run, args=(on_lock,), name="screen lock", daemon=True).start()

    def end(self) -> None:
        """Ask no longer."""
        self._is_ended.set()

    def _run(self, on_lock: Callable[[Away], None]) -> None:
        self.look_once(on_lock)
        while not self._is_ended.wait(EVERY):
            self.look_once(on_lock)

    def look_once(self, on_lock: Callable[[Away], None]) -> None:
        """Ask once, and tell."""
        try:
            now = self._look()
        except Exception as error:  # noqa: BLE001 - whatever a system call ends with
            self.problem = f"A locked screen is not noticed ({type(error).__name__})."
            return
        away = went_away(self._last, now)
        self._last, self.problem = now, ""
        if away is not None:
            tell(on_lock, away)


def tell(on_lock: Callable[[Away], None], away: Away) -> None:
    """Tell it; a listener that fails must not end the watch."""
    log.info("the trader is away: %s", away.value)
    try:
        on_lock(away)
    except Exception:
        log.exception("nobody heard of it")


# --- Windows ----------------------------------------------------------------------------------

_THIS_SESSION: Final = ctypes.c_uint32(0xFFFFFFFF)
_SESSION_INFO_EX: Final = 25
_FLAGS_AT: Final = 16
"""Where WTSINFOEXW has its SessionFlags: a level, padding, session id, connection state."""

_LOCKED: Final = 0
_TICKS: Final = 10_000_000
"""Of Windows' interrupt time in a second."""


def _windows() -> Callable[[], Look]:
    def look() -> Look:
        slept = windows_slept(ctypes.CDLL("kernel32.dll"), time.monotonic)
        return Look(windows_is_locked(ctypes.CDLL("wtsapi32.dll")), slept)

    return look


def windows_is_locked(wtsapi: Any) -> bool:  # noqa: ANN401 - a library of the system
    """Whether this session's screen is locked (WTSQuerySessionInformationW).

    Raises:
        OSError: Windows does not say.
    """
    info, size = ctypes.c_void_p(), ctypes.c_uint32()
    found = wtsapi.WTSQuerySessionInformationW(
        None, _THIS_SESSION, _SESSION_INFO_EX, ctypes.byref(info), ctypes.byref(size)
    )
    if not found or info.value is None:
        raise OSError("the session's state is not told")
    try:
        if size.value < _FLAGS_AT + ctypes.sizeof(ctypes.c_int32):
            raise OSError("the session's state is too short")
        return ctypes.c_int32.from_address(info.value + _FLAGS_AT).value == _LOCKED
    finally:
        wtsapi.WTSFreeMemory(info)


def windows_slept(kernel: Any, monotonic: Callable[[], float]) -> float:  # noqa: ANN401 - same
    """Seconds slept since some moment: what one clock counts and the other does not."""
    awake = ctypes.c_uint64()
    if not kernel.QueryUnbiasedInterruptTime(ctypes.byref(awake)):
        raise OSError("the time awake is not told")
    return monotonic() - awake.value / _TICKS


# --- macOS ------------------------------------------------------------------------------------

_GRAPHICS: Final = "/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics"
_FOUNDATION: Final = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation"
_UTF8: Final = 0x08000100


def _macos() -> Callable[[], Look]:
    libraries: list[Any] = []

    def look() -> Look:
        if not libraries:
            libraries.extend(_frameworks())
        return Look(macos_is_locked(*libraries), _macos_slept())

    return look


def _frameworks() -> tuple[Any, Any]:
    """CoreGraphics and CoreFoundation, knowing that what they give and take are pointers."""
    graphics, foundation = ctypes.CDLL(_GRAPHICS), ctypes.CDLL(_FOUNDATION)
    pointer = ctypes.c_void_p
    graphics.CGSessionCopyCurrentDictionary.restype = pointer
    for name, arguments in (
        ("CFStringCreateWithCString", (pointer, ctypes.c_char_p, ctypes.c_uint32)),
        ("CFDictionaryGetValue", (pointer, pointer)),
    ):
        getattr(foundation, name).restype = pointer
        getattr(foundation, name).argtypes = arguments
    foundation.CFBooleanGetValue.argtypes = (pointer,)
    foundation.CFBooleanGetValue.restype = ctypes.c_bool
    foundation.CFRelease.argtypes = (pointer,)
    return graphics, foundation


def macos_is_locked(graphics: Any, foundation: Any) -> bool:  # noqa: ANN401 - same
    """Whether this session's screen is locked; the entry is missing while it is not.

    Raises:
        OSError: there is no session with a screen.
    """
    session = graphics.CGSessionCopyCurrentDictionary()
    if not session:
        raise OSError("there is no session with a screen")
    name = foundation.CFStringCreateWithCString(None, b"CGSSessionScreenIsLocked", _UTF8)
    try:
        found = foundation.CFDictionaryGetValue(session, name)
        return bool(found and foundation.CFBooleanGetValue(found))
    finally:
        foundation.CFRelease(name)
        foundation.CFRelease(session)


def _macos_slept() -> float:
    """Seconds slept since the start: one clock goes on in a sleep, the other stands."""
    if sys.platform == "darwin":
        passed = time.clock_gettime(time.CLOCK_MONOTONIC)
        return passed - time.clock_gettime(time.CLOCK_UPTIME_RAW)
    raise OSError("another system")
