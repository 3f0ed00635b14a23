"""A system-wide key as the user means it: modifiers and one key, named by its place.

The names are the W3C's `code` values: what is printed on a key depends on the layout, its place
does not. Which number a place has on which system is in places.py, how a key is heard in hotkeys.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Modifier(Enum):
    """A modifier key; Meta is the Windows, Command or Super key."""

    CTRL = "Ctrl"
    ALT = "Alt"
    SHIFT = "Shift"
    META = "Meta"


LETTERS: Final = {f"Key{letter}": letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
DIGITS: Final = {f"Digit{digit}": str(digit) for digit in range(10)}
PUNCTUATION: Final = {
    "Backquote": "`", "Minus": "-", "Equal": "=", "BracketLeft": "[", "BracketRight": "]",
    "Backslash": "\\", "Semicolon": ";", "Quote": "'", "Comma": ",", "Period": ".", "Slash": "/",
    "IntlBackslash": "Key beside left Shift", "Space": "Space",
}  # fmt: skip
NUMPAD: Final = {f"Numpad{digit}": f"Numpad {digit}" for digit in range(10)} | {
    "NumpadDecimal": "Numpad .", "NumpadAdd": "Numpad +", "NumpadSubtract": "Numpad -",
    "NumpadMultiply": "Numpad *", "NumpadDivide": "Numpad /", "NumpadEnter": "Numpad Enter",
}  # fmt: skip
FUNCTION: Final = {f"F{number}": f"F{number}" for number in range(1, 25)}
SILENT: Final = {"Pause": "Pause", "ScrollLock": "Scroll Lock", "PrintScreen": "Print Screen"}
EDITING: Final = {
    "Escape": "Esc", "Tab": "Tab", "Enter": "Enter", "Backspace": "Backspace", "Insert": "Insert",
    "Delete": "Delete", "Home": "Home", "End": "End", "PageUp": "Page Up", "PageDown": "Page Down",
    "ArrowUp": "Up", "ArrowDown": "Down", "ArrowLeft": "Left", "ArrowRight": "Right",
    "ContextMenu": "Menu",
}  # fmt: skip
NO_KEY: Final = {
    "ControlLeft": "Ctrl", "ControlRight": "Right Ctrl", "ShiftLeft": "Shift",
    "ShiftRight": "Right Shift", "AltLeft": "Alt", "AltRight": "Right Alt", "MetaLeft": "Meta",
    "MetaRight": "Right Meta", "CapsLock": "Caps Lock", "NumLock": "Num Lock",
}  # fmt: skip
"""Modifiers and locks: they change other keys and cannot be the one key of a chord."""

KEYS: Final = LETTERS | DIGITS | PUNCTUATION | NUMPAD | FUNCTION | SILENT | EDITING | NO_KEY
"""Every known place, with its plain name on a US keyboard."""


@dataclass(frozen=True, slots=True)
class Chord:
    """Modifiers and one key of KEYS.

    Raises:
        ValueError: there is no such key.
    """

    modifiers: frozenset[Modifier]
    key: str

    def __post_init__(self) -> None:
        if self.key not in KEYS:
            raise ValueError("no such key")

    def __str__(self) -> str:
        return "+".join([*_in_order(self.modifiers), self.key])

    @classmethod
    def parse(cls, text: str) -> "Chord":
        """Read what `str` wrote.

        Raises:
            ValueError: it names no key, or a modifier that is unknown, twice or out of order.
        """
        *names, key = text.split("+")
        chord = cls(frozenset(map(Modifier, names)), key)
        if str(chord) != text:
            raise ValueError("modifiers are written once each, in their order")
        return chord


def _in_order(modifiers: frozenset[Modifier]) -> list[str]:
    return [modifier.value for modifier in Modifier if modifier in modifiers]


def label_with(chord: Chord, key_name: str) -> str:
    """A chord for the trader, its key called so."""
    return "+".join([*_in_order(chord.modifiers), key_name])


def plain_label(chord: Chord) -> str:
    """A chord for the trader as a US keyboard writes it, for when the layout is not known."""
    return label_with(chord, KEYS[chord.key])


TYPING: Final = LETTERS | DIGITS | PUNCTUATION | NUMPAD
"""Keys that put a character into a text."""

_SYSTEM: Final = frozenset(
    {
        "Ctrl+Alt+Delete", "Ctrl+Alt+Backspace", "Ctrl+Escape", "Ctrl+Shift+Escape",
        "Alt+F4", "Alt+Tab", "Alt+Shift+Tab", "Alt+Escape", "Alt+Space", "Meta+Space",
        "Meta+Tab", "Shift+Meta+Tab", "Alt+Meta+Escape", "Ctrl+Meta+KeyQ", "Shift+Meta+KeyQ",
        "Shift+Meta+KeyS", "Shift+Meta+Digit3", "Shift+Meta+Digit4", "Shift+Meta+Digit5",
        *(f"Meta+{key}" for key in LETTERS | DIGITS),
        *(f"Ctrl+Alt+F{number}" for number in range(1, 13)),
    }
)  # fmt: skip
"""What Windows, macOS and Linux desktops keep for themselves: they would not give it away, or the
user would miss it."""

_EDITING: Final = frozenset(f"Ctrl+Key{letter}" for letter in "ACFNOPQSTVWXYZ") | {
    "Ctrl+Insert", "Ctrl+Home", "Ctrl+End", "Ctrl+Tab", "Ctrl+Shift+Tab", "Ctrl+Backspace",
    "Ctrl+Delete", "Ctrl+Enter", "Ctrl+Shift+KeyV", "Ctrl+Shift+KeyC", "Ctrl+Shift+KeyZ",
    *(f"Ctrl+{shift}Arrow{way}" for way in ("Left", "Right", "Up", "Down")
      for shift in ("", "Shift+")),
}  # fmt: skip


def objection(chord: Chord) -> str:
    """Why this may not be a system-wide key, in one sentence; "" when it may."""
    label = plain_label(chord)
    if chord.key in NO_KEY:
        return f"{KEYS[chord.key]} only changes other keys; choose another key together with it."
    if not chord.modifiers:
        return f"{label} alone would be taken from every other program; add Ctrl or Alt."
    if chord.modifiers == {Modifier.SHIFT} and chord.key in TYPING | EDITING:
        return f"{label} is needed for typing; add Ctrl or Alt."
    if str(chord) in _SYSTEM:
        return f"{label} belongs to the system; choose another key."
    if str(chord) in _EDITING:
        return f"{label} has a meaning in nearly every program; choose another key."
    return ""
