"""A real X server without a screen, and a hand on its keyboard by key numbers."""

import os
import shutil
import subprocess
from types import TracebackType
from typing import Final, Self

from ctpanel.domain.chord import Chord, Modifier
from ctpanel.domain.places import PLACES

PROGRAMS: Final = ("Xvfb", "xdotool", "setxkbmap")
KEYCODES: Final = {
    Modifier.CTRL: 37, Modifier.ALT: 64, Modifier.SHIFT: 50, Modifier.META: 133,
}  # fmt: skip
NUM_LOCK, CAPS_LOCK = 77, 66


def lacking() -> list[str]:
    """The programs that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


class Keyboard:
    """The keys of a running X server, pressed by their place."""

    def __init__(self, display: str) -> None:
        self.display = display
        self._env = {"PATH": os.environ["PATH"], "DISPLAY": display}

    def press(self, chord: Chord) -> None:
        """Press modifiers and key, and keep them down."""
        self.xdotool(*(f"keydown {code}" for code in numbers(chord)))

    def release(self, chord: Chord) -> None:
        self.xdotool(*(f"keyup {code}" for code in reversed(numbers(chord))))

    def tap(self, *chords: Chord, pause_ms: int = 0) -> None:
        """Press and release each, with a pause after it."""
        words = []
        for chord in chords:
            words += [f"keydown {code}" for code in numbers(chord)]
            words += [f"keyup {code}" for code in reversed(numbers(chord))]
            words += [f"sleep {pause_ms / 1000}"] if pause_ms else []
        self.xdotool(*words)

    def toggle(self, lock: int) -> None:
        self.xdotool(f"key {lock}")

    def layout(self, *arguments: str) -> None:
        subprocess.run(["setxkbmap", *arguments], env=self._env, check=True, timeout=10)  # noqa: S603, S607 - by name, from PATH

    def xdotool(self, *commands: str) -> None:
        words = " ".join(commands).split()
        subprocess.run(["xdotool", *words], env=self._env, check=True, timeout=60)  # noqa: S603, S607 - by name, from PATH


def numbers(chord: Chord) -> list[int]:
    modifiers = [KEYCODES[modifier] for modifier in Modifier if modifier in chord.modifiers]
    return [*modifiers, PLACES[chord.key].evdev + 8]


class XDisplay(Keyboard):
    """A server of its own, that ends with the test."""

    def __init__(self) -> None:
        ours, its = os.pipe()
        command = ("Xvfb", "-displayfd", str(its), "-nolisten", "tcp", "-noreset")
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - no path worth the name
            self._process = subprocess.Popen(command, pass_fds=(its,), stderr=nowhere)  # noqa: S603 - the server under test
        os.close(its)
        with os.fdopen(ours) as answer:
            super().__init__(f":{answer.readline().strip()}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """Take the server away from everybody."""
        self._process.terminate()
        self._process.wait(10)
