"""One panel per data folder: two would each allow one reversal.

A second one can ask the first for one thing, to show its window: by a file beside the lock, whose
being there is the whole message. Nothing is read from it and nothing listens; who may not write
into the folder cannot ask, and another folder is another panel.
"""

from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout


class AlreadyRunning(Exception):
    """Another panel holds the folder."""


def hold(path: Path) -> FileLock:
    """Take the folder's lock; the system frees it when the process ends, however it ends.

    Raises:
        AlreadyRunning: somebody has it.
        OSError: it cannot be made.
    """
    lock = FileLock(path, timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunning(str(path.parent)) from None
    return lock


def knock(path: Path) -> None:
    """Ask the panel that has this path to show its window, if it can be asked."""
    with suppress(OSError):
        path.touch(mode=0o600)


def was_knocked(path: Path) -> bool:
    """Whether somebody has asked since the last time; it is answered by this."""
    try:
        path.unlink()
    except OSError:  # there is none, or what is there is nothing of ours
        return False
    return True
