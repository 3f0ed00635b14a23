"""Quotes and sessions.

https://xt-docs.pages.dev/api/market/get-quote
https://xt-docs.pages.dev/api/market/get-market-info
"""

from decimal import Decimal
from typing import Any

import msgspec

from ctpanel.crosstrade.errors import Garbled
from ctpanel.crosstrade.wire.envelope import contract, day, listed, price, typed
from ctpanel.domain.instrument import snap
from ctpanel.domain.market import Quote
from ctpanel.domain.values import Price


class _Quote(msgspec.Struct, rename="camel"):
    instrument: str
    tick_size: Decimal
    point_value: Decimal
    bid: Decimal | None = None
    ask: Decimal | None = None
    last: Decimal | None = None
    expiration: str | None = None
    is_market_open: bool | None = None


class MarketInfo(msgspec.Struct, rename="camel"):
    """Session information, as `GET market/info` gives it."""

    instrument: str
    status: dict[str, Any]
    session: dict[str, Any] = {}


def quote(body: object) -> Quote:
    """`GET market/quote` of one instrument: a flat object without `success`."""
    return _quote(typed(body, _Quote))


def quotes(body: object) -> tuple[Quote, ...]:
    """`GET market/quote` of several: a bare list."""
    return tuple(_quote(item) for item in listed(body, "quotes", _Quote))


def _quote(item: _Quote) -> Quote:
    tick, point_value = price(item.tick_size), price(item.point_value)
    if not tick or not point_value or tick < 0 or point_value < 0:
        raise Garbled("a quote without a usable tick size or point value")
    return Quote(
        contract=contract(item.instrument),
        bid=_market_price(item.bid, tick),
        ask=_market_price(item.ask, tick),
        last=_market_price(item.last, tick),
        tick_size=tick,
        point_value=point_value,
        expires=day(item.expiration),
        is_open=item.is_market_open,
    )


def _market_price(raw: Decimal | None, tick: Price) -> Price | None:
    """A price as traded: doubles arrive with noise in the last digits, and zero means none."""
    checked = price(raw)
    return snap(checked, tick) if checked else None
