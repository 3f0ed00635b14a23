"""The durable record in SQLite: rows are only ever added, and a row that was added is on disk.

Rows that wait together share one commit, so that many presses in one instant wait for the disk
once or twice and not each in turn. None of them counts before that commit; if it fails, none does.

WAL with synchronous=FULL waits for the disk at every commit; NORMAL may lose the last ones in a
power cut (https://www.sqlite.org/pragma.html#pragma_synchronous). Python's own transactions are
switched off: they begin and end where they please. A file that is damaged, of a newer version, or
not writable is left as it is and said; a new one is begun only when the trader puts it aside.
"""

import csv
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, TextIO, TypeAlias, TypeVar

from ctpanel.app.ports import Clock, JournalFailed
from ctpanel.app.record import Row
from ctpanel.local.chain import FIRST, first_broken, seal
from ctpanel.local.together import Together
from ctpanel.local.volumes import objection
from ctpanel.local.worker import Worker

SCHEMA: Final = 1
PUT_ASIDE: Final = (
    "Look at your positions in NinjaTrader, then put the journal aside with `ctpanel journal aside`"
)
COMMIT_WITHIN: Final = 1.0
"""Seconds a row may take; a disk slower than this is no place to trade from."""

_CREATE: Final = """
CREATE TABLE IF NOT EXISTS journal (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TEXT NOT NULL,
    intent  TEXT NOT NULL,
    step    TEXT NOT NULL,
    facts   TEXT NOT NULL,
    seal    TEXT NOT NULL
) STRICT
"""
_INSERT: Final = "INSERT INTO journal (at, intent, step, facts, seal) VALUES (?, ?, ?, ?, ?)"
_LAST: Final = "SELECT seal FROM journal ORDER BY seq DESC LIMIT 1"
_ALL: Final = "SELECT seq, at, intent, step, facts, seal FROM journal ORDER BY seq"
_HIGHEST: Final = "SELECT seq FROM sqlite_sequence WHERE name = 'journal'"

Written: TypeAlias = tuple[str, str, str, str]
"""at, intent, step, facts - as they come into the file."""

T = TypeVar("T")


class SqliteJournal:
    """The journal of one data folder; all of SQLite happens in one thread of its own."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._worker = Worker("journal")
        self._rows_to_come = Together(self._worker, self._append)
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open or make the file.

        Raises:
            JournalFailed: presses cannot be recorded.
        """
        await self._do(self._open, within=5.0)

    def _open(self) -> None:
        if reason := objection(self._path.parent):
            raise JournalFailed(reason)
        self._connection = connect(self._path)

    async def append(self, intent_id: str, step: str, facts: Mapping[str, str]) -> None:
        """Write one row and wait until it is on disk.

        Raises:
            JournalFailed: it is not certain to be.
        """
        with _as_journal_failed():
            row = self._clock.wall().isoformat(), intent_id, step, json.dumps(dict(facts))
            await self._rows_to_come.do(row, COMMIT_WITHIN)

    def _append(self, rows: Sequence[Written]) -> None:
        append(self._opened(), *rows)

    async def rows(self) -> tuple[Row, ...]:
        """Everything that was ever written, oldest first.

        Raises:
            JournalFailed: it cannot be read.
        """
        return await self._do(self._rows, within=5.0)

    def _rows(self) -> tuple[Row, ...]:
        found = self._opened().execute(_ALL)
        return tuple((intent, step, _facts(raw)) for _, _, intent, step, raw, _ in found)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise JournalFailed("the journal is not open")
        return self._connection

    async def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            await self._do(self._connection.close, within=5.0)

    async def _do(self, work: Callable[[], T], within: float) -> T:
        with _as_journal_failed():
            return await self._worker.do(work, within)


@contextmanager
def _as_journal_failed() -> Iterator[None]:
    try:
        yield
    except TimeoutError:  # before OSError, which it is too
        raise JournalFailed("the disk did not take the journal in time") from None
    except (sqlite3.Error, OSError, MemoryError) as error:
        why = str(error) or "out of memory"
        raise JournalFailed(f"the journal cannot be written: {why}") from error


def connect(path: Path) -> sqlite3.Connection:
    """The journal's file, safe against a power cut, made if need be, and proven whole.

    Raises:
        sqlite3.Error: it cannot be used.
        JournalFailed: a newer ctpanel has written it, or it is not what was written.
    """
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=0.2, check_same_thread=False, isolation_level=None)
    try:
        _prepare(connection)
        _prove_whole(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA:
        raise JournalFailed("the journal was written by a newer ctpanel; update this one")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA fullfsync=1")
    with _transaction(connection):
        connection.execute(_CREATE)
        connection.execute(f"PRAGMA user_version={SCHEMA}")


def _prove_whole(connection: sqlite3.Connection) -> None:
    """Every row is what was written, and none is gone from the end."""
    rows = connection.execute(_ALL).fetchall()
    highest = connection.execute(_HIGHEST).fetchone()
    broken = first_broken(rows)
    if broken is None and highest is not None and highest[0] != len(rows):
        broken = len(rows) + 1
    if broken is not None:
        raise JournalFailed(f"the journal is damaged at row {broken}. {PUT_ASIDE}")


def append(connection: sqlite3.Connection, *rows: Written) -> None:
    """Add rows in one commit; all are on disk when this returns.

    The seal before is read inside the transaction: a commit that failed may have come through.
    """
    with _transaction(connection):
        last = connection.execute(_LAST).fetchone()
        before = FIRST if last is None else last[0]
        for row in rows:
            before = seal(before, *row)
            connection.execute(_INSERT, (*row, before))


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def put_aside(path: Path, now: datetime) -> Path:
    """Rename the journal, whatever state it is in, so that a new one can be begun; its new place.

    Raises:
        OSError: it is still there.
    """
    aside = path.with_name(f"{path.stem}.aside-{now:%Y%m%d-%H%M%S}{path.suffix}")
    for ending in ("-wal", "-shm", ""):  # the main file last: without it the others mean nothing
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside


def _facts(raw: str) -> dict[str, str]:
    try:
        facts = json.loads(raw)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise JournalFailed(f"a row of the journal is damaged. {PUT_ASIDE}")
    return {str(name): str(value) for name, value in facts.items()}


def export_csv(path: Path, out: TextIO) -> int:
    """Write the whole journal as CSV; the number of rows.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    writer = csv.writer(out)
    writer.writerow(("seq", "at", "intent", "step", "facts", "seal"))
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        count = 0
        for count, row in enumerate(connection.execute(_ALL), start=1):  # noqa: B007 - the last count is the answer
            writer.writerow(row)
        return count
    finally:
        connection.close()
