"""The processes beside the panel: started, spoken to by lines, and ended with their stdin."""

import subprocess
import sys
from contextlib import AbstractContextManager
from typing import Final, Self

END_WITHIN: Final = 5.0
_LINE: Final = "listening on "


class Helper(AbstractContextManager["Helper"]):
    """A module of the soak as a process.

    Attributes:
        origin: its address.
    """

    def __init__(self, module: str, *arguments: str, first: str = "") -> None:
        self._process = subprocess.Popen(  # noqa: S603 - a module of our own
            [sys.executable, "-m", f"tests.soak.{module}", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if first:
            self.tell(first)
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line.startswith(_LINE), f"{module} said {line!r}"
        self.origin = line.removeprefix(_LINE)

    @property
    def port(self) -> str:
        return self.origin.rpartition(":")[2]

    def tell(self, line: str) -> None:
        """Have it do something; it does not answer, so nobody has to wait."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(END_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
