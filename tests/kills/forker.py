"""Processes of the core, quickly: one process that has imported everything forks each of them.

`python -m tests.kills.forker` takes the token in its first line, then lists of jobs, a list a line,
and answers each with the exit statuses. It has one thread and no loop, so that a fork is whole.
"""

import gc
import json
import os
import signal
import ssl
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TextIO

import msgspec

from ctpanel.app.ports import Token
from ctpanel.crosstrade.transport import trusted_context
from tests.kills import core
from tests.kills.job import Job

AT_ONCE: Final = 16
"""Processes at a time: most of a run is waiting."""

LONGEST: Final = 30
"""Seconds after which the system ends a process that hangs."""

ROOT: Final = Path(__file__).parents[2]


class Forker:
    """The other side of it, in the test."""

    def __init__(self, token: Token, log: Path) -> None:
        self._log = log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - a module of our own
                [sys.executable, "-m", __name__],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        self._write(token.reveal().encode())

    def run(self, jobs: Sequence[Job]) -> list[int]:
        """Run them, some at a time; their exit statuses, negative for a signal."""
        self._write(msgspec.json.encode(jobs))
        assert self._process.stdout is not None
        statuses = self._process.stdout.readline()
        assert statuses, self._log.read_text()
        return msgspec.json.decode(statuses, type=list[int])

    def said(self) -> str:
        """What went wrong in any of them."""
        return self._log.read_text()

    def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()

    def end(self) -> None:
        self._process.communicate(timeout=LONGEST)


def main(lines: TextIO) -> None:
    assert "PySide6" not in sys.modules
    token, tls = Token(lines.readline()), trusted_context()
    gc.freeze()  # a collection in a child would copy every page it looks at
    for line in lines:
        statuses = _carry_out(msgspec.json.decode(line, type=list[Job]), token, tls)
        print(json.dumps(statuses), flush=True)  # noqa: T201 - the answer


def _carry_out(jobs: Sequence[Job], token: Token, tls: ssl.SSLContext) -> list[int]:
    running: dict[int, int] = {}
    statuses = [0] * len(jobs)
    for place, job in enumerate(jobs):
        if len(running) == AT_ONCE:
            _bury_one(running, statuses)
        running[_fork(job, token, tls)] = place
    while running:
        _bury_one(running, statuses)
    return statuses


def _bury_one(running: dict[int, int], statuses: list[int]) -> None:
    pid, status = os.wait()
    statuses[running.pop(pid)] = os.waitstatus_to_exitcode(status)


def _fork(job: Job, token: Token, tls: ssl.SSLContext) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.alarm(LONGEST)
        status = core.run(job, token, tls)
    except BaseException:  # noqa: BLE001 - nothing may run on into the parent's work
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(sys.stdin)
