"""One panel per data folder: two would each allow one reversal."""

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
