"""System-wide keys under X: a thread with an X connection of its own, that grabs the bound keys.

What goes over the connection is in x_server. A key is grabbed by its place, whatever the layout,
and once for each state of the locks.
"""

import logging
import os
import select
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from threading import Event, Thread
from typing import Final

from ctpanel.app.ports import KeyEvent
from ctpanel.domain.chord import Chord, Modifier
from ctpanel.domain.places import PLACES
from ctpanel.hotkeys.chords import NO_SUCH_KEY, doubles, layout_label, taken
from ctpanel.hotkeys.errands import LET_GO, Errands, ended, reply, tell
from ctpanel.hotkeys.held import Held
from ctpanel.hotkeys.keysyms import ALT, LOCKS, META, character
from ctpanel.hotkeys.x_server import (
    LOCK_MASK,
    XEvent,
    XHappened,
    XKeyboard,
    XServer,
)
from ctpanel.hotkeys.x_wire import XGone

_FIRST_KEYCODE: Final = 8
_SHIFT, _CONTROL = 1 << 0, 1 << 2
_NO_KEYBOARD: Final = XKeyboard(0, {}, ())
log = logging.getLogger(__name__)


def this_server() -> XServer:
    """The X server of this session."""
    return XServer(os.environ.get("DISPLAY", ""))


class X11Hotkeys:
    """app.ports.Hotkeys on an X server. `heard` is called in its thread."""

    tells_release = True

    def __init__(
        self,
        heard: Callable[[KeyEvent], None],
        connect: Callable[[], XServer] = this_server,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = _Keys(heard, now)
        self._connect = connect
        self._problem = ""
        self._ours, self._wake = socket.socketpair()
        self._errands = Errands(self._nudge)
        self._closing = Event()
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
        """By the layout in use, whose changes are followed."""
        return self._keys.label(chord)

    async def close(self) -> None:
        """End the thread; the server lets go of the keys with its connection."""
        self._closing.set()
        self._errands.end(LET_GO)
        self._nudge()
        await ended(self._thread)
        self._wake.close()

    def _nudge(self) -> None:
        with suppress(OSError):
            self._wake.send(b".")

    # --- in the thread ------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            with closing(self._connect()) as server:
                self._serve(server)
        except XGone as gone:
            self._problem = f"Hotkeys do not work: the X server is gone ({gone})."
        except Exception:
            log.exception("the hotkeys ended")
            self._problem = "Hotkeys do not work: an error ended them."
        finally:
            self._errands.end(self._problem or LET_GO)
            self._ours.close()

    def _serve(self, server: XServer) -> None:
        self._keys.learn(server)
        ready = select.poll()
        ready.register(server.fileno(), select.POLLIN)
        ready.register(self._ours, select.POLLIN)
        while not self._closing.is_set():
            self._keys.hear(server)
            if errand := self._errands.take():
                chords, answer = errand
                reply(answer, self._keys.bind(server, chords))
                continue
            for number, _ in ready.poll():
                if number == self._ours.fileno():
                    self._ours.recv(4096)


class _Keys:
    """The bound keys; used in the thread, but for `label`."""

    def __init__(self, heard: Callable[[KeyEvent], None], now: Callable[[], float]) -> None:
        self._heard = heard
        self._now = now
        self._held = Held()
        self._keyboard = _NO_KEYBOARD
        self._lock_bits = 0
        self._chords: Mapping[str, Chord] = {}
        self._names: Mapping[tuple[int, int], str] = {}

    def label(self, chord: Chord) -> str:
        """By the layout in use."""
        place = PLACES.get(chord.key)
        keysym = self._keyboard.written(place.evdev + _FIRST_KEYCODE) if place else 0
        return layout_label(chord, character(keysym))

    def learn(self, server: XServer) -> None:
        """Read the keyboard."""
        self._keyboard = server.keyboard()

    def bind(self, server: XServer, chords: Mapping[str, Chord]) -> dict[str, str]:
        """Grab exactly these."""
        unchanged = {name for name, chord in chords.items() if self._chords.get(name) == chord}
        self._held.only(unchanged)
        self._held.still_down(server.down())
        self._chords = chords
        return self._grab(server)

    def _grab(self, server: XServer) -> dict[str, str]:
        refused = doubles(self._chords)
        wanted = {name: chord for name, chord in self._chords.items() if name not in refused}
        keys = {name: _key(self._keyboard, chord) for name, chord in wanted.items()}
        refused |= {name: NO_SUCH_KEY for name, key in keys.items() if key is None}
        known = {name: key for name, key in keys.items() if key is not None}
        server.let_go()
        self._lock_bits = _locks(self._keyboard)
        locks = _lock_states(self._keyboard)
        had = server.grab(
            {name: [(code, mask | lock) for lock in locks] for name, (code, mask) in known.items()}
        )
        self._names = {key: name for name, key in known.items() if name not in had}
        return refused | {name: taken(self.label(wanted[name])) for name in had}

    def hear(self, server: XServer) -> None:
        """Tell all that happened."""
        while self._hear(server):
            self._follow(server)

    def _hear(self, server: XServer) -> bool:
        """Tell what is here already; whether the keyboard was changed."""
        is_changed = False
        while event := server.event():
            is_changed |= event.kind is XHappened.KEYBOARD
            if event.kind is XHappened.DOWN:
                self._press(event)
            elif event.kind is XHappened.UP:
                self._release(event)
        return is_changed

    def _press(self, event: XEvent) -> None:
        mask = event.modifiers & ~self._lock_bits
        name = self._names.get((event.keycode, mask), "")
        if name and self._held.press(event.keycode, name, event.stamp):
            tell(self._heard, KeyEvent(name, is_press=True, at=self._now()))

    def _release(self, event: XEvent) -> None:
        if name := self._held.release(event.keycode, event.stamp):
            tell(self._heard, KeyEvent(name, is_press=False, at=self._now()))

    def _follow(self, server: XServer) -> None:
        """Another layout only writes other labels; other modifiers need other grabs."""
        before, self._keyboard = self._keyboard, server.keyboard()
        if _modifiers(before) != _modifiers(self._keyboard):
            self._grab(server)


def _key(keyboard: XKeyboard, chord: Chord) -> tuple[int, int] | None:
    """The keycode and modifier bits of a chord, None when this keyboard lacks one of them."""
    masks = _modifiers(keyboard)
    place = PLACES.get(chord.key)
    keycode = place.evdev + _FIRST_KEYCODE if place else 0
    if not any(map(any, keyboard.keysyms.get(keycode, ()))):
        return None
    if not all(masks[modifier] for modifier in chord.modifiers):
        return None
    return keycode, sum(masks[modifier] for modifier in chord.modifiers)


def _modifiers(keyboard: XKeyboard) -> dict[Modifier | None, int]:
    """The bits of each modifier; under None those of the locks."""
    return {
        Modifier.CTRL: _CONTROL,
        Modifier.SHIFT: _SHIFT,
        Modifier.ALT: _lowest(keyboard.mask(ALT)),
        Modifier.META: _lowest(keyboard.mask(META)),
        None: _locks(keyboard),
    }


def _locks(keyboard: XKeyboard) -> int:
    own = _SHIFT | _CONTROL | keyboard.mask(ALT) | keyboard.mask(META)
    return (LOCK_MASK | keyboard.mask(LOCKS)) & ~own


def _lock_states(keyboard: XKeyboard) -> list[int]:
    """Every way in which locks can be on and off."""
    bits = _locks(keyboard)
    return [state for state in range(bits + 1) if state & ~bits == 0]


def _lowest(mask: int) -> int:
    return mask & -mask
