"""The real decoder on real files, and real playing on a device that makes no noise."""

import io
import math
import subprocess
import sys
import threading
import time
import wave

import pytest

from ctpanel import resources
from ctpanel.domain.feedback import Sound
from ctpanel.local.audio import RATE, NoDevice, Speaker, Undecodable

SILENT = ("NULL",)


def wav(seconds: float, rate: int = 8_000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(round(seconds * rate) * 4))
    return file.getvalue()


@pytest.mark.parametrize("sound", Sound)
def test_every_built_in_sound_is_short_and_loud_enough_to_be_heard(sound: Sound) -> None:
    pcm = Speaker().decode(resources.read_bytes(f"sounds/{sound.value}.wav"), 0.5)
    loudest = max(abs(value) for value in memoryview(pcm).cast("h"))
    assert 0.2 < loudest / 32_767 < 0.9
    assert 0.03 < len(pcm) / 2 / RATE <= 0.5


def test_a_sound_of_another_rate_and_two_channels_keeps_its_length() -> None:
    pcm = Speaker().decode(wav(0.25), 2.0)
    assert math.isclose(len(pcm) / 2 / RATE, 0.25, abs_tol=0.01)


def test_a_sound_that_is_too_long_is_given_up_while_it_is_decoded() -> None:
    with pytest.raises(Undecodable, match="longer than 2 s"):
        Speaker().decode(wav(60.0), 2.0)


@pytest.mark.parametrize(
    "data",
    [b"", b"RIFF", b"\xff" * 5_000, wav(0.1)[:30], b"OggS" + bytes(500), b"fLaC" + bytes(99)],
)
def test_what_is_no_sound_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(Undecodable):
        Speaker().decode(data, 2.0)


def test_a_sound_is_played_for_as_long_as_it_is() -> None:
    speaker, began = Speaker(SILENT), time.monotonic()
    speaker.play(bytes(RATE // 5 * 2))
    assert time.monotonic() - began >= 0.2


def test_a_sound_that_is_hushed_ends_at_once() -> None:
    speaker, began = Speaker(SILENT), time.monotonic()
    threading.Timer(0.05, speaker.hush).start()
    speaker.play(bytes(RATE * 30 * 2))
    assert time.monotonic() - began < 15


def test_playing_leaves_no_thread_behind() -> None:
    speaker = Speaker(SILENT)
    speaker.play(bytes(100))
    before = threading.active_count()
    for _ in range(3):
        speaker.play(bytes(100))
    assert threading.active_count() == before


def test_a_backend_that_is_not_there_is_no_device() -> None:
    with pytest.raises(NoDevice):
        Speaker(("SNDIO",) if sys.platform != "openbsd" else ("WASAPI",)).play(bytes(100))


def test_playing_loads_no_numpy() -> None:
    code = (
        "import sys; from ctpanel.local.audio import Speaker; Speaker(('NULL',)).play(bytes(9)); "
        "assert 'miniaudio' in sys.modules; assert 'numpy' not in sys.modules; import numpy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)  # noqa: S603 - our own code
