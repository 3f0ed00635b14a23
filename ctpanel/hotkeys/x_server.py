"""What hotkeys ask of an X server: grabs, the keyboard, which keys are down. XKB is required.

Only the keys that are bound are grabbed, on the root window; nothing else that is typed is seen.
"""

import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from ctpanel.hotkeys.x_wire import XGone, XWire, padded

LOCK_MASK: Final = 1 << 1
ALL_MODIFIERS: Final = 0xFF

_GRAB_KEY, _UNGRAB_KEY, _QUERY_KEYMAP = 33, 34, 44
_QUERY_EXTENSION, _GET_MODIFIER_MAPPING = 98, 119
_ANY_MODIFIER, _ASYNC = 0x8000, 1
_KEY_PRESS, _KEY_RELEASE, _MAPPING_NOTIFY = 2, 3, 34
_USE, _SELECT_EVENTS, _GET_STATE, _GET_MAP, _PER_CLIENT_FLAGS = 0, 1, 4, 8, 21
_CORE_KEYBOARD: Final = 0x100
_NEW_KEYBOARD, _MAP, _STATE = 1, 2, 4
_GROUP_STATE: Final = 1 << 4
_KEYSYMS: Final = 1 << 1
_DETECTABLE_REPEAT: Final = 1


class XHappened(Enum):
    """What an event says."""

    DOWN = "DOWN"
    UP = "UP"
    KEYBOARD = "KEYBOARD"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class XEvent:
    """An event.

    Attributes:
        modifiers: the modifier bits that were down before it.
        stamp: the server's own seconds.
    """

    kind: XHappened
    keycode: int = 0
    modifiers: int = 0
    stamp: float = 0.0


@dataclass(frozen=True, slots=True)
class XKeyboard:
    """The keyboard as it is mapped now.

    Attributes:
        group: which of several layouts is in use.
        keysyms: for each keycode what it writes in each layout, without Shift first.
        modifiers: for each of the eight modifier bits the keycodes that set it.
    """

    group: int
    keysyms: Mapping[int, tuple[tuple[int, ...], ...]]
    modifiers: tuple[frozenset[int], ...]

    def mask(self, wanted: Collection[int]) -> int:
        """The modifier bits that keys with one of these keysyms set."""
        keycodes = {
            keycode
            for keycode, groups in self.keysyms.items()
            if any(keysym in wanted for group in groups for keysym in group)
        }
        return sum(1 << bit for bit, keys in enumerate(self.modifiers) if keys & keycodes)

    def written(self, keycode: int) -> int:
        """The keysym of a key in the layout in use, 0 when there is none."""
        groups = self.keysyms.get(keycode, ())
        group = groups[self.group % len(groups)] if groups else ()
        return group[0] if group else 0


