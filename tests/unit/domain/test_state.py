"""The state: how readings and choices enter it, and what it says may be done."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ctpanel.domain import desk
from ctpanel.domain.instrument import Contract
from ctpanel.domain.offers import (
    hold,
    offer_for,
    refreshed,
    reported,
    situation,
    with_ended,
    withdrawn,
)
from ctpanel.domain.order import OrderState
from ctpanel.domain.outcomes import Code, Denied, Field, Verdict, VerdictKind, deny
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.readings import with_listing, with_orders, with_position, with_quote
from ctpanel.domain.report import PressDenied, Report
from ctpanel.domain.reverse import Plan, Shown
from ctpanel.domain.state import InFlight, Link, Lock, PanelState, Phase
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Action, OrderType, Side
from tests.fakes.clocks import START
from tests.fakes.examples import LONG_3, MES, QUOTE, SIM101, TODAY, intent, order

KEY = ("Sim101", MES)
SIM102 = replace(SIM101, name="Sim102")
MNQ = Contract("MNQ", 2026, 12)


def bare(**changes: Any) -> PanelState:  # noqa: ANN401 - a test names the fields it changes
    state = PanelState(origin="https://example.test", on_paper=True, now=100.0, today=TODAY)
    return replace(state, **changes)


def ready(**changes: Any) -> PanelState:  # noqa: ANN401 - same
    """Connected, long 3 MES in Sim101, everything just read."""
    state = desk.with_accounts(bare(link=Link.CONNECTED), (SIM101, SIM102))
    state = desk.with_instrument_asked(desk.with_instrument_typed(state, "MES"))
    state = desk.with_instrument_resolved(state, "MES", QUOTE, 100.0)
    state = with_listing(state, "Sim101", {MES: LONG_3}, 100.0)
    return refreshed(replace(with_orders(state, "Sim101", (), 100.0), **changes))


# --- readings ---------------------------------------------------------------------------------


def test_a_position_that_was_never_read_is_unknown_not_flat() -> None:
    assert bare().position_of(KEY) is None


def test_a_contract_missing_from_a_complete_listing_was_flat_then() -> None:
    state = with_listing(bare(), "Sim101", {MNQ: LONG_3}, 99.0)
    read = state.position_of(KEY)
    assert read is not None
    assert (read.value, read.at) == (FLAT, 99.0)


def test_a_listing_of_one_account_says_nothing_of_another() -> None:
    assert with_listing(bare(), "Sim102", {}, 99.0).position_of(KEY) is None


def test_a_listing_replaces_what_the_account_held_before() -> None:
    state = with_listing(bare(), "Sim101", {MES: LONG_3}, 98.0)
    state = with_listing(state, "Sim101", {}, 99.0)
    read = state.position_of(KEY)
    assert read is not None
    assert read.value == FLAT


def test_an_earlier_listing_does_not_replace_a_later_one() -> None:
    state = with_listing(bare(), "Sim101", {MES: LONG_3}, 99.0)
    assert with_listing(state, "Sim101", {}, 98.0) is state


def test_an_earlier_listing_does_not_replace_a_position_read_later() -> None:
    short = Position(Side.SHORT, 3)
    state = with_position(bare(), KEY, short, 99.5)
    read = with_listing(state, "Sim101", {MES: LONG_3}, 99.0).position_of(KEY)
    assert read is not None
    assert read.value == short


def test_an_earlier_position_does_not_replace_a_later_listing() -> None:
    state = with_listing(bare(), "Sim101", {}, 99.0)
    assert with_position(state, KEY, LONG_3, 98.0) is state


def test_an_earlier_quote_does_not_replace_a_later_one() -> None:
    state = with_quote(bare(), QUOTE, 99.0)
    assert with_quote(state, replace(QUOTE, last=Decimal(1)), 98.0) == state


def test_earlier_orders_do_not_replace_later_ones() -> None:
    state = with_orders(bare(), "Sim101", (order("a"),), 99.0)
    assert with_orders(state, "Sim101", (), 98.0) is state


# --- what may be done -------------------------------------------------------------------------


def test_a_fresh_connected_panel_offers_the_reverse() -> None:
    assert isinstance(ready().offer, Plan)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"faults": ("ValueError in drawing",)}, Code.PANEL_FAULT),
        ({"journal_fault": "disk full"}, Code.JOURNAL_FAULT),
        ({"is_closing": True}, Code.CLOSING),
        ({"in_flight": {KEY: InFlight(intent(), Phase.SENDING, 99.0)}}, Code.BUSY),
        ({"locks": {KEY: Lock(intent(), None)}}, Code.UNKNOWN_OPEN),
    ],
)
def test_what_holds_a_press_up(changes: dict[str, Any], code: Code) -> None:
    denied = hold(ready(**changes))
    assert denied is not None
    assert denied.code is code


@pytest.mark.parametrize("link", [link for link in Link if link is not Link.CONNECTED])
def test_nothing_is_offered_unless_the_link_is_connected(link: Link) -> None:
    denied = ready(link=link).offer
    assert isinstance(denied, Denied)
    assert denied.code is Code.NOT_CONNECTED


def test_a_reverse_in_flight_holds_up_its_own_account_and_contract_only() -> None:
    other = ("Sim102", MES)
    assert hold(ready(in_flight={other: InFlight(intent(), Phase.SENDING, 99.0)})) is None


def test_the_offer_goes_stale_with_time_alone() -> None:
    state = refreshed(replace(ready(), now=103.1))
    assert isinstance(state.offer, Denied)
    assert state.offer.code is Code.POSITION_STALE


def test_the_button_is_as_young_as_its_last_change_of_meaning() -> None:
    state = refreshed(replace(ready(), now=101.0))
    assert state.offer_since == 100.0
    changed = refreshed(with_position(state, KEY, Position(Side.LONG, 2), 101.0))
    assert changed.offer_since == 101.0


def test_a_question_goes_away_when_the_button_changes_its_meaning() -> None:
    offer = ready().offer
    assert isinstance(offer, Plan)
    asked = refreshed(replace(ready(), confirming=offer))
    assert asked.confirming == offer
    changed = refreshed(with_position(asked, KEY, Position(Side.LONG, 2), 101.0))
    assert changed.confirming is None


def test_oco_ids_of_the_accounts_orders_and_of_this_panel_are_used() -> None:
    state = ready(sent_oco_ids=frozenset({"ours"}))
    done = order("a", oco_id="theirs", state=OrderState.CANCELLED)
    state = with_orders(state, "Sim101", (done, order("b")), 100.0)
    assert situation(state).used_oco_ids == {"ours", "theirs"}


def test_reports_are_kept_up_to_a_number() -> None:
    state = bare()
    for _ in range(205):
        state = reported(state, Report(START, PressDenied(Denied(Code.BUSY))))
    assert len(state.reports) == 200


# --- choices ----------------------------------------------------------------------------------


def test_the_first_listed_account_is_chosen_when_none_was() -> None:
    assert desk.with_accounts(bare(), (SIM101, SIM102)).ticket.account == "Sim101"


def test_a_remembered_account_is_kept_even_while_it_is_not_listed() -> None:
    state = bare(ticket=Ticket(account="Gone"))
    assert desk.with_accounts(state, (SIM101,)).ticket.account == "Gone"


def test_another_account_does_not_inherit_action_and_quantity() -> None:
    state = desk.with_field(ready(), Field.QUANTITY, "7")
    state = desk.with_field(state, Field.ACTION, "SELL")
    ticket = desk.with_account(state, "Sim102").ticket
    assert (ticket.action, ticket.quantity) == (None, None)


def test_another_instrument_does_not_inherit_action_and_quantity() -> None:
    state = desk.with_field(ready(), Field.QUANTITY, "7")
    assert desk.with_instrument_typed(state, "MNQ").ticket.quantity is None


def test_an_instrument_stands_for_no_contract_while_it_is_typed() -> None:
    state = refreshed(desk.with_instrument_typed(ready(), "MN"))
    assert state.contract is None
    assert isinstance(state.offer, Denied)
    assert state.offer.code is Code.INSTRUMENT_RESOLVING


def test_the_servers_dated_contract_is_shown_in_the_field() -> None:
    assert ready().ticket.instrument == "MES 12-26"


def test_an_answer_to_an_earlier_question_is_dropped() -> None:
    state = desk.with_instrument_asked(desk.with_instrument_typed(bare(), "MNQ"))
    assert desk.with_instrument_resolved(state, "MES", QUOTE, 100.0) is state


def test_an_unknown_instrument_is_said_with_the_servers_reason() -> None:
    state = desk.with_instrument_asked(desk.with_instrument_typed(bare(), "XX"))
    problem = desk.with_instrument_unknown(state, "XX", "not found").resolution.problem
    assert problem is not None
    assert (problem.code, dict(problem.facts)["reason"]) == (Code.INSTRUMENT_NOT_FOUND, "not found")


def test_an_unreadable_instrument_is_not_asked_for() -> None:
    state = desk.with_instrument_asked(desk.with_instrument_typed(bare(), "a/b"))
    assert state.resolution.query is None
    assert state.resolution.problem is not None
    assert state.resolution.problem.code is Code.INSTRUMENT_UNREADABLE


def test_recent_instruments_are_newest_first_and_without_repeats() -> None:
    state = ready(recents=("MNQ 12-26", "MES 12-26"))
    state = desk.with_instrument_asked(desk.with_instrument_typed(state, "MES1!"))
    assert desk.with_instrument_resolved(state, "MES", QUOTE, 1.0).recents == (
        "MES 12-26",
        "MNQ 12-26",
    )


def test_the_first_start_shows_the_accounts_largest_position() -> None:
    state = desk.with_accounts(bare(), (SIM101,))
    state = with_listing(state, "Sim101", {MNQ: Position(Side.LONG, 1), MES: LONG_3}, 100.0)
    assert desk.with_first_instrument(state).resolution.query == "MES 12-26"


def test_the_first_start_does_not_choose_an_expired_contract() -> None:
    state = desk.with_accounts(bare(), (SIM101,))
    state = with_listing(state, "Sim101", {replace(MES, year=2025): LONG_3}, 100.0)
    assert desk.with_first_instrument(state) is state


def test_a_chosen_instrument_is_not_replaced_by_a_position() -> None:
    assert desk.with_first_instrument(ready()) == ready()


# --- ticket fields ----------------------------------------------------------------------------


def test_a_price_that_no_longer_applies_is_emptied() -> None:
    state = desk.with_field(ready(), Field.ORDER_TYPE, "STOPLIMIT")
    state = desk.with_field(state, Field.LIMIT_PRICE, "5010.00")
    state = desk.with_field(state, Field.STOP_PRICE, "5010.00")
    ticket = desk.with_field(state, Field.ORDER_TYPE, "STOPMARKET").ticket
    assert (ticket.limit_price, ticket.stop_price) == ("", "5010.00")


def test_a_price_emptied_by_its_type_shows_no_error_when_it_comes_back() -> None:
    state = desk.with_field(ready(), Field.ORDER_TYPE, "LIMIT")
    state = desk.with_field(state, Field.LIMIT_PRICE, "x")
    state = desk.with_field(state, Field.ORDER_TYPE, "MARKET")
    assert Field.LIMIT_PRICE not in state.ticket.edited


def test_a_field_is_edited_once_the_user_has_touched_it() -> None:
    assert Field.OCO_ID in desk.with_field(ready(), Field.OCO_ID, "a").ticket.edited


def test_the_quantity_can_follow_the_position_again() -> None:
    state = desk.with_field(ready(), Field.QUANTITY, "7")
    ticket = desk.with_quantity_following(state).ticket
    assert ticket.quantity_for(LONG_3) == "3"
    assert Field.QUANTITY not in ticket.edited


def test_an_emptied_quantity_stays_empty_instead_of_following() -> None:
    ticket = desk.with_field(ready(), Field.QUANTITY, "").ticket
    assert ticket.quantity_for(LONG_3) == ""


def test_an_overridden_action_sticks_when_the_position_changes_side() -> None:
    ticket = desk.with_field(ready(), Field.ACTION, "SELL").ticket
    assert ticket.action_for(Position(Side.SHORT, 1)) is Action.SELL


@pytest.mark.parametrize(
    ("typed", "ticks", "text"),
    [
        ("5010.00", 1, "5010.25"),
        ("5010.00", -10, "5007.50"),
        ("5010.10", 1, "5010.25"),
        ("5010.10", -1, "5010.00"),
        ("", 1, "5012.50"),
        ("nonsense", 1, "5012.75"),
    ],
)
def test_a_price_steps_by_ticks(typed: str, ticks: int, text: str) -> None:
    state = desk.with_field(ready(), Field.ORDER_TYPE, OrderType.LIMIT.value)
    state = desk.with_field(state, Field.LIMIT_PRICE, typed)
    assert desk.with_price_stepped(state, Field.LIMIT_PRICE, ticks).ticket.limit_price == text


def test_a_price_does_not_step_without_a_quote() -> None:
    assert desk.with_price_stepped(bare(), Field.LIMIT_PRICE, 1) == bare()


# --- what is suggested after an end -----------------------------------------------------------

HALF_WAY = Verdict(VerdictKind.PARTIAL, Position(Side.SHORT, 1))


def half_way(**changes: Any) -> PanelState:  # noqa: ANN401 - a test names the fields it changes
    """Short 1 instead of short 3, just read."""
    state = with_position(ready(), KEY, Position(Side.SHORT, 1), 100.0)
    return refreshed(with_ended(replace(state, **changes), intent(), HALF_WAY))


def test_what_is_suggested_stands_since_its_end() -> None:
    state = half_way()
    later = refreshed(replace(state, now=101.0))
    assert (state.suggestion_since, later.suggestion_since) == (100.0, 100.0)
    assert later.suggestion is not None


def test_an_end_on_another_account_keeps_what_is_suggested_here() -> None:
    state = half_way()
    plan = intent().plan
    elsewhere = replace(intent(), plan=replace(plan, account=SIM102))
    assert refreshed(with_ended(state, elsewhere, HALF_WAY)).suggestion == state.suggestion


def test_a_good_end_suggests_nothing_and_is_not_kept() -> None:
    state = refreshed(with_ended(half_way(), intent(), Verdict(VerdictKind.REVERSED, LONG_3)))
    assert (state.ended, state.suggestion) == (None, None)


def test_what_is_held_back_for_a_while_is_suggested_again() -> None:
    held_back = refreshed(replace(half_way(), link=Link.UNREACHABLE))
    assert held_back.suggestion is not None
    assert isinstance(held_back.suggestion.offer, Denied)
    again = refreshed(replace(held_back, link=Link.CONNECTED)).suggestion
    assert again is not None
    assert isinstance(again.offer, Plan)


# --- what may be pressed in the place of what was shown ---------------------------------------


def suggested() -> Shown:
    suggestion = half_way().suggestion
    assert suggestion is not None
    assert isinstance(suggestion.offer, Plan)
    return suggestion.offer.shown


def test_a_press_on_a_suggestion_is_judged_by_the_suggestion() -> None:
    state = half_way()
    assert state.suggestion is not None
    assert offer_for(state, suggested()) == state.suggestion.offer != state.offer


@pytest.mark.parametrize(
    ("changes", "denied"),
    [
        ({}, deny(Code.SUGGESTION_GONE, position="SHORT 1")),
        ({"held": {}, "listed_at": {}}, deny(Code.SUGGESTION_GONE, position="not known")),
        ({"is_closing": True}, deny(Code.CLOSING)),
    ],
)
def test_a_suggestion_that_is_gone_is_refused_with_the_reason_in_full(
    changes: dict[str, Any], denied: Denied
) -> None:
    assert offer_for(replace(half_way(), suggestion=None, **changes), suggested()) == denied


def asking() -> PanelState:
    """The trader is asked about reversing long 3."""
    state = ready()
    assert isinstance(state.offer, Plan)
    return replace(state, confirming=state.offer)


def test_a_question_that_another_position_took_back_says_which() -> None:
    moved = with_position(asking(), KEY, Position(Side.LONG, 2), 101.0)
    after = refreshed(with_orders(moved, "Sim101", (), 101.0))
    assert withdrawn(asking(), after) == deny(Code.POSITION_CHANGED, start="LONG 2")


def test_a_question_that_may_not_be_asked_now_says_what_holds_it_back() -> None:
    after = refreshed(replace(asking(), link=Link.UNREACHABLE))
    assert withdrawn(asking(), after) == deny(Code.NOT_CONNECTED, link="UNREACHABLE")


def test_a_question_that_stands_or_was_never_asked_is_not_taken_back() -> None:
    assert withdrawn(asking(), refreshed(asking())) is None
    assert withdrawn(ready(), refreshed(ready())) is None
