"""The durable record in SQLite: rows are only ever added, and a row that was added is on disk.

WAL with synchronous=FULL waits for the disk at every commit; NORMAL may lose the last ones in a
power cut (https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

import csv
import json
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TextIO, TypeVar

from ctpanel.app.ports import Clock, JournalFailed
from ctpanel.app.record import Row
from ctpanel.local.worker import Worker

SCHEMA: Final = 1
COMMIT_WITHIN: Final = 1.0
"""Seconds a row may take; a disk slower than this is no place to trade from."""

_CREATE: Final = """
CREATE TABLE IF NOT EXISTS journal (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TEXT NOT NULL,
    intent  TEXT NOT NULL,
    step    TEXT NOT NULL,
    facts   TEXT NOT NULL
) STRICT
"""

T = TypeVar("T")


class SqliteJournal:
    """The journal of one data folder; all of SQLite happens in one thread of its own."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._worker = Worker("journal")
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open or make the file.

        Raises:
            JournalFailed: presses cannot be recorded.
        """
        await self._do(self._open, within=5.0)

    def _open(self) -> None:
        self._connection = connect(self._path)

    async def append(self, intent_id: str, step: str, facts: Mapping[str, str]) -> None:
        """Write one row and wait until it is on disk.

        Raises:
            JournalFailed: it is not certain to be.
        """
        row = (self._clock.wall().isoformat(), intent_id, step, json.dumps(dict(facts)))
        await self._do(lambda: self._append(row), within=COMMIT_WITHIN)

    def _append(self, row: tuple[str, str, str, str]) -> None:
        if self._connection is None:
            raise JournalFailed("the journal is not open")
        with self._connection:
            self._connection.execute(
                "INSERT INTO journal (at, intent, step, facts) VALUES (?, ?, ?, ?)", row
            )

    async def rows(self) -> tuple[Row, ...]:
        """Everything that was ever written, oldest first.

        Raises:
            JournalFailed: it cannot be read.
        """
        return await self._do(self._rows, within=5.0)

    def _rows(self) -> tuple[Row, ...]:
        if self._connection is None:
            return ()
        found = self._connection.execute("SELECT intent, step, facts FROM journal ORDER BY seq")
        return tuple((intent, step, _facts(raw)) for intent, step, raw in found)

    async def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            await self._do(self._connection.close, within=5.0)

    async def _do(self, work: Callable[[], T], within: float) -> T:
        try:
            return await self._worker.do(work, within)
        except (sqlite3.Error, OSError) as error:
            raise JournalFailed(f"the journal cannot be written: {error}") from error
        except TimeoutError:
            raise JournalFailed("the disk did not take the journal in time") from None


def connect(path: Path) -> sqlite3.Connection:
    """The journal's file, safe against a power cut, made if need be.

    Raises:
        sqlite3.Error: it cannot be used.
        JournalFailed: a newer ctpanel has written it.
    """
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=0.2, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA fullfsync=1")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA:
        connection.close()
        raise JournalFailed("the journal was written by a newer ctpanel; update this one")
    with connection:
        connection.execute(_CREATE)
        connection.execute(f"PRAGMA user_version={SCHEMA}")
    return connection


def _facts(raw: str) -> dict[str, str]:
    try:
        facts = json.loads(raw)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise JournalFailed("a row of the journal is damaged")
    return {str(name): str(value) for name, value in facts.items()}


def export_csv(path: Path, out: TextIO) -> int:
    """Write the whole journal as CSV; the number of rows.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    writer = csv.writer(out)
    writer.writerow(("seq", "at", "intent", "step", "facts"))
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT seq, at, intent, step, facts FROM journal ORDER BY seq")
        count = 0
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last count is the answer
            writer.writerow(row)
        return count
    finally:
        connection.close()
