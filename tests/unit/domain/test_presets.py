"""What keeps a list of presets from being used: whatever the settings file would refuse."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ctpanel.app.ports import Settings
from ctpanel.domain.presets import (
    LONGEST_NAME,
    LONGEST_STRATEGY,
    MOST_PRESETS,
    MOST_QUANTITY,
    MOST_TICKS,
    STANDARD,
    Deed,
    Preset,
    faults,
)
from ctpanel.local.settings import as_text, load

ONE = Preset("One", Deed.REVERSE)
AT_THE_EDGE = Preset(
    "N" * LONGEST_NAME,
    Deed.REVERSE,
    quantity=MOST_QUANTITY,
    limit_ticks=-MOST_TICKS,
    stop_ticks=MOST_TICKS,
    strategy="s" * LONGEST_STRATEGY,
)


def test_the_standard_ones_may_be_used() -> None:
    assert faults(STANDARD) == ()


@pytest.mark.parametrize(
    "preset",
    [
        replace(ONE, name=" "),
        replace(ONE, name="N" * (LONGEST_NAME + 1)),
        replace(ONE, name="a\nb"),
        replace(ONE, quantity=0),
        replace(ONE, quantity=MOST_QUANTITY + 1),
        replace(ONE, limit_ticks=MOST_TICKS + 1),
        replace(ONE, stop_ticks=-MOST_TICKS - 1),
        replace(ONE, strategy="s" * (LONGEST_STRATEGY + 1)),
        replace(ONE, accounts=tuple("abcdef")),
        replace(ONE, accounts=("Sim101", "Sim101")),
    ],
)
def test_a_preset_that_could_not_be_kept_has_one_fault(preset: Preset) -> None:
    assert len(faults([preset])) == 1


def test_there_may_be_only_so_many() -> None:
    many = tuple(Preset(f"P{number}", Deed.HALT) for number in range(MOST_PRESETS + 1))
    assert (faults(many[:-1]), len(faults(many))) == ((), 1)


def test_the_largest_that_has_no_fault_is_read_back_from_the_file(tmp_path: Path) -> None:
    presets = (AT_THE_EDGE, *(Preset(f"P{n}", Deed.HALT) for n in range(MOST_PRESETS - 1)))
    path = tmp_path / "settings.json"
    path.write_text(as_text(Settings(presets=presets)))
    assert faults(presets) == ()
    assert load(path, datetime(2026, 1, 1)).settings.presets == presets  # noqa: DTZ001 - unused
