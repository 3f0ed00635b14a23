"""The journal after a power cut, at every write: what an order was sent on is in it.

Appends are recorded as the disk sees them, then the power is cut after every event, in every way
that disk_log.py knows. Not here: what SQLite does with a disk that reports errors.
"""

import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from ctpanel.app.ports import JournalFailed
from ctpanel.local.journal import append, connect
from tests.unit.local.disk_log import (
    DiskLog,
    Event,
    Fate,
    Link,
    Mark,
    PowerCut,
    Sync,
    SyncFolder,
    power_cuts,
)
from tests.unit.local.recording_vfs import recorded

Content: TypeAlias = tuple[str, str, str, str]

SEED: Final = 20261123
NAME: Final = "journal.sqlite3"
FATES: Final = (Fate.DROPPED, Fate.KEPT, Fate.STALE, *[Fate.TORN] * 9)
SESSIONS: Final = (15, 15, 10)
"""Rows of each run of the panel; between them the file is closed and opened again."""

TOGETHER: Final = 4
"""Rows that share a commit, where some do; the last of a session are fewer."""

_ROWS: Final = "SELECT at, intent, step, facts FROM journal ORDER BY seq"


def content(number: int) -> Content:
    """One row; of a size of its own, up to more than a page of the file holds."""
    size = random.Random(number).choice((20, 400, 900, 5000))  # noqa: S311 - seeded on purpose
    return f"t{number}", f"i{number}", "SENDING", f'{{"text": "{"x" * size}"}}'


CONTENTS: Final = [content(number) for number in range(100)]


def write(
    path: Path, log: DiskLog, numbers: range, synchronous: str = "", together: int = 1
) -> None:
    """One run of the panel: open, append, close. A checkpoint comes every few rows.

    As many rows as `together` says wait at the same time, and share a commit.
    """
    with recorded(log):
        connection = connect(path)
        connection.execute("PRAGMA wal_autocheckpoint=12")
        if synchronous:
            connection.execute(f"PRAGMA synchronous={synchronous}")
        for first in range(numbers.start, numbers.stop, together):
            group = CONTENTS[first : min(first + together, numbers.stop)]
            log.events.extend([Mark.BEGUN] * len(group))
            append(connection, *group)
            log.events.extend([Mark.RETURNED] * len(group))
        connection.close()


def whole_life(folder: Path, synchronous: str = "", together: int = 1) -> DiskLog:
    """Several runs of the panel, one after the other, from no file on."""
    log, first = DiskLog(), 0
    for count in SESSIONS:
        write(folder / NAME, log, range(first, first + count), synchronous, together)
        first += count
    return log


def sizes(sessions: Sequence[int], together: int) -> Iterator[int]:
    """How many rows each commit has."""
    for count in sessions:
        yield from (min(together, count - first) for first in range(0, count, together))


def lay_out(folder: Path, cut: PowerCut) -> Path:
    """The folder as the power cut left it."""
    for old in folder.iterdir():
        old.unlink()
    for name, left in cut.files.items():
        (folder / name).write_bytes(left)
    if cut.fate is Fate.TORN:  # never synced: it may hold anything, and must not be believed
        (folder / f"{NAME}-shm").write_bytes(random.Random(cut.place).randbytes(32768))  # noqa: S311 - seeded on purpose
    return folder / NAME


def rows_of(path: Path) -> list[Content]:
    """What the panel's next start finds."""
    connection = connect(path)
    try:
        return list(connection.execute(_ROWS))
    finally:
        connection.close()


@dataclass(frozen=True)
class Found:
    """What the next start found after a power cut; None: it would not open the journal."""

    cut: PowerCut
    rows: list[Content] | None

    @property
    def lost(self) -> int:
        """How many rows are gone whose append had returned."""
        return max(0, self.cut.returned - len(self.rows or []))

    @property
    def is_as_written(self) -> bool:
        """Whether the rows are the first ones that were written, unchanged."""
        rows = self.rows or []
        return len(rows) <= self.cut.begun and rows == CONTENTS[: len(rows)]


def replay(log: DiskLog, folder: Path) -> Iterator[Found]:
    """Open what every power cut left."""
    for cut in power_cuts(log, FATES, SEED):
        path = lay_out(folder, cut)
        try:
            yield Found(cut, rows_of(path))
        except (JournalFailed, sqlite3.Error):
            yield Found(cut, None)


def main_file(log: DiskLog) -> int:
    return next(e.file for e in log.events if isinstance(e, Link) and e.name == NAME)


def is_sync_of(event: Event, file: int) -> bool:
    return isinstance(event, Sync) and event.file == file


