"""The words of the sounds, and the paths of own ones."""

import sys

import pytest

from ctpanel.domain.feedback import Sound
from ctpanel.ui.sound_words import MEANINGS, NAMES, NOT_WHOLE, typed_path, wrong_path

ROOT = "C:\\" if sys.platform == "win32" else "/"


def test_every_sound_has_a_name_and_a_meaning_of_its_own() -> None:
    assert len(set(NAMES.values())) == len(set(MEANINGS.values())) == len(Sound)


@pytest.mark.parametrize("pasted", ["a b.wav", "  a b.wav\n", '"a b.wav"', "'a b.wav'"])
def test_spaces_and_quotes_around_a_path_are_not_part_of_it(pasted: str) -> None:
    assert typed_path(pasted) == "a b.wav"


@pytest.mark.parametrize("text", ["", "  ", f"{ROOT}sounds", f'"{ROOT}my sounds"'])
def test_nothing_or_a_whole_path_may_be_typed(text: str) -> None:
    assert wrong_path(text) == ""


@pytest.mark.parametrize("text", ["a.wav", "./a.wav", "~/a.wav", '"'])
def test_a_path_that_depends_on_where_the_panel_was_started_is_wrong(text: str) -> None:
    assert wrong_path(text) == NOT_WHOLE
