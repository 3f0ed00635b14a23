"""The settings file: kept whole, replaced whole, and never trusted blindly."""

import stat
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.app.ports import Settings
from ctpanel.domain.chord import Chord
from ctpanel.domain.feedback import Sound, SoundChoice
from ctpanel.domain.limits import Hours, Limits
from ctpanel.domain.presets import STANDARD, Deed, Preset
from ctpanel.domain.values import Confirming, Entry, OrderType, TimeInForce
from ctpanel.local.settings import SettingsFile, as_text, load
from tests.fakes.clocks import START

FULL = Settings(
    account="Sim101",
    instrument="MES 12-26",
    recents=("MES 12-26", "MNQ 12-26"),
    strategies={"Scalp": 2, "Other": None},
    confirmations={"LIVE U1": Confirming.HOLD, "SIM Sim101": Confirming.ASK},
    presets=(
        Preset(
            "Both",
            Deed.REVERSE,
            Chord.parse("Ctrl+Alt+KeyB"),
            ("Sim101", "Sim102"),
            "MES 12-26",
            2,
            OrderType.STOPLIMIT,
            TimeInForce.GTC,
            limit_ticks=-3,
            stop_ticks=4,
            strategy="Scalp",
            entry=Entry.ONLY_WHEN_FLAT,
        ),
        Preset("Stop all", Deed.HALT),
    ),
    limits=Limits(
        hard_quantity=7,
        soft_quantity=3,
        far_fraction=Decimal("0.02"),
        too_far_fraction=Decimal("0.04"),
        net_quantity=6,
        least_between=5,
        per_minute=4,
        per_day=30,
        daily_loss=Decimal("250.50"),
        hours=Hours(time(9, 30), time(16, 0)),
        near_ticks=4,
        asks_near=True,
        sim_only=True,
        disarm_after=3,
    ),
    theme="dark",
    on_top=False,
    sound_on=False,
    sounds={Sound.SENT: SoundChoice(muted=True), Sound.REFUSED: SoundChoice(file="/no.wav")},
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
        '{"limits": {"net_quantity": 0}}',
        '{"limits": {"too_far_fraction": "2"}}',
        '{"limits": {"too_far_fraction": "Infinity"}}',
        '{"limits": {"least_between": 0}}',
        '{"limits": {"per_minute": 0}}',
        '{"limits": {"per_minute": 1000}}',
        '{"limits": {"per_day": -1}}',
        '{"limits": {"daily_loss": "0"}}',
        '{"limits": {"daily_loss": "Infinity"}}',
        '{"limits": {"daily_loss": "1e30"}}',
        '{"limits": {"begin": "25:00"}}',
        '{"limits": {"begin": "09:30:00Z"}}',
        '{"limits": {"disarm_after": 100000}}',
        '{"confirmations": {"LIVE U1": "Never"}}',
        '{"presets": [{"name": "A", "deed": "Explode"}]}',
        '{"presets": [{"name": "", "deed": "Halt"}]}',
        '{"presets": [{"name": "A", "deed": "Halt"}, {"name": "A", "deed": "Halt"}]}',
        '{"presets": [{"name": "A", "deed": "Reverse", "quantity": 0}]}',
        '{"account": 5}',
        '{"strategies": {"a": -1}}',
        '{"entries": {"Sim101": "At once"}}',
        '{"sounds": {"sent": "loud"}}',
        '{"sounds": {"sent": {"muted": "no"}}}',
        '{"sound_on": null}',
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


def test_a_key_that_does_not_exist_is_left_out_and_named(tmp_path: Path) -> None:
    path = written(tmp_path, '{"presets": [{"name": "A", "deed": "Halt", "chord": "Ctrl+KeyÜ"}]}')
    loaded = load(path, START)
    assert loaded.settings.presets == (Preset("A", Deed.HALT),)
    assert loaded.unknown_keys == ("A (Ctrl+KeyÜ)",)


@pytest.mark.parametrize("chord", ["KeyR", "Shift+KeyR", "Ctrl+KeyC", "Ctrl+ControlLeft"])
def test_a_key_that_the_dialog_refuses_is_left_out_and_named(tmp_path: Path, chord: str) -> None:
    preset = f'{{"name": "A", "deed": "Reverse", "chord": "{chord}"}}'
    loaded = load(written(tmp_path, f'{{"presets": [{preset}]}}'), START)
    assert loaded.settings.presets == (Preset("A", Deed.REVERSE),)
    assert loaded.unknown_keys == (f"A ({chord})",)


def test_settings_of_before_there_were_presets_have_the_usual_ones(tmp_path: Path) -> None:
    assert load(written(tmp_path, '{"account": "Sim101"}'), START).settings.presets == STANDARD


def test_a_trader_who_removed_all_presets_has_none(tmp_path: Path) -> None:
    assert load(written(tmp_path, '{"presets": []}'), START).settings.presets == ()


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


@pytest.mark.parametrize(
    "kept",
    [
        Settings(strategies={"A template's name in whole sentences, " * 3: None}),
        Settings(strategies={"Scalp": 999_999}),
        Settings(entries={"A" * 100: Entry.ONLY_WHEN_FLAT}),
        Settings(confirmations={"LIVE " + "A" * 100: Confirming.ASK}),
        Settings(streams={"https://" + "a" * 400: True}),
        Settings(presets=(Preset("Both", Deed.REVERSE, accounts=("A" * 100,)),)),
    ],
)
def test_whatever_the_panel_keeps_it_can_read_again(tmp_path: Path, kept: Settings) -> None:
    path = tmp_path / "settings.json"
    path.write_text(as_text(kept), "utf-8")
    assert load(path, START).settings == kept
