"""From the numbers of a key event to the key's place, on each system."""

import pytest

from ctpanel.domain.chord import KEYS, NO_KEY
from ctpanel.domain.places import PLACES
from ctpanel.ui.key_places import place_of

CHORD_KEYS = KEYS.keys() - NO_KEY.keys()


@pytest.mark.parametrize(
    ("system", "scan_code", "virtual_key", "key"),
    [
        ("linux", 27, 0x72, "KeyR"),
        ("linux", 10, 0x31, "Digit1"),
        ("linux", 94, 0x3C, "IntlBackslash"),
        ("linux", 110, 0xFF50, "Home"),
        ("win32", 0x13, 0x52, "KeyR"),
        ("win32", 0x147, 0x24, "Home"),
        ("win32", 0x47, 0x24, "Numpad7"),
        ("win32", 0x1C, 0x0D, "Enter"),
        ("win32", 0x11C, 0x0D, "NumpadEnter"),
        ("win32", 0x58, 0x7B, "F12"),
        ("win32", 0x64, 0x7C, "F13"),
        ("darwin", 1, 15, "KeyR"),
        ("darwin", 1, 0, "KeyA"),
    ],
)
def test_a_key_is_known_by_its_place(
    system: str, scan_code: int, virtual_key: int, key: str
) -> None:
    assert place_of(system, scan_code, virtual_key) == key


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_every_key_of_a_chord_can_be_pressed(system: str) -> None:
    assert {place_of(system, code, 0) for code in range(0x200)} - {None} == CHORD_KEYS


def test_on_macos_every_key_it_has_can_be_pressed() -> None:
    on_mac = {key for key, place in PLACES.items() if place.mac is not None}
    assert {place_of("darwin", 1, code) for code in range(0x80)} - {None} == on_mac


@pytest.mark.parametrize(
    ("system", "scan_code"), [("linux", 0), ("linux", 37), ("linux", 50), ("win32", 0x1D),
                              ("win32", 0x145), ("win32", 0x1FF), ("darwin", 55)]
)  # fmt: skip
def test_a_modifier_or_an_unknown_key_has_no_place(system: str, scan_code: int) -> None:
    assert place_of(system, scan_code, scan_code) is None
