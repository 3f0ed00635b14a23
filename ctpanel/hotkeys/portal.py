"""System-wide keys under Wayland: the desktop's portal, org.freedesktop.portal.GlobalShortcuts.

A thread with a bus connection of its own. The desktop asks the user, who may choose other keys
than were preferred: the label is then the desktop's. What the portal says is believed only from
the portal itself, of the session that is ours. The bytes are in portal_bus.
"""

import logging
import select
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from threading import Event, Thread
from typing import Final

from ctpanel.app.ports import KeyEvent
from ctpanel.domain.chord import Chord, Modifier, plain_label
from ctpanel.domain.places import PLACES
from ctpanel.hotkeys.chords import NO_SUCH_KEY, doubles
from ctpanel.hotkeys.errands import LET_GO, Answer, Chords, Errands, ended, reply, tell
from ctpanel.hotkeys.held import Held
from ctpanel.hotkeys.portal_bus import Bound, PortalBus, PortalGone, Pressed, SessionClosed

_ASKED_FOR: Final = 300.0
"""Seconds the user may take to answer the desktop's question."""

_LONGEST_LABEL: Final = 40
_NAMES: Final = {
    Modifier.CTRL: "CTRL", Modifier.ALT: "ALT", Modifier.SHIFT: "SHIFT", Modifier.META: "LOGO",
}  # fmt: skip

log = logging.getLogger(__name__)


def preferred(chord: Chord) -> str:
    """A chord as the portal wants it: by what a US keyboard writes, for it knows no places."""
    names = [_NAMES[modifier] for modifier in Modifier if modifier in chord.modifiers]
    return "+".join([*names, PLACES[chord.key].keysym])


def shown(text: str) -> str:
    """What the desktop calls a key, as one short line of plain text."""
    line = "".join(letter if letter.isprintable() else " " for letter in text[:1000])
    short = " ".join(line.split())
    return short if len(short) <= _LONGEST_LABEL else short[: _LONGEST_LABEL - 1] + "…"


class PortalHotkeys:
    """app.ports.Hotkeys through the desktop's portal. `heard` is called in its thread."""

    tells_release = True

    def __init__(
        self,
        heard: Callable[[KeyEvent], None],
        connect: Callable[[], PortalBus] = PortalBus,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._heard = heard
        self._connect = connect
        self._now = now
        self._problem = ""
        self._closing = Event()
        self._binding = _Binding()
        self._ours, self._wake = socket.socketpair()
        self._errands = Errands(self._nudge)
        self._thread = Thread(target=self._run, name="hotkeys", daemon=True)
        self._thread.start()

    @property
    def problem(self) -> str:
        """Why no key can reach the panel."""
        return self._problem

    async def bind(self, chords: Mapping[str, Chord]) -> Mapping[str, str]:
        """Hear exactly these; waits until the user has answered the desktop's question."""
        return await self._errands.ask(chords, _ASKED_FOR)

    def label(self, chord: Chord) -> str:
        """As the desktop calls it once it is bound."""
        return self._binding.labels.get(chord) or plain_label(chord)

    async def close(self) -> None:
        """End the thread; the portal lets go of the keys with the connection."""
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
            with closing(self._connect()) as bus:
                self._serve(bus)
        except PortalGone as gone:
            self._problem = f"Hotkeys do not work: {gone}."
        except Exception:
            log.exception("the hotkeys ended")
            self._problem = "Hotkeys do not work: an error ended them."
        finally:
            self._binding.give_up(self._problem or LET_GO)
            self._errands.end(self._problem or LET_GO)
            self._ours.close()

    def _serve(self, bus: PortalBus) -> None:
        ready = select.poll()
        ready.register(bus.fileno(), select.POLLIN)
        ready.register(self._ours, select.POLLIN)
        while not self._closing.is_set():
            if errand := self._errands.take():
                self._bind(bus, *errand)
            while event := bus.event():
                self._hear(event)
            for number, _ in ready.poll():
                if number == self._ours.fileno():
                    self._ours.recv(4096)

    def _bind(self, bus: PortalBus, chords: Chords, answer: Answer) -> None:
        if self._binding.has_all(chords):  # no second question where the first was answered yes
            reply(answer, {})
            return
        self._binding.give_up("Other keys were bound meanwhile.")
        self._binding = _Binding(chords, answer)
        self._binding.begin(bus)

    def _hear(self, event: Bound | Pressed | SessionClosed) -> None:
        if isinstance(event, Bound):
            self._binding.finish(event)
        elif isinstance(event, SessionClosed):
            raise PortalGone("the desktop ended them")
        elif told := self._binding.tell(event, self._now()):
            tell(self._heard, told)


class _Binding:
    """What was asked of the portal, and what it made of it.

    Attributes:
        labels: what the desktop calls the keys.
    """

    def __init__(self, chords: Chords | None = None, answer: Answer | None = None) -> None:
        self._chords = chords or {}
        self._answer = answer
        self._refused: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._held = Held()
        self.labels: dict[Chord, str] = {}

    def has_all(self, chords: Chords) -> bool:
        """Whether exactly these were asked for, and all of them bound."""
        return self._chords == chords and set(self.labels) == set(chords.values())

    def begin(self, bus: PortalBus) -> None:
        """Ask the portal for the keys there can be."""
        self._refused = doubles(self._chords) | {
            name: NO_SUCH_KEY for name, chord in self._chords.items() if chord.key not in PLACES
        }
        wanted = [name for name in self._chords if name not in self._refused]
        self._numbers = {name: number for number, name in enumerate(wanted)}
        bus.bind({name: preferred(self._chords[name]) for name in wanted})
        if not wanted:
            self._reply(self._refused)

    def finish(self, bound: Bound) -> None:
        """The portal answered, or the user changed the keys later."""
        asked = {name: self._chords[name] for name in self._numbers}
        self.labels = {
            chord: shown(bound.triggers[name])
            for name, chord in asked.items()
            if name in bound.triggers
        }
        refused = {
            name: f"The desktop did not take {plain_label(chord)}."
            for name, chord in asked.items()
            if name not in bound.triggers
        }
        self._reply(self._refused | refused)

    def give_up(self, reason: str) -> None:
        """Nothing comes of it."""
        self._reply(dict.fromkeys(self._chords, reason))

    def tell(self, event: Pressed, at: float) -> KeyEvent | None:
        """What of an event is news."""
        number = self._numbers.get(event.name)
        if number is None:
            return None
        if event.is_press:
            is_new = self._held.press(number, event.name, at)
            return KeyEvent(event.name, is_press=True, at=at) if is_new else None
        is_open = bool(self._held.release(number, at))
        return KeyEvent(event.name, is_press=False, at=at) if is_open else None

    def _reply(self, refused: Mapping[str, str]) -> None:
        if self._answer is not None:
            reply(self._answer, dict(refused))
            self._answer = None
