"""An X server's keyboard without a server: keys that are grabbed are told, as X would tell them."""

import socket
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from ctpanel.domain.chord import Chord, Modifier
from ctpanel.domain.places import PLACES
from ctpanel.hotkeys.x_server import XEvent, XHappened, XKeyboard, XServer
from ctpanel.hotkeys.x_wire import XGone

SHIFT, CAPS, CONTROL, ALT, NUM, SCROLL, META = (1 << bit for bit in range(7))
BITS: Final = {
    Modifier.SHIFT: SHIFT, Modifier.CTRL: CONTROL, Modifier.ALT: ALT, Modifier.META: META,
}  # fmt: skip
_SPECIAL: Final = {64: 0xFFE9, 133: 0xFFEB, 77: 0xFF7F, 78: 0xFF14}
_A_FUNCTION: Final = 0xFFBE
_WRITTEN: Final = {"semicolon": ";", "slash": "/"}


def keycode(chord: Chord) -> int:
    return PLACES[chord.key].evdev + 8


def us_keyboard() -> XKeyboard:
    """Every key there is, with what a US keyboard writes, Alt on bit 3, Num Lock on 4, ..."""
    symbols = {
        place.evdev + 8: ord(text) if len(text := _WRITTEN.get(place.keysym, place.keysym)) == 1
        else _A_FUNCTION
        for place in PLACES.values()
    }  # fmt: skip
    keys = (50, 66, 37, 64, 77, 78, 133)
    return XKeyboard(
        group=0,
        keysyms={code: ((symbol,),) for code, symbol in (symbols | _SPECIAL).items()},
        modifiers=(*(frozenset({key}) for key in keys), frozenset()),
    )


class FakeX(XServer):
    """What the adapter sees of a server, and a hand on its keyboard.

    Attributes:
        map: the keyboard as it is mapped now.
        others: keys with modifiers that other programs have.
        grabs: keys with modifiers that the adapter has.
        stamp: the server's clock.
        locks: the lock bits that are on.
        pressed_meanwhile: a key that is pressed while the keyboard is read; its event comes in
            with the answer, and nothing is left to wait for.
    """

    def __init__(self) -> None:
        self.map = us_keyboard()
        self.others: set[tuple[int, int]] = set()
        self.grabs: set[tuple[int, int]] = set()
        self.stamp = 1000.0
        self.locks = 0
        self.pressed_meanwhile: Chord | None = None
        self.is_closed = False
        self._is_gone = False
        self._down: set[int] = set()
        self._read = 0
        self._events: deque[XEvent] = deque()
        self._ours, self._its = socket.socketpair()
        self._ours.settimeout(1)

    def fileno(self) -> int:
        return self._ours.fileno()

    def close(self) -> None:
        self.is_closed = True
        self.grabs.clear()
        self._ours.close()
        self._its.close()

    def keyboard(self) -> XKeyboard:
        if self.pressed_meanwhile is not None:
            chord, self.pressed_meanwhile = self.pressed_meanwhile, None
            self.press(chord)
            self._ours.recv(1)
            self._read += 1
        return self.map

    def down(self) -> set[int]:
        return set(self._down)

    def let_go(self) -> None:
        self.grabs.clear()

    def grab(self, wanted: Mapping[str, Collection[tuple[int, int]]]) -> set[str]:
        taken = {name for name, keys in wanted.items() if self.others & set(keys)}
        for name in wanted.keys() - taken:
            self.grabs |= set(wanted[name])
        return taken

    def event(self) -> XEvent | None:
        if not self._events and not self._is_gone:
            return None
        if self._read:
            self._read -= 1
        else:
            self._ours.recv(1)
        if self._is_gone:
            raise XGone("it ended the connection")
        return self._events.popleft()

    # --- the hand on the keyboard -------------------------------------------------------------

    def press(self, chord: Chord, *, extra: int = 0) -> None:
        """Press a key, or have it repeat itself while it is down."""
        code, mask = keycode(chord), sum(BITS[m] for m in chord.modifiers) | self.locks | extra
        if (code, mask) in self.grabs:
            self._put(XEvent(XHappened.DOWN, code, mask, self.stamp))
        self._down.add(code)

    def release(self, chord: Chord) -> None:
        code = keycode(chord)
        self._put(XEvent(XHappened.UP, code, 0, self.stamp))
        self._down.discard(code)

    def miss_release(self, chord: Chord) -> None:
        """The key goes up while somebody else has the keyboard."""
        self._down.discard(keycode(chord))

    def remap(self, **changes: object) -> None:
        self.map = replace(self.map, **changes)  # type: ignore[arg-type]  # any of its fields
        self._put(XEvent(XHappened.KEYBOARD))

    def go_away(self) -> None:
        self._is_gone = True
        self._its.send(b".")

    def _put(self, event: XEvent) -> None:
        self._events.append(event)
        self._its.send(b".")
