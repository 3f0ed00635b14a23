"""From the number a key event brings to the key's place. Pure: the event itself is Qt's.

Which number a place has on which system is in domain/places.py; here is how Qt tells it.
"""

from collections.abc import Mapping
from typing import Final

from ctpanel.domain.places import PLACES

_X_OFFSET: Final = 8
"""X and Wayland count from here."""

_SCAN_CODES: Final = 88
"""Up to here Linux' numbers are the PC's scan codes."""

_EXTENDED: Final[Mapping[str, int]] = {
    "NumpadEnter": 0x11C, "NumpadDivide": 0x135, "PrintScreen": 0x137, "Pause": 0x45,
    "Home": 0x147, "ArrowUp": 0x148, "PageUp": 0x149, "ArrowLeft": 0x14B, "ArrowRight": 0x14D,
    "End": 0x14F, "ArrowDown": 0x150, "PageDown": 0x151, "Insert": 0x152, "Delete": 0x153,
    "ContextMenu": 0x15D, **{f"F{n}": 0x57 + n for n in range(13, 24)}, "F24": 0x76,
}  # fmt: skip
"""The PC's scan codes of the other keys, with 0x100 for those that have a prefix."""

_X: Final = {place.evdev + _X_OFFSET: key for key, place in PLACES.items()}
_MAC: Final = {place.mac: key for key, place in PLACES.items() if place.mac is not None}
_PC: Final = {place.evdev: key for key, place in PLACES.items() if place.evdev <= _SCAN_CODES} | {
    code: key for key, code in _EXTENDED.items()
}


def place_of(system: str, scan_code: int, virtual_key: int) -> str | None:
    """The key at a place, by domain.chord's name; None for one that a chord cannot have.

    Args:
        system: sys.platform.
        scan_code: QKeyEvent.nativeScanCode(): X's keycode, or Windows' scan code.
        virtual_key: QKeyEvent.nativeVirtualKey(), which is a place on macOS only.
    """
    if system == "darwin":
        return _MAC.get(virtual_key)
    return (_PC if system == "win32" else _X).get(scan_code)
