"""Halt and hotkeys in words: whole sentences for every cause."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ctpanel.domain.arming import Disarm
from ctpanel.domain.halt import HaltCause, Halted
from ctpanel.domain.order import OrderState
from ctpanel.domain.outcomes import Code, deny
from ctpanel.domain.report import (
    Event,
    HaltPulled,
    HaltReleased,
    KeyIgnored,
    KeysArmed,
    KeysDisarmed,
    PressDenied,
)
from ctpanel.domain.reverse import Ask, Question
from ctpanel.domain.values import OrderType
from ctpanel.ui.denials import warning
from ctpanel.ui.guard_words import halted, market_words, release_words, working_words
from ctpanel.ui.numbers import NONE
from ctpanel.ui.present import event
from tests.fakes.examples import QUOTE, order


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (
            KeysArmed("Sim101", 10),
            "ARMED: hotkeys reverse on Sim101; disarmed after 10 idle minutes",
        ),
        (KeysDisarmed(Disarm.ESC, 10), "Disarmed: you pressed Esc"),
        (KeysDisarmed(Disarm.IDLE, 10), "Disarmed: they were not used for 10 min"),
        (KeyIgnored("Reverse", deny(Code.DISARMED)), "Key Reverse ignored: hotkeys are not armed"),
        (
            HaltPulled(HaltCause.BY_HAND),
            "HALTED: you halted it. Nothing that opens risk is sent.",
        ),
        (HaltReleased(), "Halt released: the panel is enabled again."),
        (
            PressDenied(deny(Code.LET_GO, seconds="0.2", limit=0.5)),
            "Not sent: let go after 0.2 s; hold it for 0.5 s",
        ),
    ],
)
def test_what_keys_and_halt_go_through_is_one_sentence(happened: Event, words: str) -> None:
    assert event(happened) == words


@pytest.mark.parametrize("cause", HaltCause)
def test_every_cause_of_a_halt_is_named_while_it_lasts_and_before_it_ends(
    cause: HaltCause,
) -> None:
    asked, first = release_words(Halted(cause))
    assert cause.value in halted(Halted(cause))
    assert cause.value in asked
    assert first.endswith(".")


def test_a_warning_on_the_button_is_short() -> None:
    near = Question(Ask.NEAR_ORDER, (("order", "Stop1"), ("ticks", "3")))
    assert warning(near) == "Stop1 3 ticks from the market"


def test_a_working_order_is_named_by_what_is_left_of_it() -> None:
    stop = order(
        "o1",
        name="Stop1",
        order_type=OrderType.STOPLIMIT,
        state=OrderState.PART_FILLED,
        filled=1,
        stop_price=Decimal("5004.75"),
        limit_price=Decimal("5004.5"),
    )
    assert working_words(stop, Decimal("0.25")) == "Stop1: SELL 2 STOP LIMIT 5004.75 5004.50"


def test_a_market_without_a_bid_has_a_dash_for_it() -> None:
    words = market_words(replace(QUOTE, bid=None))
    assert words == f"Market now: bid {NONE}, ask 5012.50, last 5012.50"
