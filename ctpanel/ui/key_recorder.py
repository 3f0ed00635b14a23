"""A button that takes the next press for a key's chord, by the key's place. It binds nothing."""

import sys
from collections.abc import Callable
from enum import Enum
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton

from ctpanel.domain.chord import NO_KEY, Chord, Modifier
from ctpanel.ui.key_places import place_of

NONE: Final = "No key"
PRESS: Final = "Press the keys…"
UNKNOWN: Final = "This key has no name here; press another."

_CLEARING: Final = frozenset({Qt.Key.Key_Backspace, Qt.Key.Key_Delete})
_SILENT: Final = frozenset(
    {
        Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr,
        Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_Super_L, Qt.Key.Key_Super_R,
    }
)  # fmt: skip
"""Keys that only change others: the press is not finished with them."""


class Listening(Enum):
    """What the next press is for."""

    NOTHING = "NOTHING"
    RECORD = "RECORD"
    TEST = "TEST"


class KeyRecorder(QPushButton):
    """Shows a chord; pressed, it takes the next one. Esc leaves it, Backspace takes it away.

    Signals:
        changed: the Chord, or None, that it has been given.
        tried: the Chord that was pressed to test it.
        listening: whether the next press is meant for it.
    """

    changed = Signal(object)
    tried = Signal(object)
    listening = Signal(bool)

    def __init__(self, label: Callable[[Chord], str]) -> None:
        super().__init__()
        self.setAccessibleName("Key")
        self.setAutoDefault(False)
        self._label = label
        self._chord: Chord | None = None
        self._listening = Listening.NOTHING
        self.clicked.connect(lambda: self.listen(Listening.RECORD))
        self._write()

    # --- what it shows ------------------------------------------------------------------------

    def show_chord(self, chord: Chord | None) -> None:
        """Show a chord, without emitting."""
        self._chord = chord
        self._stop()

    def _write(self, text: str = "") -> None:
        idle = NONE if self._chord is None else self._label(self._chord)
        shown = text or (idle if self._listening is Listening.NOTHING else PRESS)
        self.setText(shown.replace("&", "&&"))  # a single one would underline the next letter
        self.setAccessibleDescription(shown)

    # --- listening ----------------------------------------------------------------------------

    @property
    def is_listening(self) -> bool:
        """Whether the next press is meant for it."""
        return self._listening is not Listening.NOTHING

    def listen(self, to: Listening) -> None:
        """The next press is meant for it."""
        self.setFocus()
        self._listening = to
        self._write()
        self.listening.emit(True)  # noqa: FBT003 - Qt takes it by position

    def _stop(self) -> None:
        was, self._listening = self._listening, Listening.NOTHING
        self._write()
        if was is not Listening.NOTHING:
            self.listening.emit(False)  # noqa: FBT003 - same

    def take(self, chord: Chord) -> None:
        """A chord was pressed, here or where the system heard it."""
        was = self._listening
        if was is Listening.RECORD:
            self._give(chord)
        elif was is Listening.TEST:
            self._stop()
            self.tried.emit(chord)

    def _give(self, chord: Chord | None) -> None:
        self._chord = chord
        self._stop()
        self.changed.emit(chord)

    # --- the keyboard -------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """While it listens no key is a shortcut, and Tab does not move on."""
        if self.is_listening and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.KeyPress:
                self.keyPressEvent(event)
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take a press while it listens."""
        is_plain = not event.modifiers()
        key = Qt.Key(event.key())
        if not self.is_listening:
            if is_plain and key in _CLEARING:
                self._give(None)
            else:
                super().keyPressEvent(event)
        elif is_plain and key is Qt.Key.Key_Escape:
            self._stop()
        elif is_plain and key is Qt.Key.Key_Backspace and self._listening is Listening.RECORD:
            self._give(None)
        elif not event.isAutoRepeat():
            self._hear(event, key)

    def _hear(self, event: QKeyEvent, key: Qt.Key) -> None:
        place = place_of(sys.platform, event.nativeScanCode(), event.nativeVirtualKey())
        modifiers = modifiers_of(event.modifiers())
        if key in _SILENT or place in NO_KEY:
            self._write("+".join([*(m.value for m in Modifier if m in modifiers), "…"]))
        elif place is None:
            self._write(UNKNOWN)
        else:
            self.take(Chord(modifiers, place))

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Elsewhere keys mean something else."""
        self._stop()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """The same, when its dialog goes."""
        self._stop()
        super().hideEvent(event)


def modifiers_of(held: Qt.KeyboardModifier) -> frozenset[Modifier]:
    """The modifiers that are held; Qt calls macOS' Command key Control."""
    control, meta = Modifier.CTRL, Modifier.META
    if sys.platform == "darwin":
        control, meta = meta, control
    names = {
        Qt.KeyboardModifier.ControlModifier: control,
        Qt.KeyboardModifier.AltModifier: Modifier.ALT,
        Qt.KeyboardModifier.ShiftModifier: Modifier.SHIFT,
        Qt.KeyboardModifier.MetaModifier: meta,
    }
    return frozenset(modifier for flag, modifier in names.items() if held & flag)
