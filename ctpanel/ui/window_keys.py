"""The presets' keys inside the window, where the system tells of none. Which press what only."""

import sys
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from ctpanel.domain.chord import DIGITS, FUNCTION, LETTERS, Chord, Modifier
from ctpanel.domain.state import PanelState

_KEYPAD: Final = Qt.KeyboardModifier.KeypadModifier

_NAMED: Final = {
    "Backquote": Qt.Key.Key_QuoteLeft, "Minus": Qt.Key.Key_Minus, "Equal": Qt.Key.Key_Equal,
    "BracketLeft": Qt.Key.Key_BracketLeft, "BracketRight": Qt.Key.Key_BracketRight,
    "Backslash": Qt.Key.Key_Backslash, "Semicolon": Qt.Key.Key_Semicolon,
    "Quote": Qt.Key.Key_Apostrophe, "Comma": Qt.Key.Key_Comma, "Period": Qt.Key.Key_Period,
    "Slash": Qt.Key.Key_Slash, "IntlBackslash": Qt.Key.Key_Less, "Space": Qt.Key.Key_Space,
    "Pause": Qt.Key.Key_Pause, "ScrollLock": Qt.Key.Key_ScrollLock,
    "PrintScreen": Qt.Key.Key_Print, "Escape": Qt.Key.Key_Escape, "Tab": Qt.Key.Key_Tab,
    "Enter": Qt.Key.Key_Return, "Backspace": Qt.Key.Key_Backspace, "Insert": Qt.Key.Key_Insert,
    "Delete": Qt.Key.Key_Delete, "Home": Qt.Key.Key_Home, "End": Qt.Key.Key_End,
    "PageUp": Qt.Key.Key_PageUp, "PageDown": Qt.Key.Key_PageDown, "ArrowUp": Qt.Key.Key_Up,
    "ArrowDown": Qt.Key.Key_Down, "ArrowLeft": Qt.Key.Key_Left, "ArrowRight": Qt.Key.Key_Right,
    "ContextMenu": Qt.Key.Key_Menu,
}  # fmt: skip
_ON_KEYPAD: Final = {
    "NumpadDecimal": Qt.Key.Key_Period, "NumpadAdd": Qt.Key.Key_Plus,
    "NumpadSubtract": Qt.Key.Key_Minus, "NumpadMultiply": Qt.Key.Key_Asterisk,
    "NumpadDivide": Qt.Key.Key_Slash, "NumpadEnter": Qt.Key.Key_Enter,
    **{f"Numpad{digit}": Qt.Key[f"Key_{digit}"] for digit in range(10)},
}  # fmt: skip
_PLAIN: Final = {
    **{place: Qt.Key[f"Key_{name}"] for place, name in (LETTERS | DIGITS | FUNCTION).items()},
    **_NAMED,
}

_CTRL, _META = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.MetaModifier
_MODIFIERS: Final = {
    Modifier.CTRL: _META if sys.platform == "darwin" else _CTRL,  # Qt changes them over there
    Modifier.ALT: Qt.KeyboardModifier.AltModifier,
    Modifier.SHIFT: Qt.KeyboardModifier.ShiftModifier,
    Modifier.META: _CTRL if sys.platform == "darwin" else _META,
}


def sequence(chord: Chord) -> QKeySequence:
    """A chord as Qt tells it on a US keyboard; empty when it has no such key."""
    held = Qt.KeyboardModifier.NoModifier
    for modifier in chord.modifiers:
        held |= _MODIFIERS[modifier]
    if chord.key in _ON_KEYPAD:
        return QKeySequence(QKeyCombination(held | _KEYPAD, _ON_KEYPAD[chord.key]))
    if chord.key in _PLAIN:
        return QKeySequence(QKeyCombination(held, _PLAIN[chord.key]))
    return QKeySequence()


def unheard(state: PanelState) -> dict[str, Chord]:
    """The presets whose key no system tells of, so that no press is heard both ways."""
    keys = state.keys
    return {
        preset.name: preset.chord
        for preset in state.presets
        if preset.chord is not None and (keys.problem or preset.name in keys.missing)
    }


class WindowKeys(QObject):
    """Shortcuts of the window for what `unheard` names.

    Signals:
        pressed: a preset's name.
    """

    pressed = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._chords: Mapping[str, Chord] = {}
        self._shortcuts: list[QShortcut] = []

    def render_state(self, state: PanelState) -> None:
        """Listen for what the state says."""
        wanted = unheard(state)
        if wanted == self._chords:
            return
        self._chords = wanted
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = [self._listen(name, chord) for name, chord in wanted.items()]

    def _listen(self, name: str, chord: Chord) -> QShortcut:
        shortcut = QShortcut(sequence(chord), self._window)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(lambda: self.pressed.emit(name))
        return shortcut
