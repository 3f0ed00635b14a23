"""A loudspeaker that only remembers what it was asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ctpanel.domain.feedback import Sound, SoundChoice


@dataclass(eq=False)
class FakeSounds:
    """app.ports.Sounds. `problem` is what it says of itself.

    Attributes:
        heard: what was played, oldest first.
        is_on: as last chosen.
        choices: the same.
        tried: what was tried out, and whether aloud.
        wrong: what is wrong with a file, by its path.
    """

    problem: str = ""
    heard: list[Sound] = field(default_factory=list)
    is_on: bool = True
    choices: Mapping[Sound, SoundChoice] = field(default_factory=dict)
    tried: list[tuple[Sound, str, bool]] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)

    def use(self, *, on: bool, choices: Mapping[Sound, SoundChoice]) -> None:
        self.is_on, self.choices = on, choices

    def play(self, sound: Sound) -> None:
        self.heard.append(sound)

    def try_out(self, sound: Sound, file: str, told: Callable[[str], None], *, aloud: bool) -> None:
        self.tried.append((sound, file, aloud))
        told(self.wrong.get(file, ""))
