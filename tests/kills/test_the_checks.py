"""A core that breaks a rule is caught: without this the other tests of the folder prove nothing."""

from dataclasses import replace

import pytest

from ctpanel.domain.values import Entry
from tests.kills import checks
from tests.kills.campaign import Campaign, Plan
from tests.kills.checks import Press
from tests.kills.job import Trip

ONE_CALL, WHEN_FLAT = Entry.ONE_CALL, Entry.ONLY_WHEN_FLAT
WHOLE = Plan(entry=ONE_CALL, trip=None)
FIRST = Plan(entry=ONE_CALL, trip=Trip("after reverse_position"), flaw="sends first")
FIRST_ENTRY = Plan(entry=WHEN_FLAT, trip=Trip("after place"), flaw="sends first")
TWICE = Plan(entry=ONE_CALL, trip=Trip("before TAKEN"), flaw="sends twice")
FORGETS = Plan(entry=ONE_CALL, trip=Trip("after SENDING"), flaw="forgets", presses_at_start=True)


def press_of(campaign: Campaign, plan: Plan) -> Press:
    """The one press of a wave of one."""
    (press,) = campaign.wave([plan]).presses
    return press


@pytest.mark.parametrize("plan", [FIRST, FIRST_ENTRY], ids=["the reverse", "the entry"])
def test_an_order_that_is_sent_before_its_row_is_caught(campaign: Campaign, plan: Plan) -> None:
    press = press_of(campaign, plan)
    assert checks.unwritten(press)
    assert checks.beyond_rows([press], [])


def test_an_order_that_is_sent_twice_is_caught(campaign: Campaign) -> None:
    assert checks.sent_too_often(press_of(campaign, TWICE))


def test_a_start_that_forgets_what_is_open_is_caught(campaign: Campaign) -> None:
    wave = campaign.wave([FORGETS])
    for check in (checks.left_unlocked, checks.unmarked, checks.pressable):
        assert check(*wave.starts), check.__name__
    assert wave.sent_by_starts


def test_a_stacked_position_is_caught(campaign: Campaign) -> None:
    press = press_of(campaign, WHOLE)
    assert checks.stacked(replace(press, after=2 * press.before))


def test_a_verdict_about_another_position_is_caught(campaign: Campaign) -> None:
    press = press_of(campaign, WHOLE)
    assert checks.wrongly_proved(replace(press, after=0))


def test_a_start_that_fails_is_caught(campaign: Campaign) -> None:
    (start,) = campaign.wave([WHOLE]).starts
    assert checks.left_unlocked(replace(start, status=1))
