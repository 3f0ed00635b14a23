"""What a soak's judgement says of figures that are made up."""

from dataclasses import replace
from typing import Final

import pytest

from tests.soak.judge import NAMES, WHOLE_WITHIN, Course, Figures, Window, wrongs

FLAT: Final = Figures(memory=160, blocks=600, descriptors=21, tasks=17, qobjects=400)
HOUR: Final = 3600.0
STEP: Final = {"memory": 0.5, "blocks": 2.0, "descriptors": 1, "tasks": 1, "qobjects": 1}
"""What a leak adds from one cut to the next."""


def course(*windows: Figures, recovered: float | None = 1.0) -> Course:
    """An hour of windows; in each, something more is open for a moment."""
    length = HOUR / len(windows)
    made = (
        Window(at * length, recovered, (replace(f, tasks=f.tasks + 3, descriptors=99), f))
        for at, f in enumerate(windows)
    )
    return Course(HOUR, tuple(made), 1000.0, "REVERSED")


def rising(name: str) -> list[Figures]:
    return [replace(FLAT, **{name: getattr(FLAT, name) + STEP[name] * n}) for n in range(60)]


def test_what_stays_the_same_is_right() -> None:
    assert list(wrongs(course(*[FLAT] * 60))) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_grows_with_each_connection_is_wrong(name: str) -> None:
    (only,) = wrongs(course(*rising(name)))
    assert only.startswith(f"{name}: grew")


@pytest.mark.parametrize("name", NAMES)
def test_what_grows_while_it_warms_up_is_right(name: str) -> None:
    warm = rising(name)[:15]
    assert list(wrongs(course(*warm, *[warm[-1]] * 45))) == []


@pytest.mark.parametrize("recovered", [None, WHOLE_WITHIN + 0.1])
def test_a_panel_that_is_not_whole_again_in_time_is_wrong(recovered: float | None) -> None:
    found = list(wrongs(course(*[FLAT] * 60, recovered=recovered)))
    assert len(found) == 60
    assert all(text.startswith("recovery:") for text in found)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"quotes": 100.0}, "load"),
        ({"reversal": ""}, "reversal"),
        ({"reversal": "PARTIAL"}, "reversal"),
    ],
)
def test_a_run_without_its_load_or_its_reversal_proves_nothing(
    changed: dict[str, object], word: str
) -> None:
    (only,) = wrongs(replace(course(*[FLAT] * 60), **changed))  # type: ignore[arg-type]  # named above
    assert only.startswith(f"{word}:")


def test_what_is_open_while_a_reverse_is_watched_is_not_compared() -> None:
    usual, other = course(*[FLAT] * 60), course(*[replace(FLAT, tasks=1)] * 60)
    watched = tuple(replace(window, is_quiet=False) for window in other.windows[:30])
    assert list(wrongs(replace(usual, windows=(*watched, *usual.windows[30:])))) == []


def test_a_run_with_too_few_windows_proves_nothing() -> None:
    (only,) = wrongs(course(*[FLAT] * 4))
    assert only.startswith("run:")
