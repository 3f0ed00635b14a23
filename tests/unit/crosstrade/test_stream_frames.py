"""What received frames are: each kind that is known, and everything else that can come."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.crosstrade.stream.frames import (
    LONGEST_PUSH,
    Answer,
    Elsewhere,
    Frame,
    Ignored,
    Nothing,
    Push,
    read_frame,
)
from ctpanel.domain.order import OrderState
from ctpanel.domain.position import FLAT
from ctpanel.domain.stream import (
    AccountPnl,
    BridgeState,
    ExecutionPush,
    OrderPush,
    PnlUpdate,
    PositionPush,
    QuoteTick,
    Resync,
    ServerStatus,
)
from tests.fakes.examples import MES, QUOTE
from tests.unit.crosstrade.samples import LONG, POSITION

ORDER = {
    "account": "Sim101",
    "orderId": "a1",
    "instrument": "MES 12-26",
    "instrumentType": "Future",
    "orderAction": "Sell",
    "orderType": "Market",
    "orderState": "Filled",
    "quantity": 3,
    "filled": 3,
}
EXECUTION = {
    "account": "Sim101",
    "id": "f1",
    "orderId": "a1",
    "instrument": "MES 12-26",
    "quantity": 3,
    "price": 5012.25,
    "time": "2026-11-23T09:30:00.0000000",
}
TICK = {"instrument": "MES 12-26", "bid": 5012.25, "ask": 5012.5, "last": 5012.5, "volume": 12}


def read(body: object) -> Frame:
    return read_frame(body if isinstance(body, str) else json.dumps(body))


def quotes(*items: object, **more: object) -> Frame:
    return read({"type": "marketData", "quotes": items, **more})


def event(body: dict[str, Any]) -> object:
    found = read(body).content
    assert isinstance(found, Push), found
    (only,) = found.events
    return only


def nothing(body: object) -> Nothing:
    found = read(body).content
    assert isinstance(found, Nothing), found
    return found


# --- what is known ----------------------------------------------------------------------------


def test_quotes_are_ticks_of_their_contracts() -> None:
    tick = QuoteTick(MES, Decimal("5012.25"), Decimal("5012.5"), Decimal("5012.5"))
    assert quotes(TICK).content == Push(ticks=(tick,))


def test_a_tick_replaces_the_prices_of_a_quote_and_nothing_else() -> None:
    noisy = QuoteTick(MES, Decimal("5013.250000000455"), None, Decimal("5013.25"))
    found = noisy.onto(QUOTE)
    assert (found.bid, found.ask, found.last) == (Decimal("5013.25"), None, Decimal("5013.25"))
    assert (found.tick_size, found.contract) == (QUOTE.tick_size, MES)


def test_a_price_of_zero_is_none() -> None:
    assert quotes({**TICK, "bid": 0.0, "ask": None}).content == Push(
        ticks=(QuoteTick(MES, None, None, Decimal("5012.5")),)
    )


def test_profit_is_told_of_each_account_that_is_named() -> None:
    amounts = {"unrealizedProfitLoss": -18.75, "realizedProfitLoss": 2, "netLiquidation": 1e5}
    told = [{"account": "Sim101", **amounts}, {"name": "Sim102"}, {"realizedProfitLoss": 7}]
    assert event({"type": "pnlUpdate", "epoch": 1, "accounts": told}) == PnlUpdate(
        (
            AccountPnl("Sim101", Decimal("-18.75"), Decimal(2), Decimal(100_000)),
            AccountPnl("Sim102"),
        )
    )


@pytest.mark.parametrize("shape", ["position", None])
def test_a_changed_position_is_told_under_its_name_or_inline(shape: str | None) -> None:
    body = {shape: POSITION} if shape else {**POSITION}
    assert event({**body, "type": "positionUpdate"}) == PositionPush("Sim101", MES, LONG)


def test_a_position_that_is_no_more_is_flat() -> None:
    gone = {**POSITION, "marketPosition": "Flat", "quantity": 0}
    assert event({"type": "positionUpdate", "position": gone}) == PositionPush("Sim101", MES, FLAT)


@pytest.mark.parametrize("shape", ["order", None])
def test_a_changed_order_is_told_under_its_name_or_inline(shape: str | None) -> None:
    body = {shape: ORDER} if shape else {**ORDER}
    found = event({**body, "type": "orderUpdate"})
    assert isinstance(found, OrderPush)
    assert (found.order.order_id, found.order.state) == ("a1", OrderState.FILLED)
    assert (found.order.account, found.order.net_filled) == ("Sim101", -3)


@pytest.mark.parametrize("shape", ["execution", None])
def test_a_fill_is_told_under_its_name_or_inline(shape: str | None) -> None:
    body = {shape: EXECUTION} if shape else {**EXECUTION}
    found = event({**body, "type": "executionUpdate"})
    assert isinstance(found, ExecutionPush)
    assert (found.account, found.execution.order_id) == ("Sim101", "a1")
    assert (found.execution.quantity, found.execution.price) == (3, Decimal("5012.25"))


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("ready", BridgeState.READY),
        ("Syncing", BridgeState.SYNCING),
        ("disconnected", BridgeState.OFFLINE),
        ("stalled", BridgeState.OFFLINE),
        ("stopped", BridgeState.OFFLINE),
        ("recovering", BridgeState.UNCLEAR),
        ("", BridgeState.UNCLEAR),
    ],
)
def test_only_ready_vouches_for_what_is_pushed(word: str, state: BridgeState) -> None:
    assert event({"type": "status", "state": word}) == ServerStatus(state, word)


def test_the_server_can_ask_to_read_anew() -> None:
    assert event({"type": "resync"}) == Resync()


def test_a_newer_connection_elsewhere_is_told_from_other_errors() -> None:
    assert read({"error": "Session active elsewhere"}).content == Elsewhere(
        "Session active elsewhere"
    )
    assert nothing({"error": "Rate limit exceeded"}).why is Ignored.SAID


@pytest.mark.parametrize("body", [{"status": "subscribed"}, {"status": "ok", "seq": 3}])
def test_an_acknowledgement_is_nothing_and_nothing_is_wrong_with_it(body: object) -> None:
    assert nothing(body) == Nothing(None)


def test_a_frame_has_its_number_and_what_was_dropped_before_it() -> None:
    frame = read({"type": "resync", "seq": 41, "dropped": 3})
    assert (frame.number, frame.dropped) == (41, 3)
    assert (read({"type": "resync"}).number, read({"type": "resync", "dropped": True}).dropped) == (
        None,
        1,
    )


# --- what cannot be followed ------------------------------------------------------------------

NO_FRAMES: dict[str, tuple[str | bytes, Ignored]] = {
    "binary": (b'{"type":"resync"}', Ignored.BINARY),
    "huge": (json.dumps({"type": "resync", "x": "y" * LONGEST_PUSH}), Ignored.TOO_LARGE),
    "empty": ("", Ignored.NOT_JSON),
    "a page": ("<html>Maintenance</html>", Ignored.NOT_JSON),
    "cut off": ('{"type":"orderUpdate","order":{"orderId":"a', Ignored.NOT_JSON),
    "two in one": ('{"type":"resync"}{"type":"resync"}', Ignored.NOT_JSON),
    "a key twice": ('{"type":"resync","type":"status"}', Ignored.NOT_JSON),
    "two ids": ('{"id":"c1","id":"c2","data":{}}', Ignored.NOT_JSON),
    "NaN": ('{"type":"marketData","quotes":[{"last":NaN}]}', Ignored.NOT_JSON),
    "infinite": ('{"type":"pnlUpdate","accounts":[],"x":1e999}', Ignored.NOT_JSON),
    "half a character": ('{"type":"\\ud800"}', Ignored.NOT_JSON),
    "raw half a character": ('{"type":"\ud800"}', Ignored.NOT_JSON),
    "nested without end": ("[" * 100_000, Ignored.NOT_JSON),
    "a list": ("[]", Ignored.NOT_A_FRAME),
    "a number": ("7", Ignored.NOT_A_FRAME),
    "null": ("null", Ignored.NOT_A_FRAME),
    "a negative number of it": ('{"type":"resync","seq":-1}', Ignored.NOT_A_FRAME),
    "a number in quotes": ('{"type":"resync","seq":"7"}', Ignored.NOT_A_FRAME),
    "a number past all numbers": ('{"type":"resync","seq":99999999999999999}', Ignored.NOT_A_FRAME),
    "a broken number": ('{"type":"resync","seq":1.5}', Ignored.NOT_A_FRAME),
    "dropped in words": ('{"type":"resync","dropped":"some"}', Ignored.NOT_A_FRAME),
}


@pytest.mark.parametrize(("raw", "why"), NO_FRAMES.values(), ids=NO_FRAMES)
def test_what_is_no_frame_says_why_and_may_have_been_news(raw: str | bytes, why: Ignored) -> None:
    began = time.monotonic()
    assert read_frame(raw) == Frame(Nothing(why, may_be_news=True))
    assert time.monotonic() - began < 1


UNREADABLE = {
    "an order without a state": {"type": "orderUpdate", "order": {"account": "Sim101"}},
    "an order of nobody": {"type": "orderUpdate", "order": {**ORDER, "account": ""}},
    "an order that is a list": {"type": "orderUpdate", "order": [ORDER]},
    "a position that contradicts itself": {**POSITION, "type": "positionUpdate", "quantity": 0},
    "a position of NaN": {**POSITION, "type": "positionUpdate", "averagePrice": "NaN"},
    "a fill of no number": {**EXECUTION, "type": "executionUpdate", "quantity": "three"},
    "profit that is no list": {"type": "pnlUpdate", "accounts": {"Sim101": 7}},
    "profit of a thousand": {"type": "pnlUpdate", "accounts": [{}] * 1000},
    "a status without a word": {"type": "status"},
    "an undated contract": {**POSITION, "type": "positionUpdate", "instrument": "MES"},
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_change_may_have_been_news(body: object) -> None:
    assert nothing(body) == Nothing(Ignored.UNREADABLE, may_be_news=True)


BAD_TICKS = {
    "NaN in quotes": {**TICK, "last": "NaN"},
    "infinity in quotes": {**TICK, "bid": "Infinity"},
    "a price nothing has": {**TICK, "ask": 1e12},
    "no contract": {"last": 5012.25},
    "an undated contract": {**TICK, "instrument": "MES"},
    "a price of words": {**TICK, "last": "much"},
    "no object": 7,
}


@pytest.mark.parametrize("item", BAD_TICKS.values(), ids=BAD_TICKS)
def test_a_bad_quote_does_not_take_the_others_with_it(item: object) -> None:
    found = quotes(item, TICK).content
    assert isinstance(found, Push)
    assert [tick is None for tick in found.ticks] == [True, False]


@pytest.mark.parametrize("body", [{"quotes": {}}, {"quotes": [TICK] * 1000}, {}])
def test_quotes_that_are_no_list_are_only_ignored(body: dict[str, object]) -> None:
    assert nothing({"type": "marketData", **body}) == Nothing(Ignored.UNREADABLE)


@pytest.mark.parametrize("when", [-1, 0, 1e15, "1899-12-30T00:00:00", None, "x"])
def test_the_servers_clock_changes_nothing(when: object) -> None:
    skewed = quotes({**TICK, "epoch": when, "quoteTime": when}, epoch=when)
    assert skewed == quotes(TICK)


def test_a_kind_nobody_knows_is_ignored_without_reading_anew() -> None:
    assert nothing({"type": "marketDepth"}) == Nothing(Ignored.UNKNOWN_KIND)
    assert nothing({}) == Nothing(Ignored.UNKNOWN_KIND)


@pytest.mark.parametrize("kind", ["positionUpdate", "orderUpdate", "executionUpdate"])
def test_what_is_no_future_does_not_concern_us(kind: str) -> None:
    stock = {"account": "Sim101", "instrument": "AAPL", "instrumentType": "Stock"}
    assert nothing({**stock, "type": kind}) == Nothing(Ignored.NOT_OURS)


@pytest.mark.parametrize("call_id", [1, None, ["c1"], {}])
def test_an_answer_under_no_text_is_an_answer_to_nobody(call_id: object) -> None:
    assert nothing({"id": call_id, "data": {}}) == Nothing(Ignored.UNKNOWN_ID)


# --- anything at all --------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
WORDS = st.sampled_from(
    ["marketData", "pnlUpdate", "positionUpdate", "orderUpdate", "executionUpdate", "status"]
)
OTHERS = ("id", "data", "error", "detail", "seq", "dropped", "quotes", "accounts", "order")
KEYS = st.sampled_from([*OTHERS, *POSITION, *ORDER, *EXECUTION, *TICK])


@given(st.text() | st.binary())
def test_no_bytes_make_a_frame_raise(raw: str | bytes) -> None:
    assert isinstance(read_frame(raw), Frame)


@given(WORDS, st.dictionaries(KEYS, VALUES))
def test_no_content_makes_a_frame_raise(kind: str, body: dict[str, Any]) -> None:
    assert isinstance(read_frame(json.dumps({"type": kind, **body})), Frame)


@given(VALUES, VALUES, VALUES)
def test_no_content_makes_an_answer_raise(call_id: object, data: object, error: object) -> None:
    for body in ({"id": call_id, "data": data}, {"id": call_id, "error": error}):
        assert isinstance(read_frame(json.dumps(body)).content, Answer | Nothing)


@given(st.data(), st.sampled_from([ORDER, POSITION, EXECUTION, TICK]))
def test_one_changed_field_makes_no_known_frame_raise(
    data: st.DataObject, item: dict[str, Any]
) -> None:
    key = data.draw(st.sampled_from(sorted(item)))
    changed = {**item, key: data.draw(VALUES)}
    for kind in ("orderUpdate", "positionUpdate", "executionUpdate"):
        read({**changed, "type": kind})
    quotes(changed)
