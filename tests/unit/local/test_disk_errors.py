"""A disk that answers a sync with an error: the row does not count as written, nothing is sent.

What a power cut leaves is in test_power_cut.py.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ctpanel.app.ports import JournalFailed
from ctpanel.domain.outcomes import Cause, Code, Denied, NotSent
from ctpanel.domain.report import ReverseStopped
from ctpanel.local.journal import SqliteJournal
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.clocks import ManualClock
from tests.unit.local.disk_log import DiskLog
from tests.unit.local.recording_vfs import recorded

NAME = "journal.sqlite3"
ROWS = 12

SQLITE_PASSES_OVER_SOME = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)
"""apsw says so where SQLite does not tell of a failed sync: of a checkpoint, or at the close."""


@dataclass(eq=False)
class Disk:
    """A disk whose syncs fail: the one of this number, or all while `is_broken`."""

    fails_at: int | None = None
    is_broken: bool = False
    syncs: int = field(default=0, init=False)

    @contextmanager
    def used(self) -> Iterator[None]:
        with recorded(DiskLog(), self._fails):
            yield

    def _fails(self) -> bool:
        self.syncs += 1
        return self.is_broken or self.syncs == self.fails_at


async def life(folder: Path, disk: Disk, together: int = 1) -> tuple[list[str], list[str]]:
    """Open the journal and append rows; those that were written by its word, and those not.

    As many as `together` says are appended at the same time.
    """
    written: list[str] = []
    failed: list[str] = []
    with disk.used():
        journal = SqliteJournal(folder / NAME, ManualClock())
        try:
            await journal.open()
        except JournalFailed:
            return [], []

        async def append(intent: str) -> None:
            try:
                await journal.append(intent, "SENDING", {})
                written.append(intent)
            except JournalFailed:
                failed.append(intent)

        for first in range(0, ROWS, together):
            numbers = range(first, first + together)
            await asyncio.gather(*(append(f"i{number}") for number in numbers))
        await journal.close()
    return written, failed


async def rows_in(folder: Path) -> list[str]:
    """What the next start finds, on a disk that works."""
    journal = SqliteJournal(folder / NAME, ManualClock())
    await journal.open()
    found = [intent for intent, _, _ in await journal.rows()]
    await journal.close()
    return found


async def test_a_row_whose_sync_fails_is_not_written(tmp_path: Path) -> None:
    disk = Disk()
    with disk.used():
        journal = SqliteJournal(tmp_path / NAME, ManualClock())
        await journal.open()
        disk.is_broken = True
        with pytest.raises(JournalFailed):
            await journal.append("i1", "SENDING", {})
        assert await journal.rows() == ()
        disk.is_broken = False
        await journal.close()


@SQLITE_PASSES_OVER_SOME
async def test_whichever_sync_fails_no_row_is_missing_that_was_said_to_be_written(
    tmp_path: Path,
) -> None:
    whole = Disk()
    written, _ = await life(tmp_path, whole)
    assert len(written) == ROWS
    for number in range(1, whole.syncs + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        written, _ = await life(folder, Disk(fails_at=number))
        assert set(written) <= set(await rows_in(folder)), f"sync {number}"


@SQLITE_PASSES_OVER_SOME
async def test_whichever_sync_fails_no_row_of_several_at_once_is_missing_that_was_written(
    tmp_path: Path,
) -> None:
    whole = Disk()
    await life(tmp_path, whole, together=4)
    for number in range(1, whole.syncs + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        written, failed = await life(folder, Disk(fails_at=number), together=4)
        assert set(written) <= set(await rows_in(folder)), f"sync {number}"
        assert len(written) + len(failed) in (0, ROWS)


@SQLITE_PASSES_OVER_SOME
async def test_every_append_waits_for_a_sync_that_can_fail(tmp_path: Path) -> None:
    failed = []
    whole = Disk()
    await life(tmp_path, whole)
    for number in range(1, whole.syncs + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        failed += (await life(folder, Disk(fails_at=number)))[1]
    assert set(failed) == {f"i{number}" for number in range(ROWS)}


async def press_on(disk: Disk, folder: Path) -> Bench:
    """One press while no sync succeeds, then one on a disk that works again."""
    with disk.used():
        journal = SqliteJournal(folder / NAME, ManualClock())
        await journal.open()
        async with ready_panel(journal=journal) as bench:
            disk.is_broken = True
            bench.press()
            await bench.idle()
            disk.is_broken = False
            await asyncio.sleep(1.0)  # the button may be pressed again, were it not for the record
            bench.press()
            await bench.idle()
        await journal.close()
    return bench


async def test_a_press_whose_row_could_not_be_synced_is_not_sent(tmp_path: Path) -> None:
    bench = await press_on(Disk(), tmp_path)
    stopped = [event for event in bench.events if isinstance(event, ReverseStopped)]
    outcomes = [event.outcome for event in stopped]
    assert [isinstance(o, NotSent) and o.cause is Cause.JOURNAL for o in outcomes] == [True]
    assert bench.server.sent == []


async def test_after_a_sync_that_failed_every_press_is_denied(tmp_path: Path) -> None:
    bench = await press_on(Disk(), tmp_path)
    offer = bench.state.offer
    assert isinstance(offer, Denied)
    assert offer.code is Code.JOURNAL_FAULT
    assert bench.server.sent == []
