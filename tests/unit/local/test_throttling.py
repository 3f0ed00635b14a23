"""What each system is asked for, so that a covered window is not slowed down. Systems are faked."""

import ctypes
import struct
import sys
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from ctpanel.local.throttling import ask_for_full_speed


@pytest.mark.parametrize("grants", [1, 0])
def test_windows_is_asked_to_run_the_panel_at_full_speed(
    grants: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, int, bytes]] = []

    def set_process_information(process: ctypes.c_void_p, kind: int, at: object, size: int) -> int:
        state = ctypes.cast(at, ctypes.POINTER(ctypes.c_char * size))  # type: ignore[arg-type]  # a byref
        asked.append((process.value, kind, bytes(state.contents)))
        return grants

    kernel32 = SimpleNamespace(SetProcessInformation=set_process_information)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel32), raising=False)
    ask_for_full_speed()
    this_process = ctypes.c_void_p(-1).value
    assert asked == [(this_process, 4, struct.pack("=III", 1, 1, 0))]


def test_macos_is_asked_not_to_let_the_panel_nap(monkeypatch: pytest.MonkeyPatch) -> None:
    appnope = Mock()
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setitem(sys.modules, "appnope", appnope)
    ask_for_full_speed()
    appnope.nope.assert_called_once_with()


def test_linux_is_asked_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    appnope = Mock()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setitem(sys.modules, "appnope", appnope)
    ask_for_full_speed()
    assert appnope.mock_calls == []
