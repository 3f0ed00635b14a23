"""The journal, the settings and the clock, the real ones and those tests use in their place."""

from collections.abc import Awaitable, Callable
from datetime import UTC
from pathlib import Path

import pytest

from ctpanel.app.ports import Clock, Journal, JournalFailed, Settings, SettingsStore
from ctpanel.local.clock import SystemClock
from ctpanel.local.journal import SqliteJournal
from ctpanel.local.settings import SettingsFile, load
from tests.fakes.clocks import START, LoopClock, ManualClock
from tests.fakes.memory import MemoryJournal, MemorySettings

MakeJournal = Callable[[Path], Awaitable[Journal]]


async def on_disk(folder: Path) -> Journal:
    journal = SqliteJournal(folder / "journal.sqlite3", SystemClock())
    await journal.open()
    return journal


async def in_memory(_folder: Path) -> Journal:
    return MemoryJournal()


async def broken_on_disk(folder: Path) -> Journal:
    return SqliteJournal(folder / "journal.sqlite3", SystemClock())


async def broken_in_memory(_folder: Path) -> Journal:
    return MemoryJournal(failure="disk full")


@pytest.mark.parametrize("make", [on_disk, in_memory])
async def test_a_journal_takes_any_text(make: MakeJournal, tmp_path: Path) -> None:
    journal = await make(tmp_path)
    await journal.append("i1", "SENDING", {"text": "'; DROP TABLE journal; -- \u202e \0 \n ▲"})
    await journal.append("i1", "VERDICT", {})


@pytest.mark.parametrize("make", [broken_on_disk, broken_in_memory])
async def test_a_journal_that_cannot_keep_a_row_says_so(make: MakeJournal, tmp_path: Path) -> None:
    journal = await make(tmp_path)
    with pytest.raises(JournalFailed):
        await journal.append("i1", "SENDING", {})


async def test_settings_read_back_as_they_were_saved(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    file: SettingsStore = SettingsFile(path)
    memory = MemorySettings()
    for store in (file, memory):
        await store.save(Settings(account="Sim101"))
    assert load(path, START).settings == memory.saved[-1]


async def settings_nowhere(folder: Path) -> SettingsStore:
    return SettingsFile(folder / "gone" / "settings.json")


async def settings_failing(_folder: Path) -> SettingsStore:
    return MemorySettings(failure="No space left on device")


@pytest.mark.parametrize("make", [settings_nowhere, settings_failing])
async def test_settings_that_cannot_be_saved_say_so(
    make: Callable[[Path], Awaitable[SettingsStore]], tmp_path: Path
) -> None:
    store = await make(tmp_path)
    with pytest.raises(OSError, match=r"No (such file|space)"):
        await store.save(Settings())


@pytest.mark.parametrize("make", [SystemClock, LoopClock, ManualClock])
async def test_a_clock_has_a_zone_and_never_runs_backwards(make: Callable[[], Clock]) -> None:
    clock = make()
    assert clock.wall().astimezone(UTC).tzinfo is UTC
    assert clock.wall().tzinfo is not None
    assert clock.today() == clock.wall().date()
    assert clock.monotonic() <= clock.monotonic()
