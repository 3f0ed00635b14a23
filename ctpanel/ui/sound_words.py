"""The sounds as a trader calls them, and what may be typed as the path of an own one. No Qt."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from ctpanel.domain.feedback import Sound

NAMES: Final[Mapping[Sound, str]] = {
    Sound.ARMED: "Armed",
    Sound.SENT: "Sent",
    Sound.REVERSED: "Reversed",
    Sound.REFUSED: "Refused",
    Sound.UNKNOWN: "Unknown",
}

MEANINGS: Final[Mapping[Sound, str]] = {
    Sound.ARMED: "Hotkeys may open risk from now on.",
    Sound.SENT: "A press was taken; an order is on its way.",
    Sound.REVERSED: "It ended as you asked for.",
    Sound.REFUSED: "It was not done, or not as you asked for, or the panel was halted.",
    Sound.UNKNOWN: "Nothing is proved; look at NinjaTrader.",
}

OWN_FILES: Final = (
    "An own sound is a WAV, FLAC, MP3 or Ogg Vorbis file of up to 2 seconds and 2 MB. "
    "Paste its whole path; an empty field is the built-in sound."
)
OFF: Final = "Sounds are switched off in the menu. Test is heard all the same."
ON: Final = "Test plays what the field says, before anything is saved."
NOT_WHOLE: Final = "The whole path is needed, from the drive or the root folder on."

LONGEST_PATH: Final = 4096
"""Characters the settings take."""


def typed_path(text: str) -> str:
    """The path that was typed, without the quotes that some desktops copy around it."""
    bare = text.strip()
    is_quoted = len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'"
    return bare[1:-1] if is_quoted else bare


def wrong_path(text: str) -> str:
    """Why this can be no path; whether there is such a file is not looked at."""
    path = typed_path(text)
    return "" if not path or PurePath(path).is_absolute() else NOT_WHOLE
