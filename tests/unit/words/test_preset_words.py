"""Presets as sentences: a trader reads what a key will do before it does it."""

from dataclasses import replace

import pytest

from ctpanel.domain.chord import Chord
from ctpanel.domain.presets import STANDARD, Deed, Preset
from ctpanel.domain.state import Keys, PanelState
from ctpanel.domain.values import Entry, OrderType, TimeInForce
from ctpanel.ui.preset_words import as_text, key_words, needs, offset_words, problems, words
from tests.fakes.examples import SIM101, TODAY

KEY = Chord.parse("Ctrl+Alt+KeyY")
HERE = Preset("Here", Deed.REVERSE, KEY)
THERE = replace(
    HERE, accounts=("Sim101",), instrument="MES 12-26", quantity=2, entry=Entry.ONE_CALL
)
STATE = PanelState(
    origin="https://example.test", on_paper=True, now=0.0, today=TODAY, accounts=(SIM101,)
)


@pytest.mark.parametrize(
    ("preset", "said"),
    [
        (THERE, "Reverse Sim101 MES 12-26 into 2 contracts, MARKET DAY, One call"),
        (
            HERE,
            (
                "Reverse the account and instrument shown in the window into as many contracts "
                "as are held, MARKET DAY, the account's own entry"
            ),
        ),
        (
            replace(THERE, accounts=("A", "B", "C"), quantity=1, strategy="Scalp"),
            (
                "Reverse MES 12-26 of each of A, B and C into 1 contract, MARKET DAY, with Scalp, "
                "One call"
            ),
        ),
        (
            replace(THERE, accounts=(), order_type=OrderType.LIMIT, limit_ticks=-1),
            (
                "Reverse MES 12-26 of the account shown in the window into 2 contracts, LIMIT DAY, "
                "limit 1 tick short of the market, One call"
            ),
        ),
        (
            replace(
                THERE,
                instrument="",
                order_type=OrderType.STOPLIMIT,
                time_in_force=TimeInForce.GTC,
                stop_ticks=4,
            ),
            (
                "Reverse the instrument shown in the window of Sim101 into 2 contracts, "
                "STOPLIMIT GTC, stop 4 ticks beyond the market, limit at the market, One call"
            ),
        ),
        (replace(THERE, deed=Deed.CLOSE), "Close the position of Sim101 MES 12-26"),
        (
            replace(HERE, deed=Deed.CANCEL),
            "Cancel the working orders of the account and instrument shown in the window",
        ),
        (replace(HERE, deed=Deed.HALT), "Halt: nothing more is opened until you release it"),
    ],
)
def test_a_preset_says_exactly_what_it_does(preset: Preset, said: str) -> None:
    assert words(preset) == said


@pytest.mark.parametrize(
    ("ticks", "said"),
    [
        (0, "A BUY's is the ask, a SELL's the bid."),
        (2, "A BUY's is 2 ticks above the ask, a SELL's 2 ticks below the bid."),
        (-1, "A BUY's is 1 tick below the ask, a SELL's 1 tick above the bid."),
    ],
)
def test_an_offset_is_said_for_both_sides(ticks: int, said: str) -> None:
    assert offset_words(ticks) == said


def test_only_what_opens_risk_needs_arming() -> None:
    free = {preset.deed for preset in STANDARD if needs(preset).startswith("Always")}
    assert free == {Deed.CLOSE, Deed.CANCEL, Deed.HALT}


def test_a_key_is_called_as_the_present_layout_writes_it() -> None:
    labelled = replace(STATE, keys=Keys(labels={"Here": "Ctrl+Alt+Z"}))
    assert (key_words(HERE, STATE), key_words(HERE, labelled)) == ("Ctrl+Alt+Y", "Ctrl+Alt+Z")


def test_a_key_that_could_not_be_had_says_why() -> None:
    state = replace(STATE, keys=Keys(missing={"Here": "Ctrl+Alt+Y is taken by another program."}))
    assert problems(HERE, state) == ("Ctrl+Alt+Y is taken by another program.",)


def test_a_preset_without_a_key_has_no_trouble_with_keys() -> None:
    state = replace(STATE, keys=Keys(problem="The keyboard cannot be heard."))
    assert problems(replace(HERE, chord=None), state) == ()


def test_an_account_the_server_does_not_list_is_said() -> None:
    assert problems(replace(THERE, accounts=("Sim101", "Gone")), STATE) == (
        "The server does not list Gone; its key does nothing there.",
    )


def test_no_account_is_missed_before_the_server_has_listed_any() -> None:
    assert problems(replace(THERE, accounts=("Gone",)), replace(STATE, accounts=())) == ()


def test_an_expired_contract_is_said() -> None:
    preset = replace(THERE, instrument="MES 10-26")
    assert problems(preset, STATE) == ("MES 10-26 has expired; its key does nothing.",)


def test_an_instrument_that_is_no_contract_is_said() -> None:
    preset = replace(THERE, instrument="MES")
    assert problems(preset, STATE) == ("MES is no dated contract; its key does nothing.",)


def test_the_page_has_a_block_for_every_preset() -> None:
    page = as_text(replace(STATE, presets=STANDARD))
    assert [block.split("\n")[0].split("  -  ")[1] for block in page.split("\n\n")] == [
        preset.name for preset in STANDARD
    ]