class XServer:
    """One connection, for one thread. Every call raises XGone when it is gone."""

    def __init__(self, display: str) -> None:
        self._wire = XWire(display)
        try:
            self._xkb, self._xkb_event = self._extension(b"XKEYBOARD")
            self._prepare()
        except BaseException:
            self._wire.close()
            raise

    def fileno(self) -> int:
        """For waiting until something arrives."""
        return self._wire.fileno()

    def close(self) -> None:
        """Let all keys go and hang up."""
        self._wire.close()

    def _extension(self, name: bytes) -> tuple[int, int]:
        reply = self._wire.ask(_QUERY_EXTENSION, 0, struct.pack("<Hxx", len(name)) + padded(name))
        if not reply[8]:
            raise XGone("it is too old for hotkeys")
        return reply[9], reply[10]

    def _prepare(self) -> None:
        """Repeats without releases between them, and word of every change of the keyboard."""
        self._wire.ask(self._xkb, _USE, struct.pack("<HH", 1, 0))
        flag = _DETECTABLE_REPEAT
        flags = struct.pack("<HxxIIIII", _CORE_KEYBOARD, flag, flag, 0, 0, 0)
        self._wire.ask(self._xkb, _PER_CLIENT_FLAGS, flags)
        wanted, whole = _NEW_KEYBOARD | _MAP | _STATE, _NEW_KEYBOARD | _MAP
        words = (_CORE_KEYBOARD, wanted, 0, whole, 0xFF, 0xFF, _GROUP_STATE, _GROUP_STATE)
        self._wire.send(self._xkb, _SELECT_EVENTS, struct.pack("<8H", *words))

    def keyboard(self) -> XKeyboard:
        """The keyboard as it is mapped now."""
        state = self._wire.ask(self._xkb, _GET_STATE, struct.pack("<Hxx", _CORE_KEYBOARD))
        whole = struct.pack("<HHH18x", _CORE_KEYBOARD, _KEYSYMS, 0)
        symbols = self._wire.ask(self._xkb, _GET_MAP, whole)
        return XKeyboard(state[12], _keysyms(symbols), self._modifiers())

    def _modifiers(self) -> tuple[frozenset[int], ...]:
        reply = self._wire.ask(_GET_MODIFIER_MAPPING, 0)
        each = reply[1]
        rows = (reply[32 + each * bit : 32 + each * (bit + 1)] for bit in range(8))
        return tuple(frozenset(row) - {0} for row in rows)

    def down(self) -> set[int]:
        """The keycodes of all keys that are down."""
        reply = self._wire.ask(_QUERY_KEYMAP, 0)
        return {k for k in self._wire.setup.keycodes if reply[8 + k // 8] >> k % 8 & 1}

    def let_go(self) -> None:
        """Give back every key."""
        self._wire.send(_UNGRAB_KEY, 0, struct.pack("<IHxx", self._wire.setup.root, _ANY_MODIFIER))

    def grab(self, wanted: Mapping[str, Collection[tuple[int, int]]]) -> set[str]:
        """Take keys, each as keycodes with modifiers, by name; the names that another has.

        Of a name that another has in part, nothing is kept.
        """
        asked = {
            self._grab(keycode, modifiers): name
            for name, combinations in wanted.items()
            for keycode, modifiers in combinations
        }
        taken = {asked[number] for number in self._wire.failed() if number in asked}
        for name in taken:
            for keycode, modifiers in wanted[name]:
                body = struct.pack("<IHxx", self._wire.setup.root, modifiers)
                self._wire.send(_UNGRAB_KEY, keycode, body)
        return taken

    def _grab(self, keycode: int, modifiers: int) -> int:
        words = (self._wire.setup.root, modifiers, keycode, _ASYNC, _ASYNC)
        return self._wire.send(_GRAB_KEY, 0, struct.pack("<IHBBBxxx", *words))

    def event(self) -> XEvent | None:
        """The next event that is here already."""
        packet = self._wire.event()
        if packet is None:
            return None
        kind = packet[0]  # what another client made up has the highest bit set, and is no key
        if kind in (_KEY_PRESS, _KEY_RELEASE):
            happened = XHappened.DOWN if kind == _KEY_PRESS else XHappened.UP
            (milliseconds,) = struct.unpack_from("<I", packet, 4)
            (state,) = struct.unpack_from("<H", packet, 28)
            return XEvent(happened, packet[1], state & ALL_MODIFIERS, milliseconds / 1000)
        is_keyboard = kind in (_MAPPING_NOTIFY, self._xkb_event)
        return XEvent(XHappened.KEYBOARD if is_keyboard else XHappened.OTHER)


def _keysyms(reply: bytes) -> dict[int, tuple[tuple[int, ...], ...]]:
    """By keycode, for each layout, what each level writes."""
    first, count = reply[17], reply[20]
    found, at = {}, 40
    for keycode in range(first, first + count):
        groups, width, size = reply[at + 4] & 0x0F, reply[at + 5], _u16(reply, at + 6)
        symbols = struct.unpack_from(f"<{size}I", reply, at + 8)
        at += 8 + 4 * size
        found[keycode] = tuple(symbols[width * g : width * (g + 1)] for g in range(groups))
    return found


def _u16(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<H", data, at)[0])
