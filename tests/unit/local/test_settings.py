"""The settings file: kept whole, replaced whole, and never trusted blindly."""

import stat
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.app.ports import Settings
from ctpanel.domain.limits import Limits
from ctpanel.local.settings import SettingsFile, as_text, load
from tests.fakes.clocks import START

FULL = Settings(
    account="Sim101",
    instrument="MES 12-26",
    recents=("MES 12-26", "MNQ 12-26"),
    strategies={"Scalp": 2, "Other": None},
    limits=Limits(hard_quantity=7, soft_quantity=3, far_fraction=Decimal("0.02")),
    theme="dark",
    on_top=False,
    window="AbC=",
)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "settings.json"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def listing(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_no_file_means_defaults_and_no_complaint(tmp_path: Path) -> None:
    loaded = load(tmp_path / "settings.json", START)
    assert (loaded.settings, loaded.kept_aside) == (Settings(), "")


async def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    await SettingsFile(path).save(FULL)
    assert load(path, START).settings == FULL


async def test_the_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    await SettingsFile(path).save(FULL)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"limits": {"hard_quantity": 0}}',
        '{"limits": {"hard_quantity": 1000000}}',
        '{"limits": {"hard_quantity": null}}',
        '{"limits": {"hard_quantity": "many"}}',
        '{"limits": {"far_fraction": "0"}}',
        '{"limits": {"far_fraction": "NaN"}}',
        '{"limits": {"no_such_limit": 1}}',
        '{"account": 5}',
        '{"strategies": {"a": -1}}',
        '{"entries": {"Sim101": "At once"}}',
        b"\xff\xfe\x00",
        '{"recents": ' + "[" * 200_000,
        b"\x00" * 100,
    ],
)
def test_an_unreadable_file_is_kept_aside_and_limits_become_careful(
    tmp_path: Path, text: str | bytes
) -> None:
    path = written(tmp_path, text)
    loaded = load(path, START)
    aside = tmp_path / loaded.kept_aside
    assert loaded.settings == Settings()
    assert aside.read_bytes() == (text.encode() if isinstance(text, str) else text)
    assert not path.exists()


def test_a_second_unreadable_file_does_not_replace_the_first_kept_aside(tmp_path: Path) -> None:
    first = load(written(tmp_path, "{"), START).kept_aside
    later = START.replace(second=START.second + 1)
    second = load(written(tmp_path, "["), later).kept_aside
    assert first != second
    assert (tmp_path / first).read_text() == "{"


def test_an_unreadable_file_that_cannot_be_moved_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    path = written(tmp_path, "{")
    monkeypatch.setattr(Path, "replace", refuse)
    assert load(path, START).kept_aside == "settings.json"


def test_an_unknown_setting_is_ignored(tmp_path: Path) -> None:
    path = written(tmp_path, '{"account": "Sim101", "from_the_future": 1}')
    assert load(path, START).settings.account == "Sim101"


@given(st.binary(max_size=200))
def test_no_content_makes_loading_fail(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = written(tmp_path_factory.mktemp("s"), raw)
    limits = load(path, datetime(2026, 1, 1)).settings.limits  # noqa: DTZ001 - only a file name
    assert 1 <= limits.hard_quantity <= 999


async def test_a_folder_that_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    path = written(tmp_path, as_text(FULL))
    missing = SettingsFile(tmp_path / "gone" / "settings.json")
    with pytest.raises(OSError, match="No such file"):
        await missing.save(Settings())
    assert load(path, START).settings == FULL


async def test_no_draft_is_left_behind(tmp_path: Path) -> None:
    await SettingsFile(tmp_path / "settings.json").save(FULL)
    assert listing(tmp_path) == ["settings.json"]
