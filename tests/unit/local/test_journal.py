"""The journal's file: durable, append-only, and honest about what it cannot do."""

import asyncio
import io
import sqlite3
import stat
from collections import UserDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ctpanel.app.ports import JournalFailed
from ctpanel.local.journal import SCHEMA, SqliteJournal, append, connect, export_csv, put_aside
from tests.fakes.clocks import START, ManualClock

OPEN_FILES = Path("/proc/self/fd")
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
    assert connection.execute("PRAGMA fullfsync").fetchone() == (1,)
    connection.close()


def test_another_writer_is_waited_for_a_moment_only(tmp_path: Path) -> None:
    connection = connect(tmp_path / "journal.sqlite3")
    assert connection.execute("PRAGMA busy_timeout").fetchone() == (200,)
    connection.close()


def test_the_file_says_of_which_version_it_is(tmp_path: Path) -> None:
    connection = connect(tmp_path / "journal.sqlite3")
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
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
async def test_facts_that_are_none_are_said_and_not_passed_over(tmp_path: Path, facts: str) -> None:
    path = tmp_path / "journal.sqlite3"
    async with journal(path) as opened:
        other = connect(path)
        append(other, ("t", "i1", "SENDING", facts))
        other.close()
        with pytest.raises(JournalFailed, match="damaged"):
            await opened.rows()


DAMAGE = {
    "a changed row": ("UPDATE journal SET facts = '{}' WHERE seq = 2", 2),
    "a changed time": ("UPDATE journal SET at = 'then' WHERE seq = 1", 1),
    "a changed intent": ("UPDATE journal SET intent = 'i9' WHERE seq = 2", 2),
    "a changed step": ("UPDATE journal SET step = 'PROVED' WHERE seq = 2", 2),
    "a changed number": ("UPDATE journal SET seq = 5 WHERE seq = 3", 3),
    "a row taken out": ("DELETE FROM journal WHERE seq = 2", 2),
    "the first row taken out": ("DELETE FROM journal WHERE seq = 1", 1),
    "the last row taken out": ("DELETE FROM journal WHERE seq = 3", 3),
    "two rows changed over": ("UPDATE journal SET seq = 5 - seq WHERE seq = 3", 2),
    "a row put in": (
        "INSERT INTO journal (at, intent, step, facts, seal) VALUES ('t', 'i', 's', '{}', '')",
        4,
    ),
}


@pytest.mark.parametrize(("change", "row"), DAMAGE.values(), ids=DAMAGE)
async def test_a_row_that_is_not_what_was_written_keeps_the_journal_shut(
    tmp_path: Path, change: str, row: int
) -> None:
    path = tmp_path / "journal.sqlite3"
    async with journal(path) as opened:
        for number in range(3):
            await opened.append(f"i{number}", "SENDING", SENDING)
    with sqlite3.connect(path) as other:
        if "5 - seq" in change:
            other.execute("DELETE FROM journal WHERE seq = 2")
        other.execute(change)
    before = path.read_bytes()
    with pytest.raises(JournalFailed, match=f"damaged at row {row}"):
        await SqliteJournal(path, ManualClock()).open()
    assert path.read_bytes() == before


