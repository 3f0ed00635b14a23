"""A paper exchange in a test's own time, whose market moves only when it is moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from ctpanel.domain.order import OrderState
from ctpanel.domain.values import Action, OrderType
from ctpanel.paper.exchange import Exchange
from ctpanel.paper.faults import Faults
from ctpanel.paper.market import Market
from ctpanel.paper.model import NewOrder, PaperOrder
from tests.fakes.examples import MES
from tests.fakes.fake_server import new_exchange

BID, ASK = Decimal("5012.25"), Decimal("5012.50")
"""Where MES stands at first."""

MARKET_BUY = NewOrder(MES, Action.BUY, 1, OrderType.MARKET)


@contextmanager
def still_exchange(**faults: Any) -> Iterator[Exchange]:  # noqa: ANN401 - each fault has its type
    with patch.object(Market, "step"):
        yield new_exchange(Faults(**faults))


def asked(**changes: Any) -> NewOrder:  # noqa: ANN401 - a test names the fields it changes
    return replace(MARKET_BUY, **changes)


def wait(exchange: Exchange, ms: int = 1000) -> None:
    """Let time pass."""
    exchange.advance(exchange.now_ms + ms)


def place(exchange: Exchange, account: str = "Sim102", /, **changes: Any) -> PaperOrder:  # noqa: ANN401 - same
    """Submit an order into an account that holds no MES, and let it come to rest."""
    order = exchange.submit(account, asked(**changes))
    wait(exchange)
    return order


def move(exchange: Exchange, ticks: int) -> None:
    """Move the market and let orders see it."""
    book = exchange.market.book(MES)
    book.move_to(book.bid + ticks)
    wait(exchange)


def states(order: PaperOrder) -> list[str]:
    return [word for _, word in order.history]


def net(exchange: Exchange, account: str = "Sim102") -> int:
    return exchange.accounts[account].net(MES)


def working(exchange: Exchange, account: str = "Sim102") -> list[PaperOrder]:
    return exchange.working(account, MES)


REJECTED = OrderState.REJECTED
