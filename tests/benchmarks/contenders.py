"""This side of a race: the processes that take part, and the one shot each is asked for."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeAlias

import msgspec

from tests.benchmarks.shots import Shot
from tests.benchmarks.world import ELSEWHERE, REVERSAL, reverse_path

ROOT: Final = Path(__file__).parents[2]
HOST: Final = "127.0.0.1"
END_WITHIN: Final = 20
"""Seconds a child gets to end by itself once its stdin is closed."""

Figures: TypeAlias = Mapping[str, list[float]]
"""Milliseconds, by row."""


def far_from_proxies() -> dict[str, str]:
    """The environment, without what would lead a request elsewhere."""
    return {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}


class Child:
    """A module of this folder as a process that answers lines, until its stdin closes."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments],
            cwd=ROOT,
            env={**far_from_proxies(), "QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        try:
            self._process.communicate(timeout=END_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def line(self) -> bytes:
        """What it says next."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended")
        return line

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()

    def memory(self) -> float:
        """Its resident memory in megabytes."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        kilobytes = next(line.split()[1] for line in status.splitlines() if "VmRSS" in line)
        return int(kilobytes) / 1024


class Listener(Child):
    """A child that listens on a port and says which."""

    def __init__(self, module: str, *arguments: str) -> None:
        super().__init__(module, *arguments)
        self.port = int(self.line())
        self.origin = f"https://{HOST}:{self.port}"


class Server(Listener):
    """The server that says when it had read an order."""

    def read_at(self, orders: int) -> int:
        """The nanosecond at which it had the last of so many."""
        return max(int(self.line()) for _ in range(orders))


class Racer(Child):
    """A contender that stays: a running program."""

    def __init__(self, server: Server, module: str, *arguments: str) -> None:
        super().__init__(module, *arguments)
        self._server = server

    def take(self, name: str) -> Figures:
        self.tell(name)
        shot = msgspec.json.decode(self.line(), type=Shot)
        if not shot.orders:
            return shot.found
        wire = (self._server.read_at(shot.orders) - shot.began) / 1e6
        return {name: [wire], **shot.found}


def one_process(server: Server, name: str, command: list[str], certificate: str) -> Figures:
    """A contender that is started for every press, from the start of the process on."""
    trust = {"REQUESTS_CA_BUNDLE": certificate, "CURL_CA_BUNDLE": certificate}
    began = time.monotonic_ns()
    subprocess.run(
        command, env=far_from_proxies() | trust, capture_output=True, check=True, timeout=30
    )
    return {name: [(server.read_at(1) - began) / 1e6]}


def script_command(origin: str) -> list[str]:
    """The script of one file."""
    script = Path(__file__).with_name("bound_to_a_key.py")
    return [sys.executable, str(script), f"{origin}{reverse_path(ELSEWHERE)}"]


def curl_command(curl: str, origin: str) -> list[str]:
    """The same as one line of shell."""
    body = msgspec.json.encode(REVERSAL).decode()
    headers = ("Authorization: Bearer bench", "Content-Type: application/json")
    named = [word for header in headers for word in ("--header", header)]
    url = f"{origin}{reverse_path(ELSEWHERE)}"
    return [curl, "--silent", "--fail", *named, "--data", body, url]
