"""Sounds: in turn, never too many, never too late, and never in the way of anything else."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest

from ctpanel import resources
from ctpanel.domain.feedback import Sound, SoundChoice
from ctpanel.local.audio import NoDevice, Undecodable
from ctpanel.local.sounds import (
    LARGEST,
    NEXT_TRY,
    OUTDATED,
    SAME_WITHIN,
    WAITING,
    Loudspeaker,
    Waiting,
    read_own,
)
from tests.fakes.clocks import ManualClock

ARMED, SENT, REVERSED, REFUSED, UNKNOWN = Sound
BUILT_IN = {resources.read_bytes(f"sounds/{sound.value}.wav"): sound for sound in Sound}
SOON = 10.0


class FakeDevice:
    """Takes note of what it plays, holds on to a sound while it is told to, fails when told to.

    Of its formats it knows the built-in sounds, and files that begin with `sound`.
    """

    def __init__(self) -> None:
        self.played: Queue[Sound | bytes] = Queue()
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.is_missing = False
        self.error: Exception | None = None

    def decode(self, data: bytes, longest: float) -> bytes:
        if data not in BUILT_IN and not data.startswith(b"sound"):
            raise Undecodable("it is no sound")
        return data

    def play(self, pcm: bytes) -> None:
        if self.error is not None:
            self.played.put(b"")
            raise self.error
        self.played.put(BUILT_IN.get(pcm, pcm))
        assert self.goes_on.wait(SOON)

    def hush(self) -> None:
        self.goes_on.set()

    def heard(self) -> Sound | bytes:
        return self.played.get(timeout=SOON)


class Bench:
    def __init__(self) -> None:
        self.device = FakeDevice()
        self.clock = ManualClock()
        self.speaker = Loudspeaker(self.device, self.clock.monotonic)

    def chosen(self, choices: Mapping[Sound, SoundChoice]) -> None:
        self.speaker.use(on=True, choices=choices)

    def problem(self, holds: Callable[[str], bool]) -> str:
        """The problem, once the thread has said it."""
        until = time.monotonic() + SOON
        while not holds(self.speaker.problem) and time.monotonic() < until:
            time.sleep(0.001)
        return self.speaker.problem


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.speaker.end()
    assert "sounds" not in {thread.name for thread in threading.enumerate()}


@contextmanager
def busy(bench: Bench) -> Iterator[None]:
    """While one sound is being played."""
    bench.device.goes_on.clear()
    bench.speaker.play(ARMED)
    assert bench.device.heard() is ARMED
    yield
    bench.device.goes_on.set()


def waiting(*asked: tuple[Sound, float]) -> Waiting:
    made = Waiting()
    for sound, now in asked:
        made.add(sound, now)
    return made


def all_of(queue: Waiting, now: float) -> list[Sound]:
    return list(iter(lambda: queue.take(now), None))


# --- what waits -------------------------------------------------------------------------------


def test_sounds_are_taken_in_the_order_they_were_asked_for() -> None:
    assert all_of(waiting((REFUSED, 0), (SENT, 0), (REVERSED, 0)), 0) == [REFUSED, SENT, REVERSED]


def test_one_press_for_several_accounts_is_one_sound() -> None:
    assert all_of(waiting(*[(SENT, 0.0)] * 20), 0) == [SENT]


def test_the_same_sound_later_is_another() -> None:
    assert all_of(waiting((SENT, 0), (SENT, SAME_WITHIN)), 0.3) == [SENT, SENT]


def test_of_too_many_the_least_grave_is_dropped_and_of_these_the_oldest() -> None:
    asked = [(SENT, 0.0), (UNKNOWN, 0.1), (SENT, 0.3), (REFUSED, 0.4), (REVERSED, 0.5)]
    assert all_of(waiting(*asked), 0.5) == [UNKNOWN, REFUSED, REVERSED]
    assert WAITING == 3


def test_a_sound_that_waited_too_long_is_dropped() -> None:
    queue = waiting((REVERSED, 0), (REFUSED, OUTDATED))
    assert all_of(queue, OUTDATED + 0.1) == [REFUSED]


# --- the loudspeaker --------------------------------------------------------------------------


@pytest.mark.parametrize("sound", Sound)
def test_each_sound_is_played_as_its_own(bench: Bench, sound: Sound) -> None:
    bench.speaker.play(sound)
    assert bench.device.heard() is sound


def test_two_sounds_never_overlap(bench: Bench) -> None:
    with busy(bench):
        bench.speaker.play(SENT)
        assert bench.device.played.empty()
    assert bench.device.heard() is SENT


def test_asking_for_a_sound_does_not_wait_for_the_one_that_is_played(bench: Bench) -> None:
    with busy(bench):
        for sound in [SENT, UNKNOWN] * 100:
            bench.speaker.play(sound)  # would hang here


def test_a_muted_sound_is_not_played_and_others_are(bench: Bench) -> None:
    bench.chosen({SENT: SoundChoice(muted=True)})
    bench.speaker.play(SENT)
    bench.speaker.play(REFUSED)
    assert bench.device.heard() is REFUSED


def test_with_sounds_off_nothing_is_played_until_they_are_on_again(bench: Bench) -> None:
    bench.speaker.use(on=False, choices={})
    bench.speaker.play(UNKNOWN)
    bench.chosen({})
    bench.speaker.play(SENT)
    assert bench.device.heard() is SENT


def test_an_own_file_is_played_instead_of_the_built_in_one(bench: Bench, tmp_path: Path) -> None:
    own = tmp_path / "mine.ogg"
    own.write_bytes(b"sound of mine")
    bench.chosen({SENT: SoundChoice(file=str(own))})
    bench.speaker.play(SENT)
    assert bench.device.heard() == b"sound of mine"
    assert bench.speaker.problem == ""


def test_an_own_file_that_cannot_be_used_is_said_and_the_built_in_one_played(
    bench: Bench, tmp_path: Path
) -> None:
    own = tmp_path / "mine.txt"
    own.write_bytes(b"words")
    bench.chosen({SENT: SoundChoice(file=str(own))})
    bench.speaker.play(SENT)
    assert bench.device.heard() is SENT
    assert bench.problem(bool) == (
        "Your sound mine.txt is not played, the built-in one is: it is no sound."
    )


def test_a_missing_device_is_said_and_tried_again_later(bench: Bench) -> None:
    bench.device.error = NoDevice("none")
    assert bench.speaker._played(SENT).startswith("No sound can be heard")
    bench.device.error = None
    bench.clock.seconds += NEXT_TRY
    assert bench.speaker._played(SENT) == ""


def test_a_missing_device_is_not_tried_for_every_sound(bench: Bench) -> None:
    bench.device.error = NoDevice("none")
    bench.speaker._played(SENT)
    bench.clock.seconds += NEXT_TRY - 1
    bench.speaker._played(REFUSED)
    assert bench.device.played.qsize() == 1


def test_a_fault_in_playing_is_said_and_the_next_sound_is_played(bench: Bench) -> None:
    bench.device.error = ZeroDivisionError()
    bench.speaker.play(SENT)
    bench.device.heard()
    assert bench.problem(bool) == "Sounds failed (ZeroDivisionError)."
    bench.device.error = None
    bench.speaker.play(REFUSED)
    assert bench.device.heard() is REFUSED


def test_the_end_does_not_wait_for_a_sound_to_end(bench: Bench) -> None:
    with busy(bench):
        bench.speaker.end()
        assert not bench.speaker._thread.is_alive()


# --- trying one out ---------------------------------------------------------------------------


def tried(bench: Bench, sound: Sound, file: str, *, aloud: bool) -> str:
    """What is said of it."""
    said: Queue[str] = Queue()
    bench.speaker.try_out(sound, file, said.put, aloud=aloud)
    return said.get(timeout=SOON)


def test_a_sound_is_tried_out_though_sounds_are_off_and_it_is_muted(bench: Bench) -> None:
    bench.speaker.use(on=False, choices={SENT: SoundChoice(muted=True)})
    assert tried(bench, SENT, "", aloud=True) == ""
    assert bench.device.heard() is SENT


def test_a_file_that_is_tried_out_is_heard_before_it_is_chosen(
    bench: Bench, tmp_path: Path
) -> None:
    own = tmp_path / "mine.ogg"
    own.write_bytes(b"sound of mine")
    tried(bench, SENT, str(own), aloud=True)
    assert bench.device.heard() == b"sound of mine"
    bench.speaker.play(SENT)
    assert bench.device.heard() is SENT


def test_a_file_is_looked_at_without_a_sound(bench: Bench, tmp_path: Path) -> None:
    said = tried(bench, SENT, str(tmp_path / "gone.wav"), aloud=False)
    assert said == (
        "Your sound gone.wav is not played, the built-in one is: there is no such file."
    )
    assert bench.device.played.empty()


def test_a_trial_that_nobody_could_hear_is_told_and_says_nothing_of_what_is_in_use(
    bench: Bench,
) -> None:
    bench.device.error = NoDevice("none")
    assert tried(bench, SENT, "", aloud=True).startswith("No sound can be heard")
    assert bench.speaker.problem == ""


def test_what_happens_is_heard_before_what_is_tried_out(bench: Bench, tmp_path: Path) -> None:
    with busy(bench):
        bench.speaker.try_out(SENT, "", lambda _: None, aloud=True)
        bench.speaker.play(UNKNOWN)
    assert [bench.device.heard(), bench.device.heard()] == [UNKNOWN, SENT]


def test_a_button_pressed_again_and_again_is_one_sound_after_the_present_one(bench: Bench) -> None:
    with busy(bench):
        for _ in range(20):
            bench.speaker.try_out(SENT, "", lambda _: None, aloud=True)
    tried(bench, REFUSED, "", aloud=True)
    assert [bench.device.heard(), bench.device.heard()] == [SENT, REFUSED]


# --- own files --------------------------------------------------------------------------------


def test_an_own_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    large = tmp_path / "large.wav"
    with large.open("wb") as file:
        file.truncate(LARGEST * 1000)
    with pytest.raises(Undecodable, match="larger than 2 MB"):
        read_own(large)


@pytest.mark.parametrize("name", ["gone.wav", ".", "a\0b"])
def test_an_own_file_that_is_none_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(Undecodable, match=r"no such file|cannot be read"):
        read_own(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    with pytest.raises(Undecodable):
        read_own(pipe)
