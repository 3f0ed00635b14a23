"""Which number each place on the keyboard has on which system: a row for each key of domain.chord.

A number of None is a key that the system does not have. Only a table, no rules.
"""

from dataclasses import dataclass
from typing import Final

from ctpanel.domain.chord import DIGITS


@dataclass(frozen=True, slots=True)
class Place:
    """One key.

    Attributes:
        evdev: Linux' number; the first 88 are also the PC's scan codes. X counts from 8.
        windows: Windows' virtual key, where it does not depend on the layout.
        mac: macOS' virtual key, which is a place.
        keysym: X's name of what a US keyboard writes with it.
    """

    evdev: int
    windows: int | None
    mac: int | None
    keysym: str


_LETTER_EVDEV: Final = (
    (16, "QWERTYUIOP"), (30, "ASDFGHJKL"), (44, "ZXCVBNM"),
)  # fmt: skip
_LETTER_MAC: Final = {
    "A": 0, "S": 1, "D": 2, "F": 3, "H": 4, "G": 5, "Z": 6, "X": 7, "C": 8, "V": 9, "B": 11,
    "Q": 12, "W": 13, "E": 14, "R": 15, "Y": 16, "T": 17, "O": 31, "U": 32, "I": 34, "P": 35,
    "L": 37, "J": 38, "K": 40, "N": 45, "M": 46,
}  # fmt: skip
_DIGIT_MAC: Final = (29, 18, 19, 20, 21, 23, 22, 26, 28, 25)
_NUMPAD_EVDEV: Final = (82, 79, 80, 81, 75, 76, 77, 71, 72, 73)
_NUMPAD_MAC: Final = (82, 83, 84, 85, 86, 87, 88, 89, 91, 92)
_F_EVDEV: Final = (*range(59, 69), 87, 88, *range(183, 195))
_F_MAC: Final = (
    122, 120, 99, 118, 96, 97, 98, 100, 101, 109, 103, 111, 105, 107, 113, 106, 64, 79, 80, 90,
)  # fmt: skip


def _letters() -> dict[str, Place]:
    return {
        f"Key{letter}": Place(first + index, None, _LETTER_MAC[letter], letter.lower())
        for first, row in _LETTER_EVDEV
        for index, letter in enumerate(row)
    }


def _digits() -> dict[str, Place]:
    return {
        key: Place(11 if digit == "0" else 1 + int(digit), None, _DIGIT_MAC[int(digit)], digit)
        for key, digit in DIGITS.items()
    }


def _numpad() -> dict[str, Place]:
    return {
        f"Numpad{n}": Place(_NUMPAD_EVDEV[n], 0x60 + n, _NUMPAD_MAC[n], f"KP_{n}")
        for n in range(10)
    }


def _function() -> dict[str, Place]:
    return {
        f"F{n + 1}": Place(evdev, 0x70 + n, _F_MAC[n] if n < len(_F_MAC) else None, f"F{n + 1}")
        for n, evdev in enumerate(_F_EVDEV)
    }


PLACES: Final[dict[str, Place]] = {
    **_letters(), **_digits(), **_numpad(), **_function(),
    "Backquote": Place(41, None, 50, "grave"),
    "Minus": Place(12, None, 27, "minus"),
    "Equal": Place(13, None, 24, "equal"),
    "BracketLeft": Place(26, None, 33, "bracketleft"),
    "BracketRight": Place(27, None, 30, "bracketright"),
    "Backslash": Place(43, None, 42, "backslash"),
    "Semicolon": Place(39, None, 41, "semicolon"),
    "Quote": Place(40, None, 39, "apostrophe"),
    "Comma": Place(51, None, 43, "comma"),
    "Period": Place(52, None, 47, "period"),
    "Slash": Place(53, None, 44, "slash"),
    "IntlBackslash": Place(86, None, 10, "less"),
    "Space": Place(57, 0x20, 49, "space"),
    "NumpadDecimal": Place(83, 0x6E, 65, "KP_Decimal"),
    "NumpadAdd": Place(78, 0x6B, 69, "KP_Add"),
    "NumpadSubtract": Place(74, 0x6D, 78, "KP_Subtract"),
    "NumpadMultiply": Place(55, 0x6A, 67, "KP_Multiply"),
    "NumpadDivide": Place(98, 0x6F, 75, "KP_Divide"),
    "NumpadEnter": Place(96, None, 76, "KP_Enter"),  # to Windows' hotkeys it is Enter
    "Pause": Place(119, 0x13, None, "Pause"),
    "ScrollLock": Place(70, 0x91, None, "Scroll_Lock"),
    "PrintScreen": Place(99, 0x2C, None, "Print"),
    "Escape": Place(1, 0x1B, 53, "Escape"),
    "Tab": Place(15, 0x09, 48, "Tab"),
    "Enter": Place(28, 0x0D, 36, "Return"),
    "Backspace": Place(14, 0x08, 51, "BackSpace"),
    "Insert": Place(110, 0x2D, 114, "Insert"),
    "Delete": Place(111, 0x2E, 117, "Delete"),
    "Home": Place(102, 0x24, 115, "Home"),
    "End": Place(107, 0x23, 119, "End"),
    "PageUp": Place(104, 0x21, 116, "Prior"),
    "PageDown": Place(109, 0x22, 121, "Next"),
    "ArrowUp": Place(103, 0x26, 126, "Up"),
    "ArrowDown": Place(108, 0x28, 125, "Down"),
    "ArrowLeft": Place(105, 0x25, 123, "Left"),
    "ArrowRight": Place(106, 0x27, 124, "Right"),
    "ContextMenu": Place(127, 0x5D, 110, "Menu"),
}  # fmt: skip
"""Every key that may be the one of a chord, which modifiers and locks may not."""
