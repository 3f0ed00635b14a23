"""The paper exchange as a child process of the panel: started, found, ended."""

import secrets
import subprocess
import sys
from typing import Final

from ctpanel.app.ports import Token

STOP_WITHIN: Final = 3.0
"""Seconds a child gets to end by itself once its stdin is closed."""

_LINE: Final = "listening on "


class PaperChild:
    """A running paper exchange, with a token of its own that only travels through a pipe.

    The child ends when its stdin closes, so it cannot outlive the panel however that ends.
    """

    def __init__(self, *options: str) -> None:
        self.token = Token(secrets.token_urlsafe(32))
        self._process = subprocess.Popen(  # noqa: S603 - our own program, arguments of our own
            [*own_command(), "paper", "--child", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        if self._process.stdin is not None:
            self._process.stdin.write(f"{self.token.reveal()}\n")
            self._process.stdin.flush()

    def origin(self) -> str:
        """Its address; waits until it listens.

        Raises:
            RuntimeError: it ended instead.
        """
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line.startswith(_LINE):
            status = self._process.wait(STOP_WITHIN)
            raise RuntimeError(f"the paper exchange did not start (exit status {status})")
        return line.removeprefix(_LINE).strip()

    def stop(self) -> None:
        """End it, gently first."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def own_command() -> list[str]:
    """How to start this program once more, frozen or not; never from the current directory."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-P", "-m", "ctpanel"]
