"""The ticket: what it is at first, and what of it never outlives its position or its type."""

import pytest

from ctpanel.domain.market import account_kind
from ctpanel.domain.outcomes import Field
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.ticket import Ticket, choose_order_type, follow_position
from ctpanel.domain.values import AccountKind, Action, Entry, OrderType, TimeInForce

FULL = Ticket(
    account="Sim101",
    instrument="MES 12-26",
    action=Action.BUY,
    quantity="2",
    order_type=OrderType.STOPLIMIT,
    time_in_force=TimeInForce.GTC,
    limit_price="5010.00",
    stop_price="5011.00",
    oco_id="pair 7",
    strategy="Scalp",
    entry=Entry.ONLY_WHEN_FLAT,
    edited=frozenset(Field),
)


def test_a_new_ticket_is_a_market_order_in_one_call_with_nothing_typed() -> None:
    fresh = Ticket()
    typed = (fresh.account, fresh.instrument, fresh.limit_price, fresh.stop_price)
    assert {*typed, fresh.oco_id, fresh.strategy} == {""}
    chosen = (fresh.order_type, fresh.time_in_force, fresh.entry)
    assert chosen == (OrderType.MARKET, TimeInForce.DAY, Entry.ONE_CALL)


@pytest.mark.parametrize("position", [None, FLAT])
def test_without_a_position_there_is_no_size_to_follow(position: Position | None) -> None:
    assert Ticket().quantity_for(position) == ""


def test_what_was_meant_for_one_position_does_not_outlive_it() -> None:
    assert follow_position(FULL) == Ticket(
        account="Sim101",
        instrument="MES 12-26",
        order_type=OrderType.STOPLIMIT,
        time_in_force=TimeInForce.GTC,
        strategy="Scalp",
        entry=Entry.ONLY_WHEN_FLAT,
        edited=frozenset(
            {
                *(Field.ACCOUNT, Field.INSTRUMENT, Field.ORDER_TYPE, Field.TIME_IN_FORCE),
                *(Field.STRATEGY, Field.ENTRY),
            }
        ),
    )


PRICES = {
    OrderType.MARKET: ("", ""),
    OrderType.LIMIT: ("5010.00", ""),
    OrderType.STOPMARKET: ("", "5011.00"),
    OrderType.STOPLIMIT: ("5010.00", "5011.00"),
}


@pytest.mark.parametrize(("order_type", "prices"), PRICES.items())
def test_a_ticket_of_another_type_keeps_the_prices_that_apply(
    order_type: OrderType, prices: tuple[str, str]
) -> None:
    chosen = choose_order_type(FULL, order_type)
    assert (chosen.order_type, chosen.limit_price, chosen.stop_price) == (order_type, *prices)
    fields = dict(zip((Field.LIMIT_PRICE, Field.STOP_PRICE), prices, strict=True))
    assert chosen.edited == set(Field) - {field for field, price in fields.items() if not price}


@pytest.mark.parametrize(
    ("provider", "kind"),
    [
        ("Simulator", AccountKind.SIM),
        ("Playback", AccountKind.SIM),
        ("Rithmic", AccountKind.LIVE),
        ("", AccountKind.LIVE),
    ],
)
def test_only_ninjatraders_own_simulators_are_simulated(provider: str, kind: AccountKind) -> None:
    assert account_kind(provider, on_paper=False) is kind
