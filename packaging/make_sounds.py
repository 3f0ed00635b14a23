"""Makes ctpanel/resources/sounds: rhythm and direction tell them apart.

Run after changing it here. The same script makes the same bytes.
"""

import math
import struct
import wave
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import Final

RATE: Final = 22_050
FOLDER: Final = Path(__file__).parents[1] / "ctpanel" / "resources" / "sounds"
LOUDNESS: Final = 0.5
EDGE: Final = 0.006
"""Seconds in which a note comes and goes: without them it clicks."""

Wave = Iterable[float]


def note(start: float, end: float, seconds: float, waver: float = 0.0) -> Wave:
    """A tone that glides from one frequency to another, and may waver by some Hz."""
    count, phase = round(seconds * RATE), 0.0
    for frame in range(count):
        part, time = frame / count, frame / RATE
        pitch = start + (end - start) * part + waver * math.sin(2 * math.pi * 28 * time)
        phase += 2 * math.pi * pitch / RATE
        edge = min(1.0, time / EDGE, (seconds - time) / EDGE)
        yield edge * (math.sin(phase) + 0.3 * math.sin(2 * phase)) / 1.3


def rest(seconds: float) -> Wave:
    """Silence."""
    return (0.0 for _ in range(round(seconds * RATE)))


SOUNDS: Final[dict[str, Callable[[], Wave]]] = {
    # one long tone that rises
    "armed": lambda: note(392, 784, 0.45),
    # one tick
    "sent": lambda: note(1319, 1319, 0.04),
    # two notes, up
    "reversed": lambda: chain(note(659, 659, 0.11), rest(0.03), note(988, 988, 0.2)),
    # two low notes, down
    "refused": lambda: chain(note(294, 277, 0.16), rest(0.05), note(208, 185, 0.26)),
    # three of the same, none of them steady
    "unknown": lambda: chain(
        *(part for _ in range(3) for part in (note(523, 523, 0.115, waver=70), rest(0.05)))
    ),
}
"""Each at most half a second long."""


def as_wav(name: str, path: Path) -> None:
    """Write one."""
    frames = [round(value * LOUDNESS * 32_767) for value in SOUNDS[name]()]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(frames)}h", *frames))


if __name__ == "__main__":
    for each in SOUNDS:
        as_wav(each, FOLDER / f"{each}.wav")
