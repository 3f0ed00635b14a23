"""What every system's adapter says of chords: labels from the layout, doubles, refusals. Pure."""

from collections.abc import Mapping

from ctpanel.domain.chord import TYPING, Chord, label_with, plain_label

NO_SUCH_KEY = "This keyboard has no such key."


def layout_label(chord: Chord, character: str) -> str:
    """A chord with what the layout writes with its key, where it is one visible character."""
    upper = character.upper()
    written = upper if len(upper) == 1 else character
    is_name = len(written) == 1 and written.isprintable() and not written.isspace()
    in_text_block = chord.key in TYPING and not chord.key.startswith("Numpad")
    return label_with(chord, written) if is_name and in_text_block else plain_label(chord)


def taken(label: str) -> str:
    """Another program has it."""
    return f"{label} is taken by another program."


def doubles(chords: Mapping[str, Chord]) -> dict[str, str]:
    """The names whose chord an earlier name has already, and what to say of each."""
    seen: dict[Chord, str] = {}
    return {
        name: f"{plain_label(chord)} is used twice."
        for name, chord in chords.items()
        if seen.setdefault(chord, name) != name
    }
