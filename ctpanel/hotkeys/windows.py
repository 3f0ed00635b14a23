"""System-wide keys on Windows: RegisterHotKey in a thread with a message queue of its own.

Windows tells presses only, counts a held key once, and takes a key for one program alone. It
matches virtual keys, which belong to the layout of the window that has the focus: when that
changes, the places are looked up and taken anew. What Windows does not let through: it tells no
key of the number block while Num Lock is off, the Enter there is Enter to it, and a program that
runs as administrator or takes the whole keyboard (a remote desktop) may keep keys for itself.
"""

import logging
import time
from collections.abc import Callable, Mapping
from threading import Thread
from typing import Final, TypeAlias

from ctpanel.app.ports import KeyEvent
from ctpanel.domain.chord import Chord, Modifier
from ctpanel.domain.places import PLACES
from ctpanel.hotkeys.chords import NO_SUCH_KEY, doubles, layout_label, taken
from ctpanel.hotkeys.errands import LET_GO, Errands, ended, reply, tell
from ctpanel.hotkeys.held import Held
from ctpanel.hotkeys.user32 import (
    ALT_KEY,
    CONTROL_KEY,
    HOTKEY,
    QUIT,
    SHIFT_KEY,
    TIMER,
    Message,
    User32,
)

_LOOK_AT_LAYOUT_MS: Final = 500
_ALREADY_REGISTERED: Final = 1409
_NO_REPEAT: Final = 0x4000
_BITS: Final = {Modifier.ALT: 1, Modifier.CTRL: 2, Modifier.SHIFT: 4, Modifier.META: 8}
_DOWN: Final = {Modifier.ALT: ALT_KEY, Modifier.CTRL: CONTROL_KEY, Modifier.SHIFT: SHIFT_KEY}
_HIGHEST_NUMBER: Final = 0xBFFF

Key: TypeAlias = tuple[int, int]
"""Windows' modifier bits and a virtual key."""

log = logging.getLogger(__name__)


