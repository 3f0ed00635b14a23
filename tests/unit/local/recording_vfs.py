"""SQLite's own file layer, with everything that changes the disk written into a DiskLog, and with
syncs that fail where a test wants it.

The only file that knows apsw: the sqlite3 of the standard library cannot be given a file layer.
What is recorded is apsw's SQLite; what is opened afterwards is opened by the product's.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from unittest import mock

import apsw

from tests.unit.local.disk_log import DiskLog, Resize, Sync, SyncFolder, Write

NAME: Final = "recording"
_OWN: Final = apsw.vfs_names()[0]
"""What SQLite uses by itself."""

_SYNCS_ITS_FOLDER: Final = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_WAL
"""What os_unix.c opens with UNIXFILE_DIRSYNC: the folder is synced after the file's first sync."""


class _File(apsw.VFSFile):
    def __init__(self, vfs: "_Vfs", path: str | apsw.URIFilename, flags: list[int]) -> None:
        super().__init__(_OWN, path, flags)
        name = path if isinstance(path, str) else path.filename()
        self._log, self._sync_fails = vfs.log, vfs.sync_fails
        self._number = self._log.opened(Path(name).name)
        self._folder_too = bool(flags[0] & _SYNCS_ITS_FOLDER)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802, ANN401 - apsw's name and type
        super().xWrite(data, offset)
        self._log.events.append(Write(self._number, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - apsw's name
        super().xTruncate(newsize)
        self._log.events.append(Resize(self._number, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802 - apsw's name
        if self._sync_fails():
            raise apsw.exception_for(apsw.SQLITE_IOERR_FSYNC)
        super().xSync(flags)
        self._log.events.append(Sync(self._number))
        if self._folder_too:
            self._folder_too = False
            self._log.events.append(SyncFolder())


class _Vfs(apsw.VFS):
    def __init__(self, log: DiskLog, sync_fails: Callable[[], bool]) -> None:
        super().__init__(NAME, _OWN, makedefault=True)  # only a default is asked for xRandomness
        self.log, self.sync_fails = log, sync_fails

    def xOpen(  # noqa: N802 - apsw's name
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> apsw.VFSFile:
        if name is None:
            raise AssertionError("a temporary file: what would become of it is not recorded")
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802, FBT001 - apsw's
        super().xDelete(filename, syncdir)
        self.log.unlinked(Path(filename).name)
        if syncdir:
            self.log.events.append(SyncFolder())

    def xRandomness(self, numbytes: int) -> bytes:  # noqa: N802 - apsw's name
        """The salts of the log: the same at every run of the tests."""
        return random.Random(numbytes).randbytes(numbytes)  # noqa: S311 - seeded on purpose


class _Connection(apsw.Connection):
    """Its errors are those of the sqlite3 module, which the product knows."""

    def execute(self, *arguments: Any, **options: Any) -> apsw.Cursor:  # noqa: ANN401 - passed on
        try:
            return super().execute(*arguments, **options)
        except apsw.Error as error:
            raise sqlite3.OperationalError(str(error)) from error

    def close(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - apsw's signature
        """Without a word of what failed meanwhile, as sqlite3's own."""
        with suppress(apsw.Error):
            super().close(force)


@contextmanager
def recorded(log: DiskLog, sync_fails: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Whatever the product opens meanwhile is opened by apsw, and recorded.

    `sync_fails` is asked at every sync.
    """

    def connect(path: Path, **_: object) -> apsw.Connection:
        return _Connection(str(path), vfs=NAME)

    vfs = _Vfs(log, sync_fails)
    apsw.randomness(0)  # forgets what was drawn before, and asks xRandomness anew
    try:
        with mock.patch.object(sqlite3, "connect", connect):
            yield
    finally:
        vfs.unregister()
