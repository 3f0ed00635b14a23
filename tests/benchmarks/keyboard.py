"""A hand on the keys of an X server, in the measuring process itself: a key is down when asked for.

A program that presses keys would take longer to start than an order to leave.
"""

import struct
from typing import Final

from ctpanel.domain.chord import Chord
from ctpanel.hotkeys.x_wire import XWire, padded
from tests.fakes.x_display import numbers

_QUERY_EXTENSION: Final = 98
_FAKE_INPUT: Final = 2
_PRESS, _RELEASE = 2, 3
_XTEST: Final = b"XTEST"


class Hand:
    """Presses chords by XTEST."""

    def __init__(self, display: str) -> None:
        self._wire = XWire(display)
        name = struct.pack("<HH", len(_XTEST), 0) + padded(_XTEST)
        self._opcode = self._wire.ask(_QUERY_EXTENSION, 0, name)[9]

    def press(self, chord: Chord) -> None:
        """Modifiers and key go down."""
        for code in numbers(chord):
            self._key(_PRESS, code)

    def release(self, chord: Chord) -> None:
        """They go up, in the other order."""
        for code in reversed(numbers(chord)):
            self._key(_RELEASE, code)

    def _key(self, kind: int, code: int) -> None:
        root = self._wire.setup.root
        body = struct.pack("<BB2xII8xhh7xB", kind, code, 0, root, 0, 0, 0)
        self._wire.send(self._opcode, _FAKE_INPUT, body)
