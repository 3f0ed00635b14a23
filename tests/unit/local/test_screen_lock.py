"""A locked screen and a sleep are noticed once each; where they are not, that is said."""

import ctypes
import logging
import sys
import threading
from collections.abc import Callable
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from ctpanel.app.ports import Away
from ctpanel.local import screen_lock
from ctpanel.local.screen_lock import (
    Look,
    PolledLock,
    macos_is_locked,
    tell,
    went_away,
    windows_is_locked,
    windows_slept,
)
from ctpanel.local.screen_lock_dbus import BusLock, Signal, meaning

OPEN, SHUT = Look(is_locked=False, slept=0.0), Look(is_locked=True, slept=0.0)


@pytest.mark.parametrize(
    ("before", "now", "away"),
    [
        (None, OPEN, None),
        (None, SHUT, Away.LOCKED),
        (OPEN, OPEN, None),
        (OPEN, SHUT, Away.LOCKED),
        (SHUT, SHUT, None),
        (SHUT, OPEN, None),
        (OPEN, Look(is_locked=False, slept=600.0), Away.SLEEPING),
        (OPEN, Look(is_locked=True, slept=600.0), Away.SLEEPING),
        (OPEN, Look(is_locked=False, slept=0.5), None),
    ],
)
def test_a_lock_and_a_sleep_are_seen_between_two_looks(
    before: Look | None, now: Look, away: Away | None
) -> None:
    assert went_away(before, now) is away


def test_a_lock_is_told_once_for_as_long_as_it_lasts() -> None:
    looks = iter([OPEN, SHUT, SHUT, OPEN, SHUT])
    lock, told = PolledLock(lambda: next(looks)), list[Away]()
    for _ in range(5):
        lock.look_once(told.append)
    assert told == [Away.LOCKED, Away.LOCKED]


def test_a_system_that_does_not_say_is_said_until_it_does() -> None:
    wts = FakeWts(1, answers=False)
    lock, told = PolledLock(lambda: Look(windows_is_locked(wts), 0.0)), list[Away]()
    lock.look_once(told.append)
    assert lock.problem == "A locked screen is not noticed (OSError)."
    wts.answers = True
    lock.look_once(told.append)
    assert (lock.problem, told) == ("", [])


def test_watching_is_done_in_a_thread_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_lock, "EVERY", 0.001)
    looks, told = chain([OPEN] * 5, repeat(SHUT)), threading.Event()
    lock = PolledLock(lambda: next(looks))
    lock.watch(lambda _: told.set())
    assert told.wait(10)
    lock.end()
    assert_over()


def test_a_listener_that_fails_is_logged_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    def fails(_: Away) -> None:
        raise ZeroDivisionError

    tell(fails, Away.LOCKED)
    loud = [r for r in caplog.records if r.levelno > logging.INFO]
    assert [record.levelno for record in loud] == [logging.ERROR]
    caplog.clear()


# --- Windows ----------------------------------------------------------------------------------


class FakeWts:
    """wtsapi32: tells of a session with these flags, and counts what it gave and got back."""

    def __init__(self, flags: int, size: int = 300, *, answers: bool = True) -> None:
        self.memory = ctypes.create_string_buffer(300)
        ctypes.c_int32.from_buffer(self.memory, 16).value = flags
        self.size, self.answers, self.freed = size, answers, 0

    def WTSQuerySessionInformationW(  # noqa: N802 - Windows' name
        self,
        server: object,
        session: ctypes.c_uint32,
        kind: int,
        info: Any,  # noqa: ANN401 - what byref gives has no type
        size: Any,  # noqa: ANN401 - same
    ) -> int:
        assert (server, session.value, kind) == (None, 2**32 - 1, 25)
        if self.answers:
            info._obj.value, size._obj.value = ctypes.addressof(self.memory), self.size
        return int(self.answers)

    def WTSFreeMemory(self, info: ctypes.c_void_p) -> None:  # noqa: N802 - same
        assert info.value == ctypes.addressof(self.memory)
        self.freed += 1


@pytest.mark.parametrize(("flags", "locked"), [(0, True), (1, False), (-1, False)])
def test_windows_says_by_the_sessions_flags(flags: int, *, locked: bool) -> None:
    wts = FakeWts(flags)
    assert windows_is_locked(wts) == locked
    assert wts.freed == 1


def test_an_answer_of_windows_that_is_too_short_is_not_read() -> None:
    wts = FakeWts(0, size=16)
    with pytest.raises(OSError, match="too short"):
        windows_is_locked(wts)
    assert wts.freed == 1


