"""A client of the API against any origin, and every order it can send."""

import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

from ctpanel.app.ports import Token, TokenHolder
from ctpanel.crosstrade.budget import Budget
from ctpanel.crosstrade.orders import CrossTradeOrders
from ctpanel.crosstrade.paths import Paths
from ctpanel.crosstrade.reads import CrossTradeReads
from ctpanel.crosstrade.transport import Channel, trusted_context
from ctpanel.domain.outcomes import WireOutcome
from ctpanel.domain.values import Side
from tests.fakes.examples import MES, intent, plan

TOKEN = "canary-Zx81-never-to-be-seen"

Call: TypeAlias = Callable[[CrossTradeOrders], Awaitable[WireOutcome]]

ORDERS: dict[str, Call] = {
    "reverse_position": lambda orders: orders.reverse_position(intent()),
    "reverse_same_size": lambda orders: orders.reverse_same_size("Sim101", MES),
    "close_position": lambda orders: orders.close_position("Sim101", MES),
    "flatten": lambda orders: orders.flatten("Sim101"),
    "cancel_orders": lambda orders: orders.cancel_orders("Sim101", MES),
    "cancel_order": lambda orders: orders.cancel_order("Sim101", "a1"),
    "place": lambda orders: orders.place("Sim101", MES, plan().order, "own-1", held=Side.FLAT),
}
TWO_STEPS = ("reverse_position", "reverse_same_size")


@dataclass
class Client:
    reads: CrossTradeReads
    orders: CrossTradeOrders
    paths: Paths


@asynccontextmanager
async def client(
    origin: str,
    *,
    listed: tuple[str, ...] = ("Sim101",),
    token: str = TOKEN,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Client]:
    holder, context = TokenHolder(Token(token)), tls or trusted_context()
    channels = tuple(Channel(origin, holder, context) for _ in range(2))
    paths, budget = Paths(), Budget(time.monotonic)
    paths.list_accounts(listed)
    reads = CrossTradeReads(channels[0], paths, budget, reserve=0.0, on_paper=False)
    try:
        yield Client(reads, CrossTradeOrders(channels[1], paths, budget), paths)
    finally:
        for channel in channels:
            await channel.close()