@pytest.fixture(scope="module")
def after() -> Iterator[Path]:
    """A folder for what was left; in memory where it can be: there it need not wait for a disk."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is our own
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> DiskLog:
    return whole_life(tmp_path_factory.mktemp("recorded"))


@pytest.fixture(scope="module")
def found_together(tmp_path_factory: pytest.TempPathFactory, after: Path) -> list[Found]:
    shared = whole_life(tmp_path_factory.mktemp("together"), together=TOGETHER)
    return list(replay(shared, after))


@pytest.fixture(scope="module")
def found(life: DiskLog, after: Path) -> list[Found]:
    return list(replay(life, after))


def test_the_power_is_cut_in_more_than_a_thousand_ways(found: list[Found]) -> None:
    assert len(found) > 1000


def test_the_power_is_cut_during_checkpoints_too(life: DiskLog) -> None:
    main = main_file(life)
    marks = [e for e in life.events if isinstance(e, Mark) or is_sync_of(e, main)]
    while_appending = [e for before, e in pairwise(marks) if before is Mark.BEGUN]
    assert while_appending.count(Sync(main)) >= 5


def test_no_row_is_missing_whose_append_had_returned(found: list[Found]) -> None:
    assert [str(one.cut) for one in found if one.lost] == []


def test_the_rows_left_are_those_written_first_and_unchanged(found: list[Found]) -> None:
    assert [str(one.cut) for one in found if not one.is_as_written] == []


def test_the_journal_opens_after_every_power_cut(found: list[Found]) -> None:
    assert [str(one.cut) for one in found if one.rows is None] == []


def test_no_row_is_missing_that_shared_a_commit_which_had_returned(
    found_together: list[Found],
) -> None:
    assert [str(one.cut) for one in found_together if one.lost] == []


def test_the_rows_left_of_shared_commits_are_those_written_first_and_unchanged(
    found_together: list[Found],
) -> None:
    assert [str(one.cut) for one in found_together if not one.is_as_written] == []


def test_the_journal_opens_after_every_power_cut_in_shared_commits(
    found_together: list[Found],
) -> None:
    assert [str(one.cut) for one in found_together if one.rows is None] == []


def test_of_rows_that_share_a_commit_all_are_left_or_none(found_together: list[Found]) -> None:
    whole = {0, *accumulate(sizes(SESSIONS, TOGETHER))}
    assert [str(one.cut) for one in found_together if len(one.rows or []) not in whole] == []


def test_a_power_cut_in_the_start_after_a_power_cut_costs_nothing(
    life: DiskLog, after: Path, tmp_path: Path
) -> None:
    some = random.Random(SEED).sample(list(power_cuts(life, FATES, SEED)), 40)  # noqa: S311 - seeded on purpose
    costly = []
    for cut in some:
        before = len(rows_of(lay_out(after, cut)))
        log = DiskLog(cut.files)
        write(lay_out(tmp_path, cut), log, range(before, before + 2))
        for one in replay(log, after):
            rows = one.rows or []
            if len(rows) < before + one.cut.returned or rows != CONTENTS[: len(rows)]:
                costly.append(f"{cut}, then {one.cut}")
    assert costly == []


# --- that these tests can fail ------------------------------------------------------------------


def test_without_waiting_for_the_disk_at_each_commit_rows_are_lost(
    after: Path, tmp_path: Path
) -> None:
    assert any(one.lost for one in replay(whole_life(tmp_path, "NORMAL"), after))


def test_without_waiting_for_the_disk_at_each_shared_commit_rows_are_lost(
    after: Path, tmp_path: Path
) -> None:
    lazy = whole_life(tmp_path, "NORMAL", together=TOGETHER)
    assert any(one.lost for one in replay(lazy, after))


DEAF: dict[str, Callable[[DiskLog], Callable[[Event], bool]]] = {
    "the folder": lambda _: lambda event: isinstance(event, SyncFolder),
    "the main file": lambda log: lambda event: is_sync_of(event, main_file(log)),
    "everything else": lambda log: (
        lambda event: isinstance(event, Sync) and event.file != main_file(log)
    ),
}


@pytest.mark.parametrize("deaf_to", DEAF.values(), ids=DEAF)
def test_a_disk_that_does_not_sync_loses_rows(
    life: DiskLog, after: Path, deaf_to: Callable[[DiskLog], Callable[[Event], bool]]
) -> None:
    assert any(one.lost for one in replay(life.without(deaf_to(life)), after))


def test_even_on_a_disk_that_never_syncs_a_journal_that_opens_is_as_written(
    life: DiskLog, after: Path
) -> None:
    lying = life.without(lambda event: isinstance(event, Sync | SyncFolder))
    assert [str(one.cut) for one in replay(lying, after) if not one.is_as_written] == []