def test_windows_slept_for_what_only_one_of_its_clocks_counted() -> None:
    class Kernel:
        def QueryUnbiasedInterruptTime(self, awake: Any) -> int:  # noqa: ANN401, N802 - same
            awake._obj.value = 100 * 10_000_000
            return 1

    assert windows_slept(Kernel(), lambda: 700.0) == pytest.approx(600.0)


# --- macOS ------------------------------------------------------------------------------------


class FakeMac:
    """CoreGraphics and CoreFoundation in one; `entries` is the session, None when there is none."""

    def __init__(self, entries: dict[bytes, bool] | None) -> None:
        self.entries = entries
        self.released: list[object] = []

    def CGSessionCopyCurrentDictionary(self) -> object:  # noqa: N802 - Apple's name
        return None if self.entries is None else "session"

    def CFStringCreateWithCString(self, _: None, text: bytes, _encoding: int) -> bytes:  # noqa: N802
        return text

    def CFDictionaryGetValue(self, session: str, name: bytes) -> list[bool] | None:  # noqa: N802
        assert self.entries is not None
        return [self.entries[name]] if name in self.entries else None

    def CFBooleanGetValue(self, found: list[bool]) -> bool:  # noqa: N802
        return found[0]

    def CFRelease(self, what: object) -> None:  # noqa: N802
        self.released.append(what)


@pytest.mark.parametrize(
    ("entries", "locked"),
    [
        ({}, False),
        ({b"CGSSessionScreenIsLocked": True}, True),
        ({b"CGSSessionScreenIsLocked": False}, False),
    ],
)
def test_macos_says_by_an_entry_of_its_session(entries: dict[bytes, bool], *, locked: bool) -> None:
    mac = FakeMac(entries)
    assert macos_is_locked(mac, mac) == locked
    assert mac.released == [b"CGSSessionScreenIsLocked", "session"]


def test_macos_without_a_session_does_not_say() -> None:
    with pytest.raises(OSError, match="no session"):
        macos_is_locked(FakeMac(None), FakeMac(None))


# --- Linux ------------------------------------------------------------------------------------

LOGIN = "org.freedesktop.login1"
PROPERTIES = "org.freedesktop.DBus.Properties"


def changed(name: str, *, to: bool) -> Signal:
    body: tuple[object, ...] = (f"{LOGIN}.Session", {name: ("b", to)}, [])
    return Signal(PROPERTIES, "PropertiesChanged", body)


@pytest.mark.parametrize(
    ("signal", "away"),
    [
        (Signal(f"{LOGIN}.Session", "Lock", ()), Away.LOCKED),
        (Signal(f"{LOGIN}.Session", "Unlock", ()), None),
        (Signal(f"{LOGIN}.Manager", "PrepareForSleep", (True,)), Away.SLEEPING),
        (Signal(f"{LOGIN}.Manager", "PrepareForSleep", (False,)), None),
        (Signal("org.freedesktop.ScreenSaver", "ActiveChanged", (True,)), Away.LOCKED),
        (Signal("org.gnome.ScreenSaver", "ActiveChanged", (True,)), Away.LOCKED),
        (Signal("org.gnome.ScreenSaver", "ActiveChanged", (False,)), None),
        (Signal("org.gnome.ScreenSaver", "ActiveChanged", ()), None),
        (Signal("org.example.ScreenSaver", "ActiveChanged", (True,)), None),
        (changed("LockedHint", to=True), Away.LOCKED),
        (changed("LockedHint", to=False), None),
        (changed("IdleHint", to=True), None),
        (Signal(PROPERTIES, "PropertiesChanged", ()), None),
        (Signal("", "", ()), None),
    ],
)  # fmt: skip
def test_only_signals_of_a_lock_or_a_sleep_mean_one(signal: Signal, away: Away | None) -> None:
    assert meaning(signal) is away


@pytest.mark.skipif(sys.platform != "linux", reason="no D-Bus here")
def test_a_desktop_without_a_bus_is_said(tmp_path: Path) -> None:
    lock = BusLock(f"unix:path={tmp_path}/no", f"unix:path={tmp_path}/none")
    assert lock.problem == ""
    lock.watch(lambda _: None)
    until(lambda: bool(lock.problem))
    lock.end()
    assert_over()
    assert lock.problem == (
        "A locked screen is not noticed: nothing on this desktop tells of it. "
        "The computer's sleep is not noticed: nothing on this desktop tells of it."
    )


def until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(10_000):
        if holds():
            return
        pause.wait(0.001)
    raise AssertionError


def assert_over() -> None:
    """The threads of every watch have ended."""
    for thread in threading.enumerate():
        if thread.name == "screen lock":
            thread.join(10)
            assert not thread.is_alive()