async def test_a_file_with_flipped_bytes_keeps_the_journal_shut(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with journal(path) as opened:
        for number in range(50):
            await opened.append(f"i{number}", "SENDING", SENDING)
    raw = bytearray(path.read_bytes())
    raw[raw.rindex(b"LONG 3")] ^= 0x01
    path.write_bytes(raw)
    with pytest.raises(JournalFailed):
        await SqliteJournal(path, ManualClock()).open()


async def test_a_row_from_another_writer_in_between_does_not_break_the_chain(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.sqlite3"
    async with journal(path) as opened:
        await opened.append("i1", "SENDING", SENDING)
        other = connect(path)
        append(other, ("t", "i1", "VERDICT", "{}"))
        other.close()
        await opened.append("i2", "SENDING", SENDING)
    async with journal(path) as again:
        assert [step for _, step, _ in await again.rows()] == ["SENDING", "VERDICT", "SENDING"]


async def test_a_journal_put_aside_makes_room_for_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(b"something else entirely" * 100)
    aside = put_aside(path, START)
    assert aside.read_bytes().startswith(b"something else")
    async with journal(path) as opened:
        assert await opened.rows() == ()


def test_everything_of_a_journal_is_put_aside_together(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).write_text(ending)
    aside = put_aside(path, START)
    assert aside.name == "journal.aside-20261123-143000.sqlite3"
    kept = {found.name: found.read_text() for found in tmp_path.iterdir()}
    assert kept == {aside.name + ending: ending for ending in ("", "-wal", "-shm")}


async def test_a_file_that_may_not_be_used_is_a_failed_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.symlink_to(tmp_path / "nowhere" / "journal.sqlite3")
    with pytest.raises(JournalFailed):
        await SqliteJournal(path, ManualClock()).open()


async def test_a_journal_that_is_not_open_takes_nothing(tmp_path: Path) -> None:
    closed = SqliteJournal(tmp_path / "journal.sqlite3", ManualClock())
    with pytest.raises(JournalFailed, match="not open"):
        await closed.append("i1", "SENDING", SENDING)


async def test_a_journal_that_is_not_open_is_not_an_empty_one(tmp_path: Path) -> None:
    closed = SqliteJournal(tmp_path / "journal.sqlite3", ManualClock())
    with pytest.raises(JournalFailed, match="not open"):
        await closed.rows()


async def test_closing_a_journal_that_was_never_open_does_nothing(tmp_path: Path) -> None:
    await SqliteJournal(tmp_path / "journal.sqlite3", ManualClock()).close()


class StuckDisk:
    """A worker whose work is never done in time."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    async def do(self, _work: object, within: float) -> None:
        self.waited.append(within)
        raise TimeoutError


async def test_a_disk_that_takes_too_long_is_a_failed_journal(tmp_path: Path) -> None:
    stuck = SqliteJournal(tmp_path / "journal.sqlite3", ManualClock())
    disk = StuckDisk()
    stuck._worker = disk  # type: ignore[assignment]  # no real disk is as slow
    stuck._rows_to_come = disk  # type: ignore[assignment]  # the same
    with pytest.raises(JournalFailed, match="in time"):
        await stuck.open()
    with pytest.raises(JournalFailed, match="in time"):
        await stuck.append("i1", "SENDING", SENDING)
    with pytest.raises(JournalFailed, match="in time"):
        await stuck.rows()
    assert disk.waited == [5.0, 1.0, 5.0]


class NoMemoryLeft(UserDict[str, str]):
    """Facts that cannot be copied any more."""

    def keys(self) -> Any:  # noqa: ANN401 - it never returns
        raise MemoryError


async def test_memory_that_runs_out_is_a_failed_journal_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with journal(path) as opened:
        with pytest.raises(JournalFailed, match="out of memory"):
            await opened.append("i1", "SENDING", NoMemoryLeft())
        await opened.append("i2", "SENDING", SENDING)
    assert rows(path) == [("i2", "SENDING")]


def test_a_row_that_is_refused_leaves_the_journal_ready_for_the_next(tmp_path: Path) -> None:
    connection = connect(tmp_path / "journal.sqlite3")
    nameless: Any = ("t", None, "SENDING", "{}")
    with pytest.raises(sqlite3.IntegrityError):
        append(connection, nameless)
    append(connection, ("t", "i1", "SENDING", "{}"))
    connection.close()
    assert rows(tmp_path / "journal.sqlite3") == [("i1", "SENDING")]


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="the system does not list open files")
def test_a_file_that_cannot_be_used_is_not_kept_open(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(sqlite3.DatabaseError) as caught:  # it holds what its frames held
        connect(path)
    assert path not in [found.resolve() for found in OPEN_FILES.iterdir()], caught


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


def test_the_export_of_an_empty_journal_is_its_heading(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    connect(path).close()
    out = io.StringIO()
    assert export_csv(path, out) == 0
    assert out.getvalue().splitlines() == ["seq,at,intent,step,facts,seal"]


async def test_the_export_has_every_row_in_order(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    async with journal(path) as opened:
        await opened.append("i1", "SENDING", SENDING)
        await opened.append("i1", "VERDICT", {"verdict": "REVERSED"})
    out = io.StringIO()
    assert export_csv(path, out) == 2
    lines = out.getvalue().splitlines()
    assert lines[0] == "seq,at,intent,step,facts,seal"
    assert [line.split(",")[3] for line in lines[1:]] == ["SENDING", "VERDICT"]
