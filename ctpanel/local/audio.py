"""The loudspeaker itself, through miniaudio, which only this file knows. When: sounds.py.

Every call may wait for a device or a disk; they belong in a thread of their own.
"""

import ctypes
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:  # loaded with the first sound
    import miniaudio

RATE: Final = 44_100
"""Frames per second of everything that is played: 16 bits, one channel."""

_BYTES: Final = 2
_PERIOD_MS: Final = 25
_PERIODS: Final = 3
_TAIL: Final = RATE * _PERIOD_MS * (_PERIODS + 1) // 1000
"""Frames of silence behind a sound: a device that is stopped throws away what it still holds."""

_HANGS_AFTER: Final = 1.0
"""Seconds beyond a sound's own length after which its device is given up."""

_BACKENDS: Final = {"win32": ("WASAPI", "DSOUND", "WINMM"), "darwin": ("COREAUDIO",)}
_BACKENDS_ELSEWHERE: Final = ("PULSEAUDIO", "ALSA")
"""By name and without miniaudio's own last resort, which plays to nobody and says it is well."""


class NoDevice(Exception):
    """No audio device takes the sound."""


class Undecodable(Exception):
    """These bytes are no sound that can be played; the text says why."""


class Speaker:
    """Decodes and plays. One sound at a time, each on a device opened for it.

    So the default device may change between two sounds, and is held from nobody else meanwhile.
    """

    def __init__(self, backends: Sequence[str] = ()) -> None:
        self._backends = backends or _BACKENDS.get(sys.platform, _BACKENDS_ELSEWHERE)
        self._is_over = threading.Event()

    def decode(self, data: bytes, longest: float) -> bytes:
        """WAV, FLAC, MP3 or Ogg Vorbis as frames to play.

        Raises:
            Undecodable: it is none of these, empty, or longer than `longest` seconds.
        """
        audio, pcm = _loaded(), bytearray()
        try:
            for chunk in audio.stream_memory(data, audio.SampleFormat.SIGNED16, 1, RATE):
                pcm += chunk.tobytes()
                if len(pcm) > longest * RATE * _BYTES:
                    raise Undecodable(f"it is longer than {longest:g} s")
        except audio.MiniaudioError:
            raise Undecodable("it is no WAV, FLAC, MP3 or Ogg Vorbis") from None
        if not pcm:
            raise Undecodable("it is empty")
        return bytes(pcm)

    def play(self, pcm: bytes) -> None:
        """Play to the end.

        Raises:
            NoDevice: it was not played, or not to its end.
        """
        self._is_over.clear()
        audio = _loaded()
        try:
            with _device(audio, self._backends) as device:
                device.start(_frames(pcm, self._is_over.set))
                over = self._is_over.wait(len(pcm) / (RATE * _BYTES) + _HANGS_AFTER)
                device.stop()
        except audio.MiniaudioError as error:
            raise NoDevice(str(error.args[0])) from None
        if not over:
            raise NoDevice("it does not play")

    def hush(self) -> None:
        """Have a sound that is being played end now; from any thread."""
        self._is_over.set()


def _frames(pcm: bytes, over: Callable[[], None]) -> Generator[bytes, int, None]:
    """What miniaudio asks for frames, in its own thread; begun already, as it expects."""
    asked = _asked(pcm + bytes(_TAIL * _BYTES), over)
    next(asked)
    return asked


def _asked(pcm: bytes, over: Callable[[], None]) -> Generator[bytes, int, None]:
    place, wanted = 0, (yield b"")
    while place < len(pcm):
        chunk = pcm[place : place + wanted * _BYTES]
        place += len(chunk)
        wanted = yield chunk
    over()
    while True:
        yield b""


@contextmanager
def _device(audio: Any, backends: Sequence[str]) -> "Iterator[miniaudio.PlaybackDevice]":  # noqa: ANN401 - a module
    """An open device.

    WORKAROUND: miniaudio 1.71 never gives back the context behind a device, which holds a
    connection to the sound server; https://github.com/irmen/pyminiaudio has no call for it.
    """
    device: miniaudio.PlaybackDevice = audio.PlaybackDevice.__new__(audio.PlaybackDevice)
    try:
        device.__init__(  # in two steps: there is a device to close when this raises
            audio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=RATE,
            buffersize_msec=_PERIOD_MS,
            callback_periods=_PERIODS,
            backends=[audio.Backend[name] for name in backends],
            app_name="ctpanel",
        )
        yield device
    finally:
        if hasattr(device, "_device"):
            device.close()
        if hasattr(device, "_context"):
            audio.lib.ma_context_uninit(device._context)  # noqa: SLF001 - see above


def _loaded() -> Any:  # noqa: ANN401 - a module
    """The library. Loading it takes a few milliseconds, once, in the thread that plays."""
    if (loaded := sys.modules.get("miniaudio")) is not None:
        return loaded
    if sys.platform == "linux":
        _hush_alsa()
    finder = _WithoutNumpy()
    sys.meta_path.insert(0, finder)
    try:
        import miniaudio  # noqa: PLC0415 - not before there is something to play
    finally:
        sys.meta_path.remove(finder)
    return miniaudio


class _WithoutNumpy(MetaPathFinder):
    """Lets this thread load no numpy: miniaudio would, for arrays nobody gives it: 14 MB, 60 ms."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        """None: another finder may find it; or no finder may."""
        if name == "numpy" and threading.get_ident() == self._thread:
            raise ImportError("not needed here")


_ALSA_ERROR: Final = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)
_HUSHED: Final = _ALSA_ERROR(lambda *_: None)


def _hush_alsa() -> None:
    """ALSA writes its own complaints to the terminal; a device that is missing is said by us."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_HUSHED)
