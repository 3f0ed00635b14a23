"""The calls into macOS' Carbon that hotkeys need, as typed functions. Decides nothing.

Our own few lines: the package that wraps them brings PyObjC, keeps the error of a key that cannot
be had to itself, and tells no releases.
"""

import ctypes
import sys
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, byref, c_int32, c_uint32, c_void_p
from typing import Any, Final

_FRAMEWORKS: Final = "/System/Library/Frameworks"
_KEYBOARD: Final = int.from_bytes(b"keyb")
_DIRECT_OBJECT: Final = int.from_bytes(b"----")
_HOT_KEY_ID: Final = int.from_bytes(b"hkid")
_OURS: Final = int.from_bytes(b"ctpl")
_PRESSED, _RELEASED = 5, 6
_NOT_HANDLED: Final = -9874
_EXCLUSIVE: Final = 1
_DISPLAYED: Final = 3
_NO_DEAD_KEYS: Final = 1

_Handler = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_void_p)


class _EventType(Structure):
    _fields_ = (("kind_class", c_uint32), ("kind", c_uint32))


class _KeyId(Structure):
    _fields_ = (("signature", c_uint32), ("number", c_uint32))


def this_library(name: str) -> Any:  # noqa: ANN401 - a loaded library has no type
    """One of the system's frameworks."""
    library = None
    if sys.platform == "darwin":
        library = ctypes.CDLL(f"{_FRAMEWORKS}/{name}.framework/{name}")
    return library


class Carbon:
    """The calls; all of them in the main thread, where the system's events arrive."""

    def __init__(
        self,
        load: Callable[[str], Any] = this_library,
        pointer: Callable[[Any, str], c_void_p] = c_void_p.in_dll,
    ) -> None:
        self._pointer = pointer
        self._carbon = load("Carbon")
        self._core = load("CoreFoundation")
        for library, signatures in ((self._carbon, _CARBON), (self._core, _CORE)):
            for name, result, arguments in signatures:
                function = getattr(library, name)
                function.restype, function.argtypes = result, arguments
        self._handler: object = None
        self._installed = c_void_p()

    def listen(self, heard: Callable[[int, bool], None]) -> int:
        """Have presses and releases told by number; 0, or the system's error."""

        def handle(_next: object, event: int, _data: object) -> int:
            found = _KeyId()
            self._carbon.GetEventParameter(
                event, _DIRECT_OBJECT, _HOT_KEY_ID, None, 8, None, byref(found)
            )
            if found.signature != _OURS:
                return _NOT_HANDLED
            heard(found.number, self._carbon.GetEventKind(event) == _PRESSED)
            return 0

        self._handler = _Handler(handle)  # the system does not keep it alive
        kinds = (_EventType * 2)(_EventType(_KEYBOARD, _PRESSED), _EventType(_KEYBOARD, _RELEASED))
        target = self._carbon.GetEventDispatcherTarget()
        return int(
            self._carbon.InstallEventHandler(
                target, self._handler, 2, kinds, None, byref(self._installed)
            )
        )

    def stop_listening(self) -> None:
        """Have nothing told any more."""
        if self._installed.value:
            self._carbon.RemoveEventHandler(self._installed)
            self._installed = c_void_p()

    def register(self, number: int, key: int, modifiers: int) -> tuple[int, c_void_p]:
        """Take a key; 0 or the system's error, and what gives it back."""
        handle = c_void_p()
        target = self._carbon.GetEventDispatcherTarget()
        error = self._carbon.RegisterEventHotKey(
            key, modifiers, _KeyId(_OURS, number), target, _EXCLUSIVE, byref(handle)
        )
        return error, handle

    def unregister(self, handle: c_void_p) -> None:
        """Give a key back."""
        self._carbon.UnregisterEventHotKey(handle)

    def character(self, key: int) -> str:
        """What the layout in use prints on a key, "" when it does not say."""
        source = self._carbon.TISCopyCurrentKeyboardLayoutInputSource()
        if not source:
            return ""
        try:
            return self._translated(source, key)
        finally:
            self._core.CFRelease(source)

    def _translated(self, source: int, key: int) -> str:
        wanted = self._pointer(self._carbon, "kTISPropertyUnicodeKeyLayoutData")
        data = self._carbon.TISGetInputSourceProperty(source, wanted)
        if not data:
            return ""
        layout, keyboard = self._core.CFDataGetBytePtr(data), self._carbon.LMGetKbdType()
        dead, length, text = c_uint32(), ctypes.c_ulong(), (ctypes.c_uint16 * 4)()
        error = self._carbon.UCKeyTranslate(
            layout, key, _DISPLAYED, 0, keyboard, _NO_DEAD_KEYS, byref(dead), 4, byref(length), text
        )
        units = bytes(text)[: 2 * length.value]
        return "" if error else units.decode(f"utf-16-{sys.byteorder[0]}e", "ignore")


_CARBON: Final = (
    ("GetEventDispatcherTarget", c_void_p, ()),
    (
        "InstallEventHandler", c_int32,
        (c_void_p, _Handler, ctypes.c_ulong, POINTER(_EventType), c_void_p, c_void_p),
    ),
    ("RemoveEventHandler", c_int32, (c_void_p,)),
    ("GetEventKind", c_uint32, (c_void_p,)),
    (
        "GetEventParameter", c_int32,
        (c_void_p, c_uint32, c_uint32, c_void_p, ctypes.c_ulong, c_void_p, c_void_p),
    ),
    (
        "RegisterEventHotKey", c_int32,
        (c_uint32, c_uint32, _KeyId, c_void_p, c_uint32, c_void_p),
    ),
    ("UnregisterEventHotKey", c_int32, (c_void_p,)),
    ("TISCopyCurrentKeyboardLayoutInputSource", c_void_p, ()),
    ("TISGetInputSourceProperty", c_void_p, (c_void_p, c_void_p)),
    ("LMGetKbdType", ctypes.c_uint8, ()),
    (
        "UCKeyTranslate", c_int32,
        (c_void_p, ctypes.c_uint16, ctypes.c_uint16, c_uint32, c_uint32, c_uint32, c_void_p,
         ctypes.c_ulong, c_void_p, c_void_p),
    ),
)  # fmt: skip
_CORE: Final = (("CFRelease", None, (c_void_p,)), ("CFDataGetBytePtr", c_void_p, (c_void_p,)))
"""Without them ctypes would cut pointers to 32 bits."""
