"""Quotes and sessions.

https://xt-docs.pages.dev/api/market/get-quote
https://xt-docs.pages.dev/api/market/get-market-info
"""

from decimal import Decimal
from typing import Any, Final

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


SMALLEST_TICK: Final = Decimal("1e-9")
LARGEST_TICK: Final = Decimal(1_000_000)


def quote(body: object, query: str) -> Quote:
    """`GET market/quote` of one instrument: a flat object without `success`.

    It must be about what was asked: the very contract, or some contract of the root.
    """
    found = _quote(typed(body, _Quote))
    if query not in (found.contract.name, found.contract.root):
        raise Garbled(f"asked for {query}, answered for {found.contract}")
    return found


def quotes(body: object) -> tuple[Quote, ...]:
    """`GET market/quote` of several: a bare list."""
    return tuple(_quote(item) for item in listed(body, "quotes", _Quote))


def _quote(item: _Quote) -> Quote:
    tick, point_value = price(item.tick_size), price(item.point_value)
    sound = tick is not None and SMALLEST_TICK <= tick <= LARGEST_TICK
    if tick is None or point_value is None or not sound or point_value <= 0:
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
