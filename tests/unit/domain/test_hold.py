"""What holds every press up, gathered from the whole state: with its values, and no wider."""

from dataclasses import replace
from typing import Any

import pytest

from ctpanel.domain.instrument import Contract
from ctpanel.domain.offers import hold, reported, situation
from ctpanel.domain.order import OrderState
from ctpanel.domain.outcomes import Code, Denied, deny
from ctpanel.domain.report import Act, ActSending, PressDenied, Report
from ctpanel.domain.state import Link, PanelState, Read, Resolution, TokenPrompt
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import OrderType
from tests.fakes.clocks import START
from tests.fakes.examples import LONG_3, MES, QUOTE, SIM101, TODAY, order

KEY = ("Sim101", MES)
MNQ = Contract("MNQ", 2026, 12)
SIM102 = replace(SIM101, name="Sim102")
MARKET = order("m", state=OrderState.WORKING, filled=0)


def first() -> PanelState:
    return PanelState(origin="https://example.test", on_paper=True, now=10.0, today=TODAY)


def ready(**changes: Any) -> PanelState:  # noqa: ANN401 - a test names the fields it changes
    """Connected, long 3 MES in Sim101 of two accounts, everything read just now."""
    state = replace(
        first(),
        link=Link.CONNECTED,
        accounts=(SIM101, SIM102),
        ticket=Ticket(account="Sim101", instrument="MES 12-26"),
        resolution=Resolution(contract=MES, problem=None),
        held={KEY: Read(LONG_3, 10.0)},
        quotes={MES: Read(QUOTE, 10.0)},
        orders={"Sim101": Read((), 10.0)},
    )
    return replace(state, **changes)


def orders(*found: object) -> dict[str, Any]:
    return {"orders": {"Sim101": Read(found, 10.0)}}


def acting(account: str, contract: Contract | None) -> dict[str, Any]:
    return {"acts": frozenset({ActSending(Act.CLOSE, account, contract)})}


HELD_UP: list[tuple[dict[str, Any], Denied]] = [
    ({"faults": ("first", "last")}, deny(Code.PANEL_FAULT, detail="last")),
    ({"journal_fault": "disk full"}, deny(Code.JOURNAL_FAULT, detail="disk full")),
    ({"link": Link.UNREACHABLE}, deny(Code.NOT_CONNECTED, link="UNREACHABLE")),
    (acting("Sim101", MES), deny(Code.BUSY)),
    (acting("Sim101", None), deny(Code.BUSY)),
    (orders(MARKET), deny(Code.MARKET_ORDER_WORKING, contract=MES)),
]


@pytest.mark.parametrize(("changes", "denied"), HELD_UP)
def test_a_press_is_held_up_with_the_reason_in_full(
    changes: dict[str, Any], denied: Denied
) -> None:
    assert hold(ready(**changes)) == denied


NOT_HELD_UP: dict[str, dict[str, Any]] = {
    "nothing at all": {},
    "another contract's action": acting("Sim101", MNQ),
    "another account's action": acting("Sim102", MES),
    "another account's flattening": acting("Sim102", None),
    "a resting order": orders(replace(MARKET, order_type=OrderType.LIMIT)),
    "a finished market order": orders(replace(MARKET, state=OrderState.FILLED)),
    "another contract's market order": orders(replace(MARKET, contract=MNQ)),
}


@pytest.mark.parametrize("changes", NOT_HELD_UP.values(), ids=NOT_HELD_UP)
def test_a_press_is_not_held_up_by(changes: dict[str, Any]) -> None:
    assert hold(ready(**changes)) is None


# --- position and orders belong together ------------------------------------------------------


@pytest.mark.parametrize(
    ("position_at", "orders_at", "is_moving"),
    [(9.0, 9.0, False), (8.9, 9.0, True), (9.0, 8.9, True), (9.5, 9.5, False)],
)
def test_what_was_read_before_the_last_change_does_not_belong_together(
    position_at: float,
    orders_at: float,
    is_moving: bool,  # noqa: FBT001
) -> None:
    state = ready(
        held={KEY: Read(LONG_3, position_at)},
        orders={"Sim101": Read((), orders_at)},
        moved_at={KEY: 9.0},
    )
    assert situation(state).is_moving is is_moving


@pytest.mark.parametrize(
    "unread", [{"held": {}}, {"orders": {}}, {"resolution": Resolution()}, {"moved_at": {}}]
)
def test_nothing_moves_that_was_never_read(unread: dict[str, Any]) -> None:
    state = replace(ready(moved_at={KEY: 11.0}), **unread)
    assert situation(state).is_moving is False


def test_the_very_first_readings_belong_together() -> None:
    early = ready(held={KEY: Read(LONG_3, 0.5)}, orders={"Sim101": Read((), 0.5)})
    assert situation(early).is_moving is False


# --- what the ticket stands for ---------------------------------------------------------------


def test_the_account_is_the_listed_one_that_the_ticket_names() -> None:
    assert ready(ticket=Ticket(account="Sim102")).account == SIM102
    assert ready(ticket=Ticket(account="Sim999")).account is None


def test_the_ticket_has_a_key_once_account_and_contract_are_known() -> None:
    assert ready().key == KEY
    assert ready(accounts=()).key is None
    assert ready(resolution=Resolution()).key is None


def test_a_reading_of_this_moment_has_no_age() -> None:
    assert ready().age(Read(1, 10.0)) == 0.0
    assert ready().age(Read(1, 10.5)) == 0.0
    assert ready().age(Read(1, 8.0)) == 2.0


def test_only_recorded_strategies_have_a_quantity() -> None:
    state = ready(strategies={"Scalp": 3, "Runner": None})
    assert situation(state).strategy_quantities == {"Scalp": 3}


def test_the_last_event_is_the_newest() -> None:
    events = [PressDenied(deny(code)) for code in (Code.BUSY, Code.CLOSING, Code.NO_POSITION)]
    state = first()
    assert state.last_event is None
    for event in events:
        state = reported(state, Report(START, event))
        assert state.last_event == event


def test_a_panel_that_has_just_begun_knows_nothing_and_asks_for_nothing() -> None:
    state = first()
    assert (state.link, state.offer) == (
        Link.STARTING,
        deny(Code.NOT_CONNECTED, link="STARTING"),
    )
    assert (state.elsewhere, state.link_detail, state.journal_fault) == ("", "", "")
    assert (state.offer_since, state.is_closing, state.resolution.is_typing) == (0.0, False, False)
    assert (state.suggestion_since, state.decimal_sign) == (0.0, ".")
    assert (state.ticket, state.token_prompt) == (Ticket(), None)


def test_the_token_dialog_opens_without_a_problem() -> None:
    prompt = TokenPrompt()
    assert (prompt.is_checking, prompt.problem, prompt.may_skip_saving) == (False, "", False)
