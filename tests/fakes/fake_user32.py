"""Windows' user32 without Windows: hotkeys, a message queue and keyboard layouts."""

from collections.abc import Callable
from queue import Queue
from types import SimpleNamespace
from typing import Any, Final, TypeAlias

from ctpanel.domain.chord import Chord, Modifier
from ctpanel.domain.places import PLACES
from ctpanel.hotkeys.user32 import HOTKEY, QUIT, TIMER, User32

BITS: Final = {Modifier.ALT: 1, Modifier.CTRL: 2, Modifier.SHIFT: 4, Modifier.META: 8}
US, GERMAN = 0x0409, 0x0407
ALREADY_REGISTERED: Final = 1409
NO_REPEAT: Final = 0x4000
_SOME_OTHER_KEY: Final = 0xE8
_SWAPPED: Final = {"Y": "Z", "Z": "Y"}
ALT_GR: Final = {"Q": "@", "E": "€"}
"""What a German keyboard writes with AltGr."""

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


class FakeUser32:
    """The library and a hand on the keyboard.

    Attributes:
        others: modifier bits and virtual keys that other programs have.
        layout_now: of the window that has the focus; 0 when that does not say.
        error: of the last call.
        refusal: the error of every registration.
        registered: by number, modifier bits and virtual key.
        stamp: Windows' seconds.
    """

    def __init__(self) -> None:
        self.others: set[tuple[int, int]] = set()
        self.layout_now = US
        self.error = 0
        self.refusal = 0
        self.registered: dict[int, tuple[int, int]] = {}
        self.stamp = 1000.0
        self._down: set[int] = set()
        self._queue: Queue[tuple[int, int, int]] = Queue()
        self.library = SimpleNamespace(
            PeekMessageW=_Function(lambda *_: 0),
            SetTimer=_Function(lambda *_: 1),
            GetMessageW=_Function(self._get_message),
            PostThreadMessageW=_Function(lambda _thread, kind, *_: self._put(kind)),
            RegisterHotKey=_Function(self._register),
            UnregisterHotKey=_Function(lambda _, number: self.registered.pop(number)),
            GetForegroundWindow=_Function(lambda: 77),
            GetWindowThreadProcessId=_Function(lambda _window, _process: 7),
            GetKeyboardLayout=_Function(lambda _thread: self.layout_now),
            MapVirtualKeyExW=_Function(self._mapped),
            ToUnicodeEx=_Function(self._to_unicode),
        )

    def user32(self) -> User32:
        return User32(self.library, lambda: self.error)

    def _get_message(self, at: C, *_: object) -> int:
        kind, number, milliseconds = self._queue.get()
        if kind == QUIT:
            return 0
        message = at._obj
        message.message, message.wparam, message.time = kind, number, milliseconds
        return 1

    def _put(self, kind: int, number: int = 0) -> int:
        self._queue.put((kind, number, int(self.stamp * 1000)))
        return 1

    def _register(self, _window: object, number: int, modifiers: int, key: int) -> int:
        taken = {(bits & ~NO_REPEAT, code) for bits, code in self.registered.values()}
        is_taken = (modifiers & ~NO_REPEAT, key) in self.others | taken
        self.error = self.refusal or (ALREADY_REGISTERED if is_taken else 0)
        if not self.error:
            self.registered[number] = (modifiers, key)
        return int(not self.error)

    def _letter(self, scan_code: int, layout: int) -> str:
        assert layout in (US, GERMAN), "whatever Windows makes of no layout at all"
        for key, place in PLACES.items():
            if place.evdev == scan_code and key.startswith("Key"):
                letter = key[-1]
                return _SWAPPED.get(letter, letter) if layout == GERMAN else letter
        return ""

    def _mapped(self, code: int, kind: int, layout: int) -> int:
        if kind == 2:
            return code if chr(code).isalnum() else 0
        letter = self._letter(code, layout)
        digits = {PLACES[f"Digit{n}"].evdev: 0x30 + n for n in range(10)}
        return ord(letter) if letter else digits.get(code, _SOME_OTHER_KEY)

    def _to_unicode(
        self, key: int, _scan: int, state: C, text: C, _size: int, _flags: int, layout: int
    ) -> int:
        is_alt_gr = bool(state[0x11] and state[0x12] and not state[0x10])
        written = ALT_GR.get(chr(key), "") if layout == GERMAN and is_alt_gr else ""
        for index, letter in enumerate(written):
            text[index] = letter
        return len(written)

    # --- the hand on the keyboard -------------------------------------------------------------

    def press(self, chord: Chord) -> None:
        """Press a key, or have it repeat itself while it is down."""
        place = PLACES[chord.key]
        key = place.windows or self._mapped(place.evdev, 1, self.layout_now)
        modifiers = sum(BITS[modifier] for modifier in chord.modifiers)
        for number, (bits, code) in list(self.registered.items()):
            is_told = place.evdev not in self._down or not bits & NO_REPEAT
            if (bits & ~NO_REPEAT, code) == (modifiers, key) and is_told:
                self._put(HOTKEY, number)
        self._down.add(place.evdev)

    def release(self, chord: Chord) -> None:
        self._down.discard(PLACES[chord.key].evdev)

    def switch_layout(self, layout: int) -> None:
        self.layout_now = layout
        self._put(TIMER)

    def quit(self) -> None:
        self._put(QUIT)
