"""Plays the panel's sounds, one after the other, in a thread of its own. Which sound: domain.

The thread waits for disks and devices; nobody waits for the thread.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from ctpanel import resources
from ctpanel.domain.feedback import Sound, SoundChoice
from ctpanel.local.audio import NoDevice, Undecodable

WAITING: Final = 3
"""Sounds that may wait; of more, the least grave is dropped."""

OUTDATED: Final = 3.0
"""Seconds after which a sound that waited tells of something that is over."""

SAME_WITHIN: Final = 0.2
"""Seconds in which a sound asked for twice is one: several accounts, one press."""

ORDER_FIRST: Final = 0.005
"""Seconds a sound waits: an order that leaves at the same moment must not wait for it."""

NEXT_TRY: Final = 10.0
"""Seconds after which a missing device is tried again, when there is something to play."""

LARGEST: Final = 2_000_000
"""Bytes of an own file."""

LONGEST: Final = 2.0
"""Seconds of an own file."""

_GRAVITY: Final = list(Sound)


@dataclass(slots=True)
class Waiting:
    """The sounds that wait for their turn. `now` is monotonic seconds."""

    _queue: list[tuple[Sound, float]] = field(default_factory=list)
    _last: tuple[Sound, float] | None = None

    def add(self, sound: Sound, now: float) -> None:
        """Have it wait, unless it is one with the last."""
        if self._last and self._last[0] is sound and now - self._last[1] < SAME_WITHIN:
            return
        self._last = sound, now
        self._queue.append(self._last)
        if len(self._queue) > WAITING:
            self._queue.remove(min(self._queue, key=lambda one: _GRAVITY.index(one[0])))

    def take(self, now: float) -> Sound | None:
        """The next one whose moment has not passed."""
        while self._queue:
            sound, since = self._queue.pop(0)
            if now - since <= OUTDATED:
                return sound
        return None


class Device(Protocol):
    """What audio.Speaker does."""

    def decode(self, data: bytes, longest: float) -> bytes:
        """Frames to play. Raises Undecodable."""
        ...

    def play(self, pcm: bytes) -> None:
        """Play to the end. Raises NoDevice."""
        ...

    def hush(self) -> None:
        """Have it end now."""
        ...


@dataclass(frozen=True, slots=True)
class _Trial:
    """A choice that is not in use: its sound, its file, who is told, whether it is to be heard."""

    sound: Sound
    file: str
    told: Callable[[str], None]
    aloud: bool


class Loudspeaker:
    """Sounds as the trader chose them. Its calls neither wait nor raise.

    Attributes:
        problem: why the last sound was not heard as chosen, a sentence; "" when it was.
    """

    def __init__(self, device: Device, monotonic: Callable[[], float]) -> None:
        self.problem = ""
        self._device = device
        self._monotonic = monotonic
        self._waiting = Waiting()
        self._trials: list[_Trial] = []
        self._changed = threading.Condition()
        self._is_ended = False
        self._is_on = True
        self._choices: Mapping[Sound, SoundChoice] = {}
        self._try_at = 0.0
        self._thread = threading.Thread(target=self._run, name="sounds", daemon=True)
        self._thread.start()

    def use(self, *, on: bool, choices: Mapping[Sound, SoundChoice]) -> None:
        """Play as chosen from now on."""
        self._is_on, self._choices = on, dict(choices)

    def play(self, sound: Sound) -> None:
        """Have it played, in its turn."""
        if not self._is_on or self._choices.get(sound, SoundChoice()).muted:
            return
        with self._changed:
            self._waiting.add(sound, self._monotonic())
            self._changed.notify()

    def try_out(self, sound: Sound, file: str, told: Callable[[str], None], *, aloud: bool) -> None:
        """See whether a file can be used, and play it if `aloud`, off or muted or not.

        `told` is called in this adapter's thread, with what is wrong, a sentence, or "". Asked for
        again, the one before that still waits is dropped.
        """
        with self._changed:
            others = [one for one in self._trials if (one.sound, one.aloud) != (sound, aloud)]
            self._trials = [*others, _Trial(sound, file, told, aloud)]
            self._changed.notify()

    def end(self) -> None:
        """Stop, within a second: the device's own thread must not outlive the interpreter."""
        with self._changed:
            self._is_ended = True
            self._changed.notify()
        self._device.hush()
        self._thread.join(1.0)

    # --- in the thread ------------------------------------------------------------------------

    def _run(self) -> None:
        while (task := self._next()) is not None:
            try:
                self._do(task)
            except Exception as error:  # noqa: BLE001 - whatever it is, the panel works without
                self.problem = f"Sounds failed ({type(error).__name__})."

    def _next(self) -> Sound | _Trial | None:
        """Wait for the next one, trials last; None at the end."""
        with self._changed:
            while not self._is_ended:
                if (sound := self._waiting.take(self._monotonic())) is not None:
                    ended = self._changed.wait_for(lambda: self._is_ended, ORDER_FIRST)
                    return None if ended else sound
                if self._trials:
                    return self._trials.pop(0)
                self._changed.wait()
        return None

    def _do(self, task: Sound | _Trial) -> None:
        if isinstance(task, _Trial):
            task.told(self._tried(task))
        else:
            self.problem = self._played(task)

    def _tried(self, trial: _Trial) -> str:
        pcm, problem = self._frames(trial.sound, trial.file)
        return (self._heard(pcm) if trial.aloud else "") or problem

    def _played(self, sound: Sound) -> str:
        """Play it; what the trader should know."""
        if self._monotonic() < self._try_at:
            return self.problem
        pcm, problem = self._frames(sound, self._choices.get(sound, SoundChoice()).file)
        if unheard := self._heard(pcm):
            self._try_at = self._monotonic() + NEXT_TRY
        return unheard or problem

    def _heard(self, pcm: bytes) -> str:
        """Play frames; why they were not heard."""
        try:
            self._device.play(pcm)
        except NoDevice as error:
            return f"No sound can be heard: no audio device of this computer takes it ({error})."
        return ""

    def _frames(self, sound: Sound, own: str) -> tuple[bytes, str]:
        """The sound, and why it is not the trader's own."""
        built_in = self._device.decode(resources.read_bytes(f"sounds/{sound.value}.wav"), LONGEST)
        if not own:
            return built_in, ""
        try:
            return self._device.decode(read_own(Path(own)), LONGEST), ""
        except Undecodable as error:
            name = Path(own).name
            return built_in, f"Your sound {name} is not played, the built-in one is: {error}."


def read_own(path: Path) -> bytes:
    """The bytes of the trader's own file, of no device or pipe.

    Raises:
        Undecodable: it cannot be read, or is too large.
    """
    try:
        if not path.is_file():
            raise Undecodable("there is no such file")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise Undecodable(f"it cannot be read ({reason})") from None
    if len(data) > LARGEST:
        raise Undecodable(f"it is larger than {LARGEST // 1_000_000} MB")
    return data
