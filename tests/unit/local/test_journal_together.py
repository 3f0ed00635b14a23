"""Rows that wait together share one commit: what is said of each of them, and when.

What a power cut leaves of them is in test_power_cut.py.
"""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from ctpanel.app.ports import JournalFailed
from ctpanel.local.journal import SqliteJournal, connect
from tests.fakes.clocks import ManualClock
from tests.unit.local.disk_log import DiskLog
from tests.unit.local.recording_vfs import recorded

NAME = "journal.sqlite3"
MANY = [f"i{number}" for number in range(20)]
TOO_LONG = {"long": "x" * 100_000}
"""More than a full disk takes."""


@asynccontextmanager
async def journal(folder: Path) -> AsyncIterator[SqliteJournal]:
    opened = SqliteJournal(folder / NAME, ManualClock())
    await opened.open()
    try:
        yield opened
    finally:
        await opened.close()


@contextmanager
def held_up(opened: SqliteJournal) -> Iterator[None]:
    """Meanwhile the journal's thread is busy, and rows wait."""
    over = threading.Event()

    def wait() -> None:
        over.wait()

    opened._worker.put(wait)
    try:
        yield
    finally:
        over.set()


def begin(opened: SqliteJournal, intent: str, facts: dict[str, str]) -> "asyncio.Task[None]":
    return asyncio.ensure_future(opened.append(intent, "SENDING", facts))


async def together(
    opened: SqliteJournal, **rows: dict[str, str]
) -> dict[str, BaseException | None]:
    """Append rows that wait at the same time; what each was answered."""
    with held_up(opened):
        tasks = [begin(opened, intent, facts) for intent, facts in rows.items()]
        await asyncio.sleep(0)
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    return dict(zip(rows, answers, strict=True))


def count_commits(opened: SqliteJournal) -> list[str]:
    """A list that grows by every commit from now on."""
    commits: list[str] = []
    assert opened._connection is not None
    opened._connection.set_trace_callback(
        lambda said: commits.append(said) if said == "COMMIT" else None
    )
    return commits


def fill_up(opened: SqliteJournal) -> None:
    """Leave the file no page more."""
    assert opened._connection is not None
    pages = opened._connection.execute("PRAGMA page_count").fetchone()[0]
    opened._connection.execute(f"PRAGMA max_page_count={pages}")


def intents(folder: Path) -> list[str]:
    with sqlite3.connect(folder / NAME) as connection:
        found = connection.execute("SELECT intent FROM journal ORDER BY seq")
        return [intent for (intent,) in found]


async def test_rows_that_wait_together_take_one_commit(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        commits = count_commits(opened)
        await together(opened, **{intent: {} for intent in MANY})
    assert len(commits) == 1


async def test_a_row_that_waits_alone_is_committed_alone(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        commits = count_commits(opened)
        for intent in MANY[:3]:
            await opened.append(intent, "SENDING", {})
    assert len(commits) == 3


async def test_a_row_that_comes_after_others_began_takes_the_next_commit(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        commits = count_commits(opened)
        await together(opened, i1={}, i2={})
        await together(opened, i3={}, i4={})
    assert len(commits) == 2


async def test_rows_that_wait_together_keep_their_order(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await together(opened, **{intent: {} for intent in MANY})
    assert intents(tmp_path) == MANY


async def test_the_chain_goes_on_through_rows_that_waited_together(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.append("i", "SENDING", {})
        await together(opened, **{intent: {} for intent in MANY})
        await opened.append("j", "SENDING", {})
    connect(tmp_path / NAME).close()  # proves every seal


async def test_no_row_is_said_to_be_written_before_the_disk_has_all_of_its_commit(
    tmp_path: Path,
) -> None:
    said: list[list[bool]] = []
    tasks: list[asyncio.Task[None]] = []

    def look() -> bool:
        said.append([task.done() for task in tasks])
        return False

    with recorded(DiskLog(), look):
        async with journal(tmp_path) as opened:
            said.clear()
            with held_up(opened):
                tasks += [begin(opened, intent, {}) for intent in MANY]
                await asyncio.sleep(0)
            await asyncio.gather(*tasks)
            assert said == [[False] * len(MANY)]


async def test_a_commit_that_fails_fails_every_row_in_it(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        fill_up(opened)
        answers = await together(opened, i1={}, i2=TOO_LONG, i3={})
    assert [type(answer) for answer in answers.values()] == [JournalFailed] * 3


async def test_a_commit_that_fails_writes_none_of_its_rows(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.append("i0", "SENDING", {})
        fill_up(opened)
        await together(opened, i1={}, i2=TOO_LONG, i3={})
    assert intents(tmp_path) == ["i0"]


async def test_after_a_commit_that_failed_the_next_rows_are_written(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        fill_up(opened)
        await together(opened, i1={}, i2=TOO_LONG)
        answers = await together(opened, i3={}, i4={})
    assert (answers, intents(tmp_path)) == ({"i3": None, "i4": None}, ["i3", "i4"])


async def test_a_row_whose_waiter_gave_up_before_it_began_is_not_written(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        with held_up(opened):
            first, given_up, last = (begin(opened, intent, {}) for intent in ("i1", "i2", "i3"))
            await asyncio.sleep(0)
            given_up.cancel()
            await asyncio.wait({given_up})
        await asyncio.gather(first, last)
    assert intents(tmp_path) == ["i1", "i3"]


async def test_a_row_that_cannot_be_made_fails_alone(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        with held_up(opened):
            other = begin(opened, "i1", {})
            with pytest.raises(TypeError):
                await opened.append("i2", "SENDING", {"text": object()})  # type: ignore[dict-item]  # no text
        await other
    assert intents(tmp_path) == ["i1"]
