"""Every refusal of a ticket, whole: the field it stands beside, the values it is said with."""

from dataclasses import replace
from datetime import date

import pytest

from ctpanel.domain.outcomes import Code, Denied, Field, deny
from ctpanel.domain.position import FLAT
from ctpanel.domain.rules import problems
from ctpanel.domain.situation import Situation
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Action, OrderType
from tests.fakes.examples import MES, QUOTE, SIM101, now, ticket

LIMIT, STOP, STOP_LIMIT = OrderType.LIMIT, OrderType.STOPMARKET, OrderType.STOPLIMIT
LIMIT_BEYOND = ticket(order_type=STOP_LIMIT, stop_price="5010.00", limit_price="5010.25")

REFUSALS: list[tuple[Ticket, Situation, Denied]] = [
    (ticket(), now(accounts=(), account=None), deny(Code.NO_ACCOUNTS, Field.ACCOUNT)),
    (
        ticket(account="Sim999"),
        now(account=None),
        deny(Code.ACCOUNT_NOT_LISTED, Field.ACCOUNT, account="Sim999"),
    ),
    (
        ticket(),
        now(account=replace(SIM101, connection="ConnectionLost")),
        deny(Code.BROKER_OFFLINE, Field.ACCOUNT, connection="ConnectionLost"),
    ),
    (
        ticket(),
        now(quote=replace(QUOTE, expires=date(2026, 11, 22))),
        deny(Code.CONTRACT_EXPIRED, Field.INSTRUMENT, contract="MES 12-26"),
    ),
    (ticket(quantity="3"), now(position=None), deny(Code.POSITION_NOT_READ)),
    (ticket(), now(position_age=12.4), deny(Code.POSITION_STALE, age="12")),
    (ticket(quantity="3"), now(position=FLAT), deny(Code.NO_POSITION, contract="MES 12-26")),
    (
        ticket(quantity="3"),
        now(position=FLAT, quote=None),
        deny(Code.NO_POSITION, contract=""),
    ),
    (ticket(), now(orders_age=60.0), deny(Code.ORDERS_STALE)),
    (ticket(), now(is_moving=True), deny(Code.POSITION_MOVING)),
    (
        ticket(action=Action.BUY),
        now(),
        deny(Code.SAME_SIDE, Field.ACTION, action="BUY", side="LONG"),
    ),
    (ticket(quantity="1.5"), now(), deny(Code.QUANTITY_NOT_WHOLE, Field.QUANTITY, typed="1.5")),
    (
        ticket(quantity="21"),
        now(),
        deny(Code.QUANTITY_OVER_LIMIT, Field.QUANTITY, quantity=21, limit=20),
    ),
    (
        ticket(order_type=LIMIT, limit_price="5013.00"),
        now(quote_age=7.6),
        deny(Code.QUOTE_STALE, Field.ORDER_TYPE, age="8"),
    ),
    (ticket(order_type=LIMIT), now(), deny(Code.PRICE_MISSING, Field.LIMIT_PRICE)),
    (ticket(order_type=STOP), now(), deny(Code.PRICE_MISSING, Field.STOP_PRICE)),
    (
        ticket(order_type=LIMIT, limit_price="5 013"),
        now(),
        deny(Code.PRICE_UNREADABLE, Field.LIMIT_PRICE, typed="5 013"),
    ),
    (
        ticket(order_type=LIMIT, limit_price="-1.00"),
        now(),
        deny(Code.PRICE_NOT_POSITIVE, Field.LIMIT_PRICE, typed="-1.00"),
    ),
    (
        ticket(order_type=LIMIT, limit_price="5013.10"),
        now(),
        deny(
            Code.PRICE_OFF_TICK,
            Field.LIMIT_PRICE,
            typed="5013.10",
            tick="0.25",
            below="5013.00",
            above="5013.25",
        ),
    ),
    (
        ticket(order_type=STOP, stop_price="5010.00"),
        now(quote=replace(QUOTE, bid=None)),
        deny(Code.NO_MARKET, Field.STOP_PRICE),
    ),
    (
        ticket(order_type=STOP, stop_price="5012.25"),
        now(),
        deny(Code.STOP_WRONG_SIDE, Field.STOP_PRICE, action="SELL", market="5012.25"),
    ),
    (
        LIMIT_BEYOND,
        now(),
        deny(Code.LIMIT_BEYOND_STOP, Field.LIMIT_PRICE, action="SELL", stop="5010.00"),
    ),
    (ticket(oco_id=" a"), now(), deny(Code.OCO_ID_UNUSABLE, Field.OCO_ID)),
    (
        ticket(oco_id="a"),
        now(used_oco_ids=frozenset({"a"})),
        deny(Code.OCO_ID_USED, Field.OCO_ID, oco_id="a"),
    ),
    (ticket(strategy=" a"), now(), deny(Code.STRATEGY_UNUSABLE, Field.STRATEGY)),
    (
        ticket(strategy="Scalp"),
        now(strategy_quantities={"Scalp": 2}),
        deny(Code.STRATEGY_QUANTITY, Field.STRATEGY, strategy="Scalp", recorded=2, quantity=3),
    ),
]


@pytest.mark.parametrize(
    ("typed", "known", "refusal"), REFUSALS, ids=[refusal.code.name for _, _, refusal in REFUSALS]
)
def test_a_ticket_with_one_fault_is_refused_for_that_alone(
    typed: Ticket, known: Situation, refusal: Denied
) -> None:
    assert problems(typed, known) == (refusal,)


def test_an_instrument_without_a_contract_is_the_only_thing_said_about_prices() -> None:
    reason = deny(Code.INSTRUMENT_NOT_FOUND, Field.INSTRUMENT, typed="XX", reason="no")
    nowhere = now(unresolved=reason, quote=None, quote_age=float("inf"))
    assert problems(ticket(order_type=LIMIT, limit_price="5013.00"), nowhere) == (reason,)


def test_a_quantity_that_cannot_be_read_is_not_compared_with_the_strategys() -> None:
    found = problems(ticket(quantity="x", strategy="Scalp"), now(strategy_quantities={"Scalp": 2}))
    assert [refusal.code for refusal in found] == [Code.QUANTITY_NOT_WHOLE]


def test_an_empty_oco_id_is_never_a_used_one() -> None:
    assert problems(ticket(), now(used_oco_ids=frozenset({""}))) == ()


def test_no_strategy_is_not_compared_with_any() -> None:
    assert problems(ticket(), now(strategy_quantities={"": 2})) == ()


def test_a_refusal_reads_as_its_code_and_its_values() -> None:
    refusal = deny(Code.OCO_ID_USED, Field.OCO_ID, oco_id="a", account="Sim101")
    assert str(refusal) == "OCO_ID_USED oco_id=a account=Sim101"


def test_a_contract_of_an_earlier_month_has_expired_without_any_date() -> None:
    old = replace(QUOTE, contract=replace(MES, year=2025), expires=None)
    refusal = deny(Code.CONTRACT_EXPIRED, Field.INSTRUMENT, contract="MES 12-25")
    assert problems(ticket(), now(quote=old)) == (refusal,)
