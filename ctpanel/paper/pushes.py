"""What the stream pushes by itself: quotes, profit, and what changed since the last look.

Only the content; numbering, sending and what goes wrong on the way is the session's (stream.py).
"""

from collections.abc import Callable
from typing import Any, Final

from ctpanel.domain.instrument import Contract
from ctpanel.paper.faults import Faults
from ctpanel.paper.live import LiveExchange
from ctpanel.paper.model import PaperOrder
from ctpanel.paper.views import Json, Views

_TOLD: Final = ("instrument", "last", "bid", "ask", "volume")
_HUGE: Final = 2_000_000


def _each(body: Json, **changed: object) -> Json:
    return {**body, "quotes": [{**quote, **changed} for quote in body["quotes"]]}


_QUOTES: Final[dict[str, Callable[[Json], Json | str | bytes]]] = {
    "nan": lambda body: _each(body, last=float("nan")),
    "unasked": lambda body: _each(body, instrument="NQ 12-31"),
    "skewed": lambda body: _each({**body, "epoch": -1}, epoch=4e15, quoteTime="1899-12-30"),
    "unknown_kind": lambda body: {**body, "type": "marketDepth"},
    "binary": lambda _: b"\x00\x01\x02",
    "garbage": lambda _: '{"type":"marketData","quotes":[{"instrument":',
    "huge": lambda body: {**body, "padding": "x" * _HUGE},
}


class Pushes:
    """Makes the pushed frames."""

    def __init__(self, live: LiveExchange, views: Views) -> None:
        self.live = live
        self._views = views

    @property
    def _faults(self) -> Faults:
        return self.live.exchange.faults

    def quotes(self, contracts: list[Contract]) -> Json | str | bytes:
        """`marketData`, or what a fault makes of it."""
        quotes = [self._quote(contract) for contract in contracts]
        body = {"type": "marketData", "quotes": quotes}
        spoil = _QUOTES.get(self._faults.stream_quotes)
        return body if spoil is None else spoil(body)

    def _quote(self, contract: Contract) -> Json:
        whole = self._views.quote(contract)
        return {name: whole[name] for name in _TOLD}

    def pnl(self) -> Json:
        """`pnlUpdate`."""
        told = [(a.name, self._views.account(a)["item"]) for a in self._views.accounts()]
        keys = ("unrealizedProfitLoss", "realizedProfitLoss", "netLiquidation")
        accounts = [{"account": name, **{k: item[k] for k in keys}} for name, item in told]
        epoch = self._views.epoch_ms(self.live.now_ms)
        return {"type": "pnlUpdate", "epoch": epoch, "accounts": accounts}

    def order(self, order: PaperOrder) -> Json:
        """`orderUpdate`."""
        return self._item("order", self._views.order(order))

    def executions(self, since: int) -> list[Json]:
        """`executionUpdate` of every fill after so many, each with its `positionUpdate`."""
        exchange, found = self.live.exchange, []
        for fill in exchange.fills[since:]:
            account = exchange.accounts[fill.account]
            held = self._views.held(account, fill.contract)
            position = self._views.position(account, fill.contract, held)
            found.append(self._item("execution", self._views.execution(fill)))
            found.append(self._item("position", position))
        return found

    def _item(self, name: str, item: dict[str, Any]) -> Json:
        kind = f"{name}Update"
        if self._faults.stream_items == "inline":
            return {**item, "type": kind}
        return {"type": kind, name: item}


class Changes:
    """What changed in orders and fills since the last look; begins with what is there."""

    def __init__(self, pushes: Pushes) -> None:
        self._pushes = pushes
        exchange = pushes.live.exchange
        self._fills = len(exchange.fills)
        self._orders = len(exchange.orders)
        self._open = {id(o): (o, len(o.history)) for o in exchange.orders if o.is_working}

    def look(self) -> list[Json]:
        """The frames that tell it."""
        exchange = self._pushes.live.exchange
        for order in exchange.orders[self._orders :]:
            self._open[id(order)] = (order, 0)
        self._orders = len(exchange.orders)
        told = [self._pushes.order(order) for order in self._changed()]
        told += self._pushes.executions(self._fills)
        self._fills = len(exchange.fills)
        return told

    def _changed(self) -> list[PaperOrder]:
        changed = []
        for key, (order, seen) in tuple(self._open.items()):
            if len(order.history) > seen:
                changed.append(order)
                self._open[key] = (order, len(order.history))
            if not order.is_working:
                del self._open[key]
        return changed
