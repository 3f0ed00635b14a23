"""Child processes of a test, and waiting for what they do. Knows nothing of the panel.

Every child leads a group of its own, so that it ends with all that it started itself.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

LOOK_EVERY: Final = 0.03
END_WITHIN: Final = 10.0

T = TypeVar("T")


class Child:
    """A running program whose output goes to a file."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        log: Path,
        *,
        stdin: str = "",
        pass_fds: Sequence[int] = (),
    ) -> None:
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                command,
                env=env,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                pass_fds=pass_fds,
                start_new_session=True,
            )
        self.log = log
        if self._process.stdin is not None:
            self._process.stdin.write(stdin.encode())
            self._process.stdin.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status, None while it runs."""
        return self._process.poll()

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait(self, within: float = END_WITHIN) -> int:
        return self._process.wait(within)

    def kill(self) -> None:
        """Kill this one process; what it started is left alone."""
        self._process.kill()
        self._process.wait()

    def interrupt(self) -> None:
        """What Ctrl+C in a terminal does: every process of the group is told."""
        os.killpg(self._process.pid, signal.SIGINT)

    def end(self) -> None:
        """End it gently, then whatever is left of its group."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_WITHIN)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def wait_until(
    probe: Callable[[], T | None],
    what: str,
    *,
    holds: Callable[[T], bool] = bool,
    within: float = 10.0,
) -> T:
    """The first value of `probe` that is wanted; a true one, unless told otherwise."""
    deadline = time.monotonic() + within
    while (seen := probe()) is None or not holds(seen):
        assert time.monotonic() < deadline, f"{what}: not within {within:g} s, last seen {seen!r}"
        time.sleep(LOOK_EVERY)
    return seen


def wait_until_steady(
    probe: Callable[[], T],
    what: str,
    *,
    seconds: float,
    holds: Callable[[T], bool] = bool,
    within: float = 10.0,
) -> T:
    """The first wanted value of `probe` that has stood for some time."""
    seen, since = probe(), time.monotonic()

    def look() -> tuple[T, float]:
        nonlocal seen, since
        if (now := probe()) != seen:
            seen, since = now, time.monotonic()
        return seen, time.monotonic() - since

    wait_until(look, what, holds=lambda it: holds(it[0]) and it[1] >= seconds, within=within)
    return seen


def stays(probe: Callable[[], T], *, seconds: float) -> T:
    """The value of `probe`, which may not change for some time."""
    first = probe()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert (now := probe()) == first, f"changed from {first!r} to {now!r}"
        time.sleep(LOOK_EVERY)
    return first


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [int(entry.name) for entry in entries if _parent(entry) == pid]


def is_running(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    return _stat(Path("/proc") / str(pid))[:1] not in ([], ["Z"])


def _parent(entry: Path) -> int | None:
    stat = _stat(entry)
    return int(stat[1]) if stat else None


def _stat(entry: Path) -> list[str]:
    """The fields after the command's name: state, parent, and so on."""
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
