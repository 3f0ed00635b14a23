"""A system-wide key: how it is written, read, called, and which ones are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.domain import chord as module
from ctpanel.domain.chord import KEYS, Chord, Modifier, objection, plain_label

CHORDS = st.builds(Chord, st.frozensets(st.sampled_from(Modifier)), st.sampled_from(sorted(KEYS)))


@given(CHORDS)
def test_what_is_written_is_read_back(chord: Chord) -> None:
    assert Chord.parse(str(chord)) == chord


@given(st.text())
def test_any_other_text_is_refused_with_a_value_error(text: str) -> None:
    try:
        chord = Chord.parse(text)
    except ValueError:
        return
    assert str(chord) == text


def test_modifiers_are_written_in_one_order() -> None:
    assert str(Chord(frozenset(Modifier), "KeyR")) == "Ctrl+Alt+Shift+Meta+KeyR"


@pytest.mark.parametrize(
    "text",
    [
        "", "+", "Ctrl", "Ctrl+", "+KeyR", "Ctrl++KeyR", "Ctrl+Ctrl+KeyR", "Alt+Ctrl+KeyR",
        "ctrl+KeyR", "Ctrl+keyr", "Ctrl+R", "Ctrl + KeyR", "Ctrl+KeyR ", "Ctrl+KeyR\n",
        "Hyper+KeyR", "KeyR+Ctrl", "Ctrl+KeyR+KeyS", "Ctrl+F25", "Ctrl+Digit10", "Ctrl+KeyÄ",
    ],
)  # fmt: skip
def test_what_names_no_chord_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Chord.parse(text)


def test_there_is_no_chord_of_an_unknown_key() -> None:
    with pytest.raises(ValueError, match="no such key"):
        Chord(frozenset(), "KeyÄ")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Ctrl+Alt+KeyR", "Ctrl+Alt+R"), ("Ctrl+Digit1", "Ctrl+1"), ("Alt+Semicolon", "Alt+;"),
        ("Shift+F9", "Shift+F9"), ("Ctrl+Numpad5", "Ctrl+Numpad 5"), ("Meta+Pause", "Meta+Pause"),
    ],
)  # fmt: skip
def test_a_plain_label_is_what_a_us_keyboard_shows(text: str, label: str) -> None:
    assert plain_label(Chord.parse(text)) == label


@pytest.mark.parametrize(
    "text",
    ["Ctrl+Alt+KeyR", "Ctrl+Shift+F9", "Shift+F9", "Shift+Pause", "Alt+Digit1", "Ctrl+Numpad5",
     "Meta+F5", "Ctrl+Alt+Shift+Meta+KeyR", "Ctrl+ScrollLock"],
)  # fmt: skip
def test_a_key_nobody_misses_may_be_taken(text: str) -> None:
    assert objection(Chord.parse(text)) == ""


@pytest.mark.parametrize("text", sorted(module._SYSTEM | module._EDITING))
def test_a_key_with_a_meaning_of_its_own_is_written_so_that_it_is_recognised(text: str) -> None:
    assert "choose another key" in objection(Chord.parse(text))


@pytest.mark.parametrize("key", sorted(KEYS))
def test_no_key_is_taken_without_a_modifier(key: str) -> None:
    assert objection(Chord(frozenset(), key))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("F9", "F9 alone would be taken from every other program; add Ctrl or Alt."),
        ("Shift+KeyR", "Shift+R is needed for typing; add Ctrl or Alt."),
        ("Shift+Digit1", "Shift+1 is needed for typing; add Ctrl or Alt."),
        ("Shift+Semicolon", "Shift+; is needed for typing; add Ctrl or Alt."),
        ("Shift+Insert", "Shift+Insert is needed for typing; add Ctrl or Alt."),
        ("Ctrl+ShiftLeft", "Shift only changes other keys; choose another key together with it."),
        ("Ctrl+Alt+Delete", "Ctrl+Alt+Delete belongs to the system; choose another key."),
        ("Ctrl+Alt+F2", "Ctrl+Alt+F2 belongs to the system; choose another key."),
        ("Alt+F4", "Alt+F4 belongs to the system; choose another key."),
        ("Alt+Tab", "Alt+Tab belongs to the system; choose another key."),
        ("Meta+KeyL", "Meta+L belongs to the system; choose another key."),
        ("Ctrl+KeyC", "Ctrl+C has a meaning in nearly every program; choose another key."),
    ],
)
def test_a_key_that_would_be_missed_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert objection(Chord.parse(text)) == reason
