"""Quotes: a flat object without `success`, a bare array for several, doubles with noise.

https://xt-docs.pages.dev/api/market/get-quote
"""

import json
from datetime import date
from decimal import Decimal

import pytest

from ctpanel.crosstrade.answers import body_of_read
from ctpanel.crosstrade.errors import Garbled
from ctpanel.crosstrade.strict_json import parse
from ctpanel.crosstrade.transport import Reply
from ctpanel.crosstrade.wire import market as wire
from ctpanel.crosstrade.wire.envelope import typed
from ctpanel.domain.instrument import Contract
from ctpanel.domain.market import Quote
from tests.fakes.examples import MES
from tests.unit.crosstrade.samples import read

QUOTE = {
    "description": "Micro E-mini S&P 500",
    "type": "Future",
    "tickSize": 0.25,
    "pointValue": 5,
    "tickValue": 1.25,
    "exchange": "Cme",
    "expiration": "2026-12-18T08:30:00",
    "tradingHours": "CME US Index Futures ETH",
    "instrument": "MES 12-26",
    "bid": 5012.25,
    "ask": 5012.500000000001,
    "last": 5012.499999999999,
    "open": 5000,
    "volume": 123456,
    "quoteTime": "2026-11-23T08:30:00.0000000",
    "epoch": 1795444200,
    "dataSource": {"status": "Live", "connectedFeeds": ["Sim"]},
    "isMarketOpen": True,
}


def one_quote(body: object, query: str = "MES 12-26") -> Quote:
    return wire.quote(body, query)


def quote(**changes: object) -> Quote:
    return one_quote(read({**QUOTE, **changes}))


def test_a_quote_without_success_is_a_successful_answer() -> None:
    body = body_of_read(Reply(200, json.dumps(QUOTE).encode()))
    assert one_quote(body).contract == MES


def test_doubles_with_noise_come_out_on_the_tick() -> None:
    found = quote()
    assert (found.bid, found.ask, found.last) == (
        Decimal("5012.25"),
        Decimal("5012.50"),
        Decimal("5012.50"),
    )


def test_a_price_really_off_the_tick_is_not_moved() -> None:
    assert quote(bid=5012.3).bid == Decimal("5012.3")


def test_tick_size_and_point_value_are_exact() -> None:
    found = quote(tickSize=0.03125, pointValue=1000.0)
    assert (found.tick_size, found.point_value) == (Decimal("0.03125"), Decimal(1000))


@pytest.mark.parametrize("missing", [0, 0.0, None])
def test_a_price_of_zero_or_null_is_no_price(missing: object) -> None:
    found = quote(bid=missing, ask=missing, last=missing)
    assert (found.bid, found.ask, found.last) == (None, None, None)


def test_prices_may_be_absent() -> None:
    bare = {k: v for k, v in QUOTE.items() if k not in ("bid", "ask", "last")}
    assert one_quote(read(bare)).last is None


def test_a_negative_price_is_a_price() -> None:
    assert quote(last=-37.75).last == Decimal("-37.75")


def test_several_quotes_are_a_bare_array() -> None:
    other = {**QUOTE, "instrument": "NQ 12-26"}
    found = wire.quotes(read([QUOTE, other]))
    assert [q.contract for q in found] == [MES, Contract("NQ", 2026, 12)]


def test_a_bare_array_is_not_one_quote() -> None:
    with pytest.raises(Garbled):
        one_quote(read([QUOTE]))


@pytest.mark.parametrize("key", ["instrument", "tickSize", "pointValue"])
def test_a_quote_without_a_required_key_is_garbled(key: str) -> None:
    with pytest.raises(Garbled):
        one_quote(read({k: v for k, v in QUOTE.items() if k != key}))


@pytest.mark.parametrize("key", ["tickSize", "pointValue"])
@pytest.mark.parametrize("value", [0, -0.25, None, "x", True, 1e12])
def test_a_tick_that_measures_nothing_is_garbled(key: str, value: object) -> None:
    with pytest.raises(Garbled):
        quote(**{key: value})


@pytest.mark.parametrize("tick", ["1e-30", "1e-300", "1e-10", "1e300"])
def test_a_tick_too_small_to_count_in_is_garbled(tick: str) -> None:
    text = json.dumps({**QUOTE, "tickSize": "?"}).replace('"?"', tick)
    with pytest.raises(Garbled):
        one_quote(parse(text.encode()))


@pytest.mark.parametrize("name", ["MES", "MES ##-##", "MESZ6", "", "MES 13-26"])
def test_a_quote_that_is_not_of_a_dated_contract_is_garbled(name: str) -> None:
    with pytest.raises(Garbled):
        quote(instrument=name)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-18", date(2026, 12, 18)),
        ("2026-12-18T08:30:00", date(2026, 12, 18)),
        ("2026-12-18T08:30:00.0000000-06:00", date(2026, 12, 18)),
        ("2026-12-18T14:30:00Z", date(2026, 12, 18)),
        ("12/18/2026 8:30:00 AM", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_an_expiry_is_read_where_it_is_a_date(text: str | None, day: date | None) -> None:
    assert quote(expiration=text).expires == day


def test_whether_the_market_is_open_may_be_unknown() -> None:
    assert quote(isMarketOpen=None).is_open is None
    assert quote(isMarketOpen=False).is_open is False


def test_market_info_is_read() -> None:
    body = {"success": True, "instrument": "MES 12-26", "status": {"isOpen": True, "state": "Open"}}
    assert typed(read(body), wire.MarketInfo).status["isOpen"] is True
