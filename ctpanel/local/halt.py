"""The halt as a file: while it is there, nothing that opens risk is sent, in this run or the next.

Whatever cannot be read counts as a halt. The file is written by whoever pulls the switch, in that
thread: the window's own loop may be the one thing that does not run.
"""

import threading
from pathlib import Path

from ctpanel.domain.halt import HaltCause, Halted
from ctpanel.local.files import replace_text


class HaltFile:
    """The halt of one data folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pulled = threading.Event()
        self._lock = threading.Lock()

    @property
    def is_pulled(self) -> bool:
        """Whether nothing may leave."""
        return self._pulled.is_set()

    def load(self) -> Halted | None:
        """The halt an earlier run left, if any; it holds from here on."""
        try:
            name = self._path.read_bytes().decode().strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeError):
            name = HaltCause.RECORD.name
        self._pulled.set()
        return Halted(HaltCause[name] if name in HaltCause.__members__ else HaltCause.RECORD)

    def pull(self, cause: HaltCause) -> Halted:
        """Halt at once; the file follows."""
        self._pulled.set()
        with self._lock:
            self._pulled.set()  # a release that was under way has let go of it
            try:
                replace_text(self._path, f"{cause.name}\n")
            except OSError:
                return Halted(cause, saved=False)
        return Halted(cause)

    def release(self) -> None:
        """End it.

        Raises:
            OSError: the file is still there, and so is the halt.
        """
        with self._lock:
            self._path.unlink(missing_ok=True)
            self._pulled.clear()
