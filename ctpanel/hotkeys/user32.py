"""The calls into Windows' user32 that hotkeys need, as typed functions. Decides nothing."""

import ctypes
import sys
from collections.abc import Callable
from ctypes import POINTER, Structure, byref, c_int, c_uint32, c_void_p, c_wchar
from dataclasses import dataclass
from typing import Any, Final

HOTKEY, TIMER, QUIT, WAKE = 0x0312, 0x0113, 0x0012, 0x8000
SHIFT_KEY, CONTROL_KEY, ALT_KEY = 0x10, 0x11, 0x12

_TO_VIRTUAL_KEY, _TO_CHARACTER = 1, 2
_DEAD_KEY: Final = 1 << 31
_CHANGE_NO_STATE: Final = 1 << 2
_DOWN: Final = 0x80


class _Msg(Structure):
    """MSG."""

    _fields_ = (
        ("window", c_void_p),
        ("message", c_uint32),
        ("wparam", c_void_p),
        ("lparam", c_void_p),
        ("time", c_uint32),
        ("x", c_int),
        ("y", c_int),
        ("private", c_uint32),
    )


@dataclass(frozen=True, slots=True)
class Message:
    """What came into the thread's queue; `number` is a hotkey's id, `stamp` seconds of Windows'."""

    kind: int
    number: int
    stamp: float


def this_user32() -> Any:  # noqa: ANN401 - a loaded library has no type
    """The library, with the error of each call kept apart from the others of this thread."""
    library = None
    if sys.platform == "win32":
        library = ctypes.WinDLL("user32", use_last_error=True)
    return library


def this_error() -> int:
    """Why the last call of this thread failed."""
    number = 0
    if sys.platform == "win32":
        number = ctypes.get_last_error()
    return number


class User32:
    """The calls; those about messages and hotkeys belong to the thread that makes them."""

    def __init__(
        self,
        library: Any = None,  # noqa: ANN401 - a loaded library has no type
        error: Callable[[], int] = this_error,
    ) -> None:
        self._dll = this_user32() if library is None else library
        self._error = error
        for name, result, arguments in _SIGNATURES:
            function = getattr(self._dll, name)
            function.restype, function.argtypes = result, arguments

    def make_queue(self) -> None:
        """Give this thread a queue, so that others can put messages into it."""
        self._dll.PeekMessageW(byref(_Msg()), None, 0, 0, 0)

    def start_timer(self, milliseconds: int) -> None:
        """Have TIMER put into this thread's queue so often, until the thread ends."""
        self._dll.SetTimer(None, 0, milliseconds, None)

    def next_message(self) -> Message:
        """Wait for what comes into this thread's queue."""
        message = _Msg()
        if self._dll.GetMessageW(byref(message), None, 0, 0) <= 0:
            return Message(QUIT, 0, 0)
        return Message(message.message, message.wparam or 0, message.time / 1000)

    def wake(self, thread: int) -> None:
        """Put WAKE into another thread's queue."""
        self._dll.PostThreadMessageW(thread, WAKE, None, None)

    def register(self, number: int, modifiers: int, virtual_key: int) -> int:
        """Take a key; 0, or the number of Windows' error."""
        if self._dll.RegisterHotKey(None, number, modifiers, virtual_key):
            return 0
        return self._error() or -1

    def unregister(self, number: int) -> None:
        """Give a key back."""
        self._dll.UnregisterHotKey(None, number)

    def layout(self) -> int:
        """The keyboard layout of the window that has the focus, 0 when it does not say."""
        window = self._dll.GetForegroundWindow()
        thread = self._dll.GetWindowThreadProcessId(window, None) if window else 0
        return (self._dll.GetKeyboardLayout(thread) or 0) if thread else 0

    def virtual_key(self, scan_code: int, layout: int) -> int:
        """The virtual key of a place, 0 when there is none."""
        return int(self._dll.MapVirtualKeyExW(scan_code, _TO_VIRTUAL_KEY, layout))

    def character(self, virtual_key: int, layout: int) -> str:
        """What is printed on a key, "" when nothing is."""
        code = self._dll.MapVirtualKeyExW(virtual_key, _TO_CHARACTER, layout) & ~_DEAD_KEY
        return chr(code & 0xFFFF) if code else ""

    def written(self, virtual_key: int, scan_code: int, down: tuple[int, ...], layout: int) -> str:
        """What a key writes while others are down; a dead key writes its accent."""
        keys = bytearray(256)
        for key in down:
            keys[key] = _DOWN
        text = (c_wchar * 9)()
        state = (ctypes.c_ubyte * 256).from_buffer(keys)
        written = self._dll.ToUnicodeEx(
            virtual_key, scan_code, state, text, 8, _CHANGE_NO_STATE, layout
        )
        return "".join(text)[: abs(written)]


_SIGNATURES: Final = (
    ("PeekMessageW", c_int, (POINTER(_Msg), c_void_p, c_uint32, c_uint32, c_uint32)),
    ("GetMessageW", c_int, (POINTER(_Msg), c_void_p, c_uint32, c_uint32)),
    ("PostThreadMessageW", c_int, (c_uint32, c_uint32, c_void_p, c_void_p)),
    ("SetTimer", c_void_p, (c_void_p, c_void_p, c_uint32, c_void_p)),
    ("RegisterHotKey", c_int, (c_void_p, c_int, c_uint32, c_uint32)),
    ("UnregisterHotKey", c_int, (c_void_p, c_int)),
    ("GetForegroundWindow", c_void_p, ()),
    ("GetWindowThreadProcessId", c_uint32, (c_void_p, c_void_p)),
    ("GetKeyboardLayout", c_void_p, (c_uint32,)),
    ("MapVirtualKeyExW", c_uint32, (c_uint32, c_uint32, c_void_p)),
    (
        "ToUnicodeEx", c_int,
        (c_uint32, c_uint32, c_void_p, POINTER(c_wchar * 9), c_int, c_uint32, c_void_p),
    ),
)  # fmt: skip
"""Without them ctypes would cut handles to 32 bits."""
