"""The bodies that make orders: what applies, exactly, and nothing else.

https://crosstrade.io/docs/api/positions/post-reverse-position
"""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.crosstrade.strict_json import parse
from ctpanel.crosstrade.wire.orders import body_of, entry_fields
from ctpanel.domain.reverse import EntryOrder
from ctpanel.domain.values import PRICE_CEILING, Action, OrderType, TimeInForce
from tests.fakes.examples import MES

PRICES = st.decimals(
    min_value=-PRICE_CEILING,
    max_value=PRICE_CEILING,
    allow_nan=False,
    allow_infinity=False,
    places=7,
)
TEXTS = st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=64)


@st.composite
def entries(draw: st.DrawFn) -> EntryOrder:
    kind = draw(st.sampled_from(OrderType))
    return EntryOrder(
        draw(st.sampled_from(Action)),
        draw(st.integers(1, 10_000)),
        kind,
        draw(st.sampled_from(TimeInForce)),
        draw(PRICES) if kind.needs_limit else None,
        draw(PRICES) if kind.needs_stop else None,
        draw(TEXTS),
        draw(TEXTS),
    )


@given(entries())
def test_a_body_has_the_fields_that_apply_and_no_others(entry: EntryOrder) -> None:
    sent = parse(body_of(entry_fields(MES, entry)))
    expected = {"instrument", "action", "quantity", "orderType", "timeInForce"}
    expected |= {"limitPrice"} if entry.order_type.needs_limit else set()
    expected |= {"stopPrice"} if entry.order_type.needs_stop else set()
    expected |= {"ocoId"} if entry.oco_id else set()
    expected |= {"strategy"} if entry.strategy else set()
    assert set(sent) == expected
    assert None not in sent.values()


@given(entries())
def test_a_body_says_exactly_what_was_meant(entry: EntryOrder) -> None:
    sent = parse(body_of(entry_fields(MES, entry)))
    assert sent["instrument"] == "MES 12-26"
    assert (sent["action"], sent["quantity"]) == (entry.action.value, entry.quantity)
    assert (sent["orderType"], sent["timeInForce"]) == (
        entry.order_type.value,
        entry.time_in_force.value,
    )
    assert sent.get("limitPrice") == entry.limit_price
    assert sent.get("stopPrice") == entry.stop_price
    assert (sent.get("ocoId", ""), sent.get("strategy", "")) == (entry.oco_id, entry.strategy)


@pytest.mark.parametrize(
    "digits", ["5012.50", "5012", "0.00671250", "-37.75", "110.515625", "1E+3"]
)
def test_a_price_is_sent_as_a_json_number_with_its_own_digits(digits: str) -> None:
    entry = EntryOrder(Action.BUY, 1, OrderType.LIMIT, TimeInForce.DAY, Decimal(digits))
    written = format(Decimal(digits), "f").encode()
    assert b'"limitPrice":' + written + b"}" in body_of(entry_fields(MES, entry))


def test_the_documented_example_is_sent_as_documented() -> None:
    entry = EntryOrder(Action.BUY, 1, OrderType.MARKET, TimeInForce.DAY)
    assert json.loads(body_of(entry_fields(MES, entry))) == {
        "instrument": "MES 12-26",
        "action": "BUY",
        "orderType": "MARKET",
        "quantity": 1,
        "timeInForce": "DAY",
    }
