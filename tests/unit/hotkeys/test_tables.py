"""The tables: every key has its place on every system, and its label."""

import pytest

from ctpanel.domain.chord import KEYS, NO_KEY, Chord, plain_label
from ctpanel.domain.places import PLACES
from ctpanel.hotkeys.chords import doubles, layout_label
from ctpanel.hotkeys.keysyms import character
from ctpanel.hotkeys.portal import preferred


def test_every_key_that_can_be_bound_has_a_place_and_no_other() -> None:
    assert set(PLACES) == set(KEYS) - set(NO_KEY)


@pytest.mark.parametrize("system", ["evdev", "windows", "mac", "keysym"])
def test_no_two_keys_have_one_number(system: str) -> None:
    numbers = [n for place in PLACES.values() if (n := getattr(place, system)) is not None]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(
    ("key", "evdev"),
    [("KeyA", 30), ("KeyP", 25), ("KeyM", 50), ("Digit1", 2), ("Digit0", 11), ("F10", 68),
     ("F11", 87), ("F24", 194), ("Numpad7", 71), ("Numpad0", 82), ("IntlBackslash", 86)],
)  # fmt: skip
def test_a_place_has_linux_number(key: str, evdev: int) -> None:
    assert PLACES[key].evdev == evdev


@pytest.mark.parametrize(
    ("key", "mac"),
    [("KeyA", 0x00), ("KeyM", 0x2E), ("Digit1", 0x12), ("Digit0", 0x1D), ("F1", 0x7A),
     ("F12", 0x6F), ("F20", 0x5A), ("F21", None), ("Numpad8", 0x5B), ("Pause", None)],
)  # fmt: skip
def test_a_place_has_macos_number(key: str, mac: int | None) -> None:
    assert PLACES[key].mac == mac


@pytest.mark.parametrize(
    ("key", "windows"),
    [("KeyA", None), ("Digit1", None), ("F1", 0x70), ("F24", 0x87), ("Numpad9", 0x69),
     ("Pause", 0x13), ("ArrowUp", 0x26)],
)  # fmt: skip
def test_only_keys_that_no_layout_moves_have_a_number_on_windows(
    key: str, windows: int | None
) -> None:
    assert PLACES[key].windows == windows


@pytest.mark.parametrize(
    ("key", "written", "label"),
    [
        ("KeyY", "z", "Ctrl+Z"), ("Semicolon", "ö", "Ctrl+Ö"), ("Minus", "ß", "Ctrl+ß"),
        ("KeyQ", "й", "Ctrl+Й"), ("KeyQ", "", "Ctrl+Q"), ("KeyQ", "\x11", "Ctrl+Q"),
        ("KeyQ", "\u202e", "Ctrl+Q"), ("KeyQ", "ab", "Ctrl+Q"), ("Space", " ", "Ctrl+Space"),
        ("F9", "x", "Ctrl+F9"), ("Numpad5", "5", "Ctrl+Numpad 5"), ("Enter", "\r", "Ctrl+Enter"),
    ],
)  # fmt: skip
def test_a_label_is_what_the_layout_writes_where_that_can_be_read(
    key: str, written: str, label: str
) -> None:
    assert layout_label(Chord.parse(f"Ctrl+{key}"), written) == label


@pytest.mark.parametrize(
    ("keysym", "written"),
    [(0x72, "r"), (0xF6, "ö"), (0x01000439, "й"), (0x06CA, "й"), (0, ""),
     (0xFE51, "\N{ACUTE ACCENT}"), (0xFFE9, ""), (0x10, ""), (0xFFFFFFFF, "")],
)  # fmt: skip
def test_a_symbol_of_x_is_the_sign_on_the_key(keysym: int, written: str) -> None:
    assert character(keysym) == written


@pytest.mark.parametrize(
    ("text", "trigger"),
    [("Ctrl+Alt+KeyR", "CTRL+ALT+r"), ("Shift+Meta+F9", "SHIFT+LOGO+F9"),
     ("Ctrl+Semicolon", "CTRL+semicolon")],
)  # fmt: skip
def test_a_portal_is_told_the_preferred_key_by_its_us_name(text: str, trigger: str) -> None:
    assert preferred(Chord.parse(text)) == trigger


def test_the_first_name_keeps_a_key_that_two_want() -> None:
    chord = Chord.parse("Ctrl+Alt+KeyR")
    said = {"b": f"{plain_label(chord)} is used twice."}
    assert doubles({"a": chord, "b": chord, "c": Chord.parse("Ctrl+Alt+KeyS")}) == said
