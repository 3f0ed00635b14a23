"""A loudspeaker that only remembers what it was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ctpanel.domain.feedback import Sound, SoundChoice


@dataclass(eq=False)
class FakeSounds:
    """app.ports.Sounds. `problem` is what it says of itself.

    Attributes:
        heard: what was played, oldest first.
        is_on: as last chosen.
    """

    problem: str = ""
    heard: list[Sound] = field(default_factory=list)
    is_on: bool = True

    def use(self, *, on: bool, choices: Mapping[Sound, SoundChoice]) -> None:
        self.is_on = on

    def play(self, sound: Sound) -> None:
        self.heard.append(sound)
