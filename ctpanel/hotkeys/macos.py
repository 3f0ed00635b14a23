"""System-wide keys on macOS: Carbon's hot keys, which need no permission and no accessibility.

The system hands them to the program's main thread alone, where the window's loop takes them: a
loop that is jammed hears a key only afterwards. Virtual keys are places.
"""

import time
from collections.abc import Callable, Mapping
from ctypes import c_void_p
from typing import Final

from ctpanel.app.ports import KeyEvent
from ctpanel.domain.chord import TYPING, Chord, Modifier
from ctpanel.domain.places import PLACES
from ctpanel.hotkeys.carbon import Carbon
from ctpanel.hotkeys.chords import NO_SUCH_KEY, doubles, layout_label, taken
from ctpanel.hotkeys.errands import LET_GO, tell
from ctpanel.hotkeys.held import Held

_BITS: Final = {
    Modifier.META: 0x0100, Modifier.SHIFT: 0x0200, Modifier.ALT: 0x0800, Modifier.CTRL: 0x1000,
}  # fmt: skip
_EXISTS: Final = -9878


class MacHotkeys:
    """app.ports.Hotkeys on macOS, to be used in the main thread; `heard` is called there too."""

    tells_release = True

    def __init__(
        self,
        heard: Callable[[KeyEvent], None],
        carbon: Callable[[], Carbon] = Carbon,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._heard = heard
        self._now = now
        self._held = Held()
        self._chords: Mapping[str, Chord] = {}
        self._taken: dict[Chord, tuple[int, c_void_p]] = {}
        self._names: dict[int, str] = {}
        self._last_number = 0
        self._carbon = carbon()
        error = self._carbon.listen(self._hear)
        self._problem = f"Hotkeys do not work: macOS refused them (error {error})." if error else ""

    @property
    def problem(self) -> str:
        """Why no key can reach the panel."""
        return self._problem

    async def bind(self, chords: Mapping[str, Chord]) -> Mapping[str, str]:
        """Hear exactly these. A key that stays is not let go: it may be held down just now."""
        if self._problem:
            return dict.fromkeys(chords, self._problem)
        unchanged = {name for name, chord in chords.items() if self._chords.get(name) == chord}
        self._held.only(unchanged)
        self._chords = dict(chords)
        refused = doubles(chords)
        wanted = {name: chord for name, chord in chords.items() if name not in refused}
        self._let_go_but(set(wanted.values()))
        self._names = {}
        tried = {name: self._take(name, chord) for name, chord in wanted.items()}
        return refused | {name: why for name, why in tried.items() if why}

    def label(self, chord: Chord) -> str:
        """By the layout in use."""
        place = PLACES.get(chord.key)
        key = place.mac if place else None
        return layout_label(chord, "" if key is None else self._carbon.character(key))

    async def close(self) -> None:
        """Give all keys back."""
        self._let_go_but(set())
        self._names = {}
        self._carbon.stop_listening()
        self._problem = self._problem or LET_GO

    def _let_go_but(self, kept: set[Chord]) -> None:
        for chord in set(self._taken) - kept:
            _, handle = self._taken.pop(chord)
            self._carbon.unregister(handle)

    def _take(self, name: str, chord: Chord) -> str:
        """Why a key cannot be taken; "" when it is."""
        place = PLACES.get(chord.key)
        if place is None or place.mac is None:
            return NO_SUCH_KEY
        if chord.key in TYPING and chord.modifiers <= {Modifier.ALT, Modifier.SHIFT}:
            return f"{self.label(chord)} writes a character on a Mac; add Ctrl or Meta."
        if chord not in self._taken:
            modifiers = sum(_BITS[modifier] for modifier in chord.modifiers)
            self._last_number += 1
            error, handle = self._carbon.register(self._last_number, place.mac, modifiers)
            if error:
                return self._refusal(chord, error)
            self._taken[chord] = self._last_number, handle
        self._names[self._taken[chord][0]] = name
        return ""

    def _refusal(self, chord: Chord, error: int) -> str:
        label = self.label(chord)
        return taken(label) if error == _EXISTS else f"macOS refused {label} (error {error})."

    def _hear(self, number: int, is_press: bool) -> None:  # noqa: FBT001 - the system's own call
        stamp = self._now()
        name = self._names.get(number, "")
        if is_press and name and self._held.press(number, name, stamp):
            tell(self._heard, KeyEvent(name, is_press=True, at=stamp))
        elif not is_press and (ended := self._held.release(number, stamp)):
            tell(self._heard, KeyEvent(ended, is_press=False, at=stamp))
