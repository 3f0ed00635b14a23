"""The table of places: whole, and no number twice."""

import pytest

from ctpanel.domain.chord import KEYS, NO_KEY
from ctpanel.domain.places import PLACES


def test_every_key_of_a_chord_has_its_place() -> None:
    assert PLACES.keys() == KEYS.keys() - NO_KEY.keys()


@pytest.mark.parametrize("system", ["evdev", "mac", "windows"])
def test_no_two_keys_share_a_number(system: str) -> None:
    numbers = [n for place in PLACES.values() if (n := getattr(place, system)) is not None]
    assert len(numbers) == len(set(numbers))
