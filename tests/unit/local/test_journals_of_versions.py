"""Journals that released versions of the panel have left, opened by this one.

A version adds its own before it is released: `python -m tests.unit.local.journals.write`, with the
version's number already in ctpanel/__init__.py. That of a released one is never written anew: it is
what people have on their disks.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ctpanel import __version__
from ctpanel.local.journal import SqliteJournal
from tests.fakes.clocks import ManualClock
from tests.unit.local.journals.write import FOLDER, replayed

VERSIONS = sorted(path.stem for path in FOLDER.glob("*.sqlite3"))


def words_of(version: str) -> dict[str, Any]:
    """What the version itself found in its journal."""
    found: dict[str, Any] = json.loads((FOLDER / f"{version}.json").read_text(encoding="utf-8"))
    return found


async def opened(version: str, folder: Path) -> dict[str, Any]:
    """What this version finds in a copy of it."""
    path = folder / "journal.sqlite3"
    shutil.copy(FOLDER / f"{version}.sqlite3", path)
    journal = SqliteJournal(path, ManualClock())
    await journal.open()
    rows = await journal.rows()
    await journal.append("new", "CLOSE", {})
    await journal.close()
    return replayed(rows)


def test_this_version_has_left_its_journal() -> None:
    assert __version__ in VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_row_of_an_earlier_version_is_read_as_it_was_written(
    version: str, tmp_path: Path
) -> None:
    assert (await opened(version, tmp_path))["rows"] == words_of(version)["rows"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_an_earlier_version_left_open_is_open_for_this_one(
    version: str, tmp_path: Path
) -> None:
    assert (await opened(version, tmp_path))["open"] == words_of(version)["open"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_version_has_left_something_open_and_something_ended(version: str) -> None:
    steps = {step for step, _ in words_of(version)["rows"]}
    assert {"PROVED", "REFUSED", "ATTESTED"} <= steps
    assert {one["step"] for one in words_of(version)["open"]} >= {"SENDING", "ENTERING", "LOCKED"}
