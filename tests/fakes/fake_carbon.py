"""macOS' Carbon without a Mac: hot keys, and what the layout writes."""

from collections.abc import Callable
from ctypes import c_void_p
from types import SimpleNamespace
from typing import Any, Final, TypeAlias

from ctpanel.domain.chord import Chord, Modifier
from ctpanel.domain.places import PLACES
from ctpanel.hotkeys.carbon import Carbon

BITS: Final = {
    Modifier.META: 0x0100, Modifier.SHIFT: 0x0200, Modifier.ALT: 0x0800, Modifier.CTRL: 0x1000,
}  # fmt: skip
EXISTS: Final = -9878
PRESSED, RELEASED = 5, 6
NOT_HANDLED: Final = -9874

C: TypeAlias = Any
"""A value of ctypes' own."""


class _Function:
    """Can be given types as ctypes' functions are, and checks that it was."""

    argtypes: object = None
    restype: object = None

    def __init__(self, call: Callable[..., object]) -> None:
        self._call = call

    def __call__(self, *arguments: object) -> object:
        assert self.argtypes is not None
        return self._call(*arguments)


class FakeCarbon:
    """The libraries and a hand on the keyboard.

    Attributes:
        others: virtual keys and modifier bits that other programs have.
        registered: by handle, virtual key, modifier bits and the id it was given.
        printed: by virtual key what the layout writes, where it is not US.
        listen_error: what listening ends with.
        refusal: the error of every registration.
    """

    def __init__(self) -> None:
        self.others: set[tuple[int, int]] = set()
        self.registered: dict[int, tuple[int, int, tuple[int, int]]] = {}
        self.printed: dict[int, str] = {}
        self.listen_error = 0
        self.refusal = 0
        self._handler: Callable[[None, int, None], int] | None = None
        self._events: dict[int, tuple[int, tuple[int, int]]] = {}
        self._next_handle = 100
        carbon: dict[str, Callable[..., object]] = {
            "GetEventDispatcherTarget": lambda: 1,
            "InstallEventHandler": self._install,
            "RemoveEventHandler": self._remove,
            "GetEventKind": lambda event: self._events[event][0],
            "GetEventParameter": self._parameter,
            "RegisterEventHotKey": self._register,
            "UnregisterEventHotKey": self._unregister,
            "TISCopyCurrentKeyboardLayoutInputSource": lambda: 2,
            "TISGetInputSourceProperty": lambda _source, _name: 3,
            "LMGetKbdType": lambda: 40,
            "UCKeyTranslate": self._translate,
        }
        core: dict[str, Callable[..., object]] = {
            "CFRelease": lambda _source: None,
            "CFDataGetBytePtr": lambda _data: 4,
        }
        self._libraries = {
            "Carbon": SimpleNamespace(**{name: _Function(call) for name, call in carbon.items()}),
            "CoreFoundation": SimpleNamespace(
                **{name: _Function(call) for name, call in core.items()}
            ),
        }

    def carbon(self) -> Carbon:
        return Carbon(self._libraries.__getitem__, lambda _library, _name: c_void_p(5))

    def _install(self, _target: int, handler: C, _n: int, kinds: C, _: None, at: C) -> int:
        assert [kind.kind for kind in kinds] == [PRESSED, RELEASED]
        self._handler = handler
        at._obj.value = 9
        return self.listen_error

    def _remove(self, handler: c_void_p) -> int:
        assert handler.value == 9
        self._handler = None
        return 0

    def _parameter(self, event: int, *arguments: C) -> int:
        found = arguments[-1]._obj
        found.signature, found.number = self._events[event][1]
        return 0

    def _register(
        self, key: int, modifiers: int, number: C, _target: int, _options: int, at: C
    ) -> int:
        if (key, modifiers) in self.others:
            return EXISTS
        if self.refusal:
            return self.refusal
        self._next_handle += 1
        at._obj.value = self._next_handle
        self.registered[self._next_handle] = key, modifiers, (number.signature, number.number)
        return 0

    def _unregister(self, handle: c_void_p) -> int:
        assert handle.value is not None
        del self.registered[handle.value]
        return 0

    def _translate(self, _layout: int, key: int, *arguments: C) -> int:
        length, text = arguments[-2:]
        us = {place.mac: place.keysym for place in PLACES.values() if len(place.keysym) == 1}
        written = self.printed.get(key, us.get(key, ""))
        for index, letter in enumerate(written):
            text[index] = ord(letter)
        length._obj.value = len(written)
        return 0

    # --- the hand on the keyboard -------------------------------------------------------------

    def press(self, chord: Chord) -> None:
        """Press a key, or have it repeat itself while it is down."""
        self._tell(chord, PRESSED)

    def release(self, chord: Chord) -> None:
        self._tell(chord, RELEASED)

    def _tell(self, chord: Chord, kind: int) -> None:
        modifiers = sum(BITS[modifier] for modifier in chord.modifiers)
        for key, bits, number in list(self.registered.values()):
            if (key, bits) == (PLACES[chord.key].mac, modifiers):
                assert self.send(kind, number) == 0

    def send(self, kind: int, number: tuple[int, int]) -> int:
        """Have an event arrive in the main thread."""
        event = len(self._events) + 1000
        self._events[event] = kind, number
        return self._handler(None, event, None) if self._handler else NOT_HANDLED
