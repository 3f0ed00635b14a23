"""A preset while it is typed: what is read of it, and what is said of each field."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.domain.chord import Chord
from ctpanel.domain.presets import STANDARD, Deed, Preset, faults
from ctpanel.domain.values import Entry, OrderType, TimeInForce
from ctpanel.ui.preset_draft import Draft, Part
from tests.fakes.examples import TODAY

WHOLE = Preset(
    "Whole",
    Deed.REVERSE,
    Chord.parse("Ctrl+Alt+KeyW"),
    ("Sim101", "Sim102"),
    "MES 12-26",
    2,
    OrderType.STOPLIMIT,
    TimeInForce.GTC,
    -3,
    4,
    "Scalp",
    Entry.ONLY_WHEN_FLAT,
)
DRAFT = Draft.of(WHOLE)


@pytest.mark.parametrize("preset", [*STANDARD, WHOLE], ids=lambda preset: preset.name)
def test_what_is_shown_is_read_back(preset: Preset) -> None:
    assert Draft.of(preset).preset(TODAY) == preset


@pytest.mark.parametrize("typed", ["mes 12-26", "MESZ6", "MES DEC26", " MES 12-26 "])
def test_a_contract_may_be_typed_in_any_spelling(typed: str) -> None:
    draft = replace(DRAFT, instrument=typed)
    assert (draft.wrong(TODAY), draft.preset(TODAY).instrument) == ({}, "MES 12-26")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"name": " "}, Part.NAME),
        ({"accounts": tuple("abcdef")}, Part.ACCOUNTS),
        ({"instrument": "MES"}, Part.INSTRUMENT),
        ({"instrument": "MES1!"}, Part.INSTRUMENT),
        ({"instrument": "12"}, Part.INSTRUMENT),
        ({"quantity": "0"}, Part.QUANTITY),
        ({"quantity": "1000"}, Part.QUANTITY),
        ({"quantity": "two"}, Part.QUANTITY),
        ({"limit_ticks": ""}, Part.LIMIT),
        ({"limit_ticks": "1.5"}, Part.LIMIT),
        ({"stop_ticks": "1000"}, Part.STOP),
        ({"stop_ticks": "--1"}, Part.STOP),
        ({"strategy": "s" * 65}, Part.STRATEGY),
        ({"chord": Chord.parse("Ctrl+KeyC")}, Part.KEY),
    ],
)
def test_a_wrong_field_is_named_and_no_other(change: dict[str, object], part: Part) -> None:
    assert set(replace(DRAFT, **change).wrong(TODAY)) == {part}  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(("text", "ticks"), [("+2", 2), ("-2", -2), (" 0 ", 0)])
def test_an_offset_may_have_a_sign(text: str, ticks: int) -> None:
    assert replace(DRAFT, limit_ticks=text).preset(TODAY).limit_ticks == ticks


def test_an_offset_its_order_type_does_not_have_is_not_judged() -> None:
    draft = replace(DRAFT, order_type=OrderType.MARKET, limit_ticks="x", stop_ticks="")
    assert draft.wrong(TODAY) == {}


def test_a_close_keeps_where_it_closes_and_nothing_of_an_order() -> None:
    made = replace(DRAFT, deed=Deed.CLOSE).preset(TODAY)
    assert made == Preset("Whole", Deed.CLOSE, WHOLE.chord, WHOLE.accounts, WHOLE.instrument)


def test_a_halt_is_for_every_account() -> None:
    made = replace(DRAFT, deed=Deed.HALT).preset(TODAY)
    assert made == Preset("Whole", Deed.HALT, WHOLE.chord)


TEXT = st.text(max_size=8) | st.from_regex(r"[-+]?[0-9]{1,4}", fullmatch=True)


@given(TEXT, TEXT, TEXT, TEXT)
def test_a_draft_with_nothing_wrong_is_a_preset_without_fault(
    instrument: str, quantity: str, limit: str, stop: str
) -> None:
    draft = replace(
        DRAFT, instrument=instrument, quantity=quantity, limit_ticks=limit, stop_ticks=stop
    )
    assert draft.wrong(TODAY) or faults([draft.preset(TODAY)]) == ()