class WindowsHotkeys:
    """app.ports.Hotkeys on Windows. `heard` is called in its thread."""

    tells_release = False

    def __init__(
        self,
        heard: Callable[[KeyEvent], None],
        user32: Callable[[], User32] = User32,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._user32 = user32()
        self._keys = _Keys(heard, self._user32, now)
        self._problem = ""
        self._closing = False
        self._errands = Errands(self._nudge)
        self._thread = Thread(target=self._run, name="hotkeys", daemon=True)
        self._thread.start()

    @property
    def problem(self) -> str:
        """Why no key can reach the panel."""
        return self._problem

    async def bind(self, chords: Mapping[str, Chord]) -> Mapping[str, str]:
        """Hear exactly these."""
        return await self._errands.ask(chords)

    def label(self, chord: Chord) -> str:
        """By the layout of the window that has the focus."""
        return self._keys.label(chord)

    async def close(self) -> None:
        """End the thread, which gives the keys back."""
        self._closing = True
        self._errands.end(LET_GO)
        self._nudge()
        await ended(self._thread)

    def _nudge(self) -> None:
        if self._thread.native_id is not None:
            self._user32.wake(self._thread.native_id)

    # --- in the thread ------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._serve()
        except Exception:
            log.exception("the hotkeys ended")
            self._problem = "Hotkeys do not work: an error ended them."
        finally:
            self._keys.let_go()
            self._errands.end(self._problem or LET_GO)

    def _serve(self) -> None:
        self._user32.make_queue()
        self._user32.start_timer(_LOOK_AT_LAYOUT_MS)
        while not self._closing:
            if errand := self._errands.take():
                chords, answer = errand
                reply(answer, self._keys.bind(chords))
                continue
            message = self._user32.next_message()
            if message.kind == QUIT:
                self._problem = "Hotkeys do not work: Windows ended them."
                return
            self._keys.hear(message)


class _Keys:
    """The bound keys; used in the thread, but for `label`."""

    def __init__(
        self, heard: Callable[[KeyEvent], None], user32: User32, now: Callable[[], float]
    ) -> None:
        self._heard = heard
        self._user32 = user32
        self._now = now
        self._held = Held()
        self._layout = user32.layout()
        self._chords: Mapping[str, Chord] = {}
        self._taken: dict[Key, int] = {}
        self._names: dict[int, str] = {}
        self._last_number = 0

    def label(self, chord: Chord) -> str:
        """By the layout last seen."""
        key = self._virtual_key(chord)
        return layout_label(chord, self._user32.character(key, self._layout) if key else "")

    def bind(self, chords: Mapping[str, Chord]) -> dict[str, str]:
        """Take exactly these. A key that stays is not let go: it may be held down just now."""
        self._chords = chords
        self._layout = self._present_layout()
        refused = doubles(chords)
        wanted = {name: chord for name, chord in chords.items() if name not in refused}
        refused |= {name: why for name, chord in wanted.items() if (why := self._objection(chord))}
        keys = {name: self._key(chord) for name, chord in wanted.items() if name not in refused}
        self._let_go_but(set(keys.values()))
        self._names = {}
        tried = {name: self._take(name, key) for name, key in keys.items()}
        return refused | {name: why for name, why in tried.items() if why}

    def _present_layout(self) -> int:
        """Of the window that has the focus; a window that does not say it changes nothing."""
        return self._user32.layout() or self._layout

    def let_go(self) -> None:
        """Give all keys back."""
        self._let_go_but(set())

    def _let_go_but(self, kept: set[Key]) -> None:
        for key in set(self._taken) - kept:
            self._user32.unregister(self._taken.pop(key))

    def hear(self, message: Message) -> None:
        """Tell a press; follow the layout."""
        name = self._names.get(message.number, "") if message.kind == HOTKEY else ""
        if name and self._is_new(message):
            tell(self._heard, KeyEvent(name, is_press=True, at=self._now()))
        elif message.kind == TIMER and self._present_layout() != self._layout:
            lost = self.bind(self._chords)
            log.info("another keyboard layout; hotkeys it does not have: %s", lost or "none")

    def _is_new(self, message: Message) -> bool:
        """Windows tells no releases: a press ends at once, and one right after it is none."""
        is_new = self._held.press(message.number, "", message.stamp)
        self._held.release(message.number, message.stamp)
        return is_new

    def _take(self, name: str, key: Key) -> str:
        """Why a key cannot be taken; "" when it is."""
        if key not in self._taken:
            number = self._last_number % _HIGHEST_NUMBER + 1
            error = self._user32.register(number, *key)
            if error == _ALREADY_REGISTERED:
                return taken(self.label(self._chords[name]))
            if error:
                return f"Windows refused {self.label(self._chords[name])} (error {error})."
            self._taken[key] = self._last_number = number
        self._names[self._taken[key]] = name
        return ""

    def _key(self, chord: Chord) -> Key:
        modifiers = sum(_BITS[modifier] for modifier in chord.modifiers)
        return _NO_REPEAT | modifiers, self._virtual_key(chord)

    def _virtual_key(self, chord: Chord) -> int:
        """The key at this place, 0 when there is none."""
        place = PLACES.get(chord.key)
        if place is None or chord.key == "NumpadEnter":
            return 0
        return place.windows or self._user32.virtual_key(place.evdev, self._layout)

    def _objection(self, chord: Chord) -> str:
        """Why a key cannot be had with this layout.

        AltGr is Ctrl+Alt to Windows: what types @ must not be an order.
        """
        if not self._virtual_key(chord):
            return NO_SUCH_KEY
        if not {Modifier.CTRL, Modifier.ALT} <= chord.modifiers <= set(_DOWN):
            return ""
        down = tuple(_DOWN[modifier] for modifier in chord.modifiers)
        scan_code = PLACES[chord.key].evdev
        text = self._user32.written(self._virtual_key(chord), scan_code, down, self._layout)
        if not text or not text.isprintable():
            return ""
        return f"{self.label(chord)} writes {text} on this keyboard; choose another key."
