"""The limits as text: what is shown is read back, and what is typed is judged by the bounds."""

from dataclasses import fields, replace
from datetime import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.domain.limits import BOUNDS, Hours, Limits, out_of_bounds
from ctpanel.ui.limit_words import LINES, looser_words, read, shown, wrong

CAREFUL = Limits()
WIDE = replace(
    CAREFUL,
    far_fraction=Decimal("0.0025"),
    daily_loss=Decimal("1500.50"),
    hours=Hours(time(22, 0), time(6, 30)),
    sim_only=True,
)


def typed(**texts: str) -> dict[str, str | bool]:
    return {**shown(CAREFUL), **texts}


def test_every_limit_has_a_line() -> None:
    names = {field.name for field in fields(Limits)} - {"hours"} | {"begin", "end"}
    assert LINES.keys() == names


def test_every_line_has_a_label_and_a_meaning() -> None:
    assert all(line.label and line.meaning.endswith(".") for line in LINES.values())


@pytest.mark.parametrize("limits", [CAREFUL, WIDE])
def test_what_is_shown_is_read_back(limits: Limits) -> None:
    assert read(shown(limits)) == limits


def test_a_part_of_one_is_shown_as_percent() -> None:
    assert (shown(WIDE)["far_fraction"], shown(WIDE)["too_far_fraction"]) == ("0.25", "5")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("hard_quantity", "0", "A whole number from 1 to 999."),
        ("hard_quantity", "", "A whole number from 1 to 999."),
        ("hard_quantity", "1.5", "A whole number from 1 to 999."),
        ("hard_quantity", "\N{ARABIC-INDIC DIGIT ONE}", "A whole number from 1 to 999."),
        ("far_fraction", "0", "A number from 0.01 to 100."),
        ("far_fraction", "101", "A number from 0.01 to 100."),
        ("daily_loss", "-5", "A number from 1 to 10000000."),
        ("daily_loss", "1,000", "A number from 1 to 10000000."),
        ("begin", "24:00", "A time of day from 00:00 to 23:59."),
        ("end", "9", "A time of day from 00:00 to 23:59."),
        ("end", "9:3", "A time of day from 00:00 to 23:59."),
    ],
)
def test_a_wrong_text_is_said_with_what_may_stand_there(name: str, text: str, why: str) -> None:
    assert wrong(typed(**{name: text})) == {name: why}


def test_nothing_is_read_while_one_is_wrong() -> None:
    assert read(typed(per_day="many")) is None


def test_the_decimal_sign_of_the_desktop_may_be_typed() -> None:
    limits = read(typed(far_fraction="2,5"), ",")
    assert limits is not None
    assert limits.far_fraction == Decimal("0.025")


def test_an_hour_may_be_typed_with_one_digit() -> None:
    limits = read(typed(begin="9:30", end="16:00"))
    assert limits is not None
    assert limits.hours == Hours(time(9, 30), time(16, 0))


@given(st.sampled_from(sorted(BOUNDS)), st.text(max_size=12))
def test_no_text_becomes_a_limit_out_of_its_bounds(name: str, text: str) -> None:
    limits = read(typed(**{name: text}))
    assert limits is None or out_of_bounds(limits) == ()


def test_what_is_looser_is_named_in_one_line() -> None:
    assert looser_words(("per_day", "hours")) == "Looser than now: Reverses in a day, Hours."


def test_nothing_looser_needs_no_line() -> None:
    assert looser_words(()) == ""
