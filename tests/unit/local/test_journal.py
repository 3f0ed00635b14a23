"""The journal's file: durable, append-only, and honest about what it cannot do."""

import asyncio
import io
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ctpanel.app.ports import JournalFailed
from ctpanel.local.journal import SCHEMA, SqliteJournal, connect, export_csv
from tests.fakes.clocks import ManualClock

SENDING = {"account": "Sim101", "contract": "MES 12-26", "from": "LONG 3"}


@asynccontextmanager
async def journal(path: Path) -> AsyncIterator[SqliteJournal]:
    opened = SqliteJournal(path, ManualClock())
    await opened.open()
    try:
        yield opened
    finally:
        await opened.close()


def rows(path: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(path) as connection:
        return list(connection.execute("SELECT intent, step FROM journal ORDER BY seq"))


async def test_an_appended_row_is_in_the_file_before_append_returns(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with journal(path) as opened:
        await opened.append("i1", "SENDING", SENDING)
        assert rows(path) == [("i1", "SENDING")]


async def test_every_commit_waits_for_the_disk(tmp_path: Path) -> None:
    connection = connect(tmp_path / "journal.sqlite3")
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


async def test_the_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with journal(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_rows_of_earlier_sessions_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    for intent in ("i1", "i2"):
        async with journal(path) as opened:
            await opened.append(intent, "SENDING", SENDING)
    assert rows(path) == [("i1", "SENDING"), ("i2", "SENDING")]


async def test_rows_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    async with journal(tmp_path / "journal.sqlite3") as opened:
        await opened.append("i1", "SENDING", SENDING)
        await opened.append("i1", "VERDICT", {})
        assert await opened.rows() == (("i1", "SENDING", SENDING), ("i1", "VERDICT", {}))


@pytest.mark.parametrize("facts", ["not json", "[]", "3", "[" * 100_000])
async def test_a_damaged_row_is_said_and_not_passed_over(tmp_path: Path, facts: str) -> None:
    path = tmp_path / "journal.sqlite3"
    async with journal(path) as opened:
        with sqlite3.connect(path) as other:
            row = ("t", "i1", "SENDING", facts)
            other.execute("INSERT INTO journal (at, intent, step, facts) VALUES (?, ?, ?, ?)", row)
        with pytest.raises(JournalFailed, match="damaged"):
            await opened.rows()


async def test_a_file_that_may_not_be_used_is_a_failed_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.symlink_to(tmp_path / "nowhere" / "journal.sqlite3")
    with pytest.raises(JournalFailed):
        await SqliteJournal(path, ManualClock()).open()


async def test_a_journal_that_is_not_open_takes_nothing(tmp_path: Path) -> None:
    closed = SqliteJournal(tmp_path / "journal.sqlite3", ManualClock())
    with pytest.raises(JournalFailed, match="not open"):
        await closed.append("i1", "SENDING", SENDING)


async def test_a_file_that_is_no_journal_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(JournalFailed):
        await SqliteJournal(path, ManualClock()).open()
    assert path.read_bytes().startswith(b"something else")


async def test_a_journal_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    connection = connect(path)
    connection.execute(f"PRAGMA user_version={SCHEMA + 1}")
    connection.close()
    with pytest.raises(JournalFailed, match="newer"):
        await SqliteJournal(path, ManualClock()).open()


async def test_a_journal_locked_by_another_program_fails_soon(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with journal(path) as opened:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = asyncio.get_running_loop().time()
        with pytest.raises(JournalFailed):
            await opened.append("i1", "SENDING", SENDING)
        assert asyncio.get_running_loop().time() - began < 1.5
        other.execute("ROLLBACK")
        other.close()
        await opened.append("i2", "SENDING", SENDING)
    assert rows(path) == [("i2", "SENDING")]


async def test_a_full_disk_fails_the_append(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with journal(path) as opened:
        connection = opened._connection
        assert connection is not None
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(JournalFailed, match="full"):
            await opened.append("i1", "SENDING", {"long": "x" * 100_000})


async def test_the_export_has_every_row_in_order(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with journal(path) as opened:
        await opened.append("i1", "SENDING", SENDING)
        await opened.append("i1", "VERDICT", {"verdict": "REVERSED"})
    out = io.StringIO()
    assert export_csv(path, out) == 2
    lines = out.getvalue().splitlines()
    assert lines[0] == "seq,at,intent,step,facts"
    assert [line.split(",")[3] for line in lines[1:]] == ["SENDING", "VERDICT"]
