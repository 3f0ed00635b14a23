"""The exchange's state as the API's JSON, oddities included.

Raw doubles, unsigned sizes, epochs in milliseconds here and in seconds there, local times without a
zone, keys nobody documents.

https://xt-docs.pages.dev/api and https://docs.crosstrade.io/api, page by page.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from ctpanel.domain.instrument import Contract
from ctpanel.domain.values import Price, Side
from ctpanel.paper.exchange import Exchange
from ctpanel.paper.model import Fill, Holding, PaperAccount, PaperOrder

Json = dict[str, Any]

_TYPE_WORDS: Final = {
    "MARKET": "Market",
    "LIMIT": "Limit",
    "STOPMARKET": "StopMarket",
    "STOPLIMIT": "StopLimit",
}
_CONNECTIONS: Final = {"connected": "Connected", "lost": "ConnectionLost"}
_OFF: Final = {
    "right": timedelta(0),
    "a_day_ahead": timedelta(days=1),
    "a_day_behind": timedelta(days=-1),
}
OPENING_CASH: Final = Decimal(100_000)


class Views:
    """Turns what the exchange has into what the API shows; `began` is wall time at 0 ms."""

    def __init__(self, exchange: Exchange, began: datetime) -> None:
        self._exchange = exchange
        self._began = began

    def account(self, account: PaperAccount) -> Json:
        """`GET accounts/{account}`."""
        realised = self._exchange.realised(account)
        unrealised = sum(
            (self._exchange.unrealised(account, c) for c in account.holdings), Decimal(0)
        )
        return {
            "id": list(self._exchange.accounts).index(account.name) + 1,
            "name": account.name,
            "displayName": account.name,
            "primaryUser": None,
            "provider": account.provider,
            "denomination": "UsDollar",
            "status": "Enabled",
            "maxOrderSize": 0,
            "maxPositionSize": 0,
            "connection": "NinjaTrader.Cbi.Connection",
            "connectionStatus": _CONNECTIONS[self._exchange.faults.broker],
            "item": {
                "cashValue": float(OPENING_CASH + realised),
                "netLiquidation": float(OPENING_CASH + realised + unrealised),
                "realizedProfitLoss": float(realised),
                "unrealizedProfitLoss": float(unrealised),
            },
        }

    def snapshot(self) -> Json:
        """`GET accounts/snapshot`."""
        listed: list[Json] = [
            {
                "account": {
                    **self.account(account),
                    "type": "NinjaTrader.Cbi.Account",
                    "isAccountFlat": not self.positions(account),
                },
                "positions": self.positions(account),
            }
            for account in self.accounts()
        ]
        at = self._time(self._exchange.now_ms)
        return {
            "type": "snapshot",
            "timestamp": f"{at.isoformat(timespec='microseconds')}0",
            "epoch": self.epoch_ms(self._exchange.now_ms),
            "accounts": listed,
        }

    def accounts(self) -> list[PaperAccount]:
        """The accounts that are listed."""
        empty = self._exchange.faults.accounts == "empty"
        return [] if empty else list(self._exchange.accounts.values())

    def positions(self, account: PaperAccount, *, include_flat: bool = False) -> list[Json]:
        """The positions of one account."""
        shown = [(c, self.held(account, c)) for c in account.holdings]
        return [
            self.position(account, contract, held)
            for contract, held in shown
            if held.net or include_flat
        ]

    def held(self, account: PaperAccount, contract: Contract) -> Holding:
        """A position as it is shown, which may be late."""
        lag = self._exchange.faults.positions_lag_ms
        if lag:
            return self._exchange.holding_at(account.name, contract, self._exchange.now_ms - lag)
        return account.holding(contract)

    def position(self, account: PaperAccount, contract: Contract, held: Holding) -> Json:
        """`GET accounts/{account}/position`."""
        book = self._exchange.market.book(contract)
        open_points = (book.price(book.last) - held.average) * held.net
        return {
            "type": "NinjaTrader.Cbi.Position",
            "account": account.name,
            "instrument": contract.name,
            "instrumentType": "Future",
            "marketPosition": Side.of_net(held.net).value.capitalize(),
            "quantity": abs(held.net),
            "averagePrice": _double(held.average) if held.net else 0.0,
            "marketPrice": _double(book.price(book.last)),
            "unrealizedProfitLoss": float(open_points * book.spec.point_value),
        }

    def order(self, order: PaperOrder) -> Json:
        """`GET accounts/{account}/orders/{orderId}`."""
        asked = order.asked
        return {
            "account": order.account,
            "orderId": order.order_id,
            "name": asked.name,
            "instrument": asked.contract.name,
            "instrumentType": "Future",
            "orderAction": asked.action.value.capitalize(),
            "orderType": _TYPE_WORDS[asked.order_type.value],
            "orderState": order.state.value,
            "quantity": asked.quantity,
            "filled": order.filled,
            "averageFillPrice": _double(order.average_fill or Decimal(0)),
            "limitPrice": _double(asked.limit_price or Decimal(0)),
            "stopPrice": _double(asked.stop_price or Decimal(0)),
            "timeInForce": asked.time_in_force.capitalize(),
            "oco": asked.oco_id,
            "fromEntrySignal": None,
            "gtd": "2099-12-01T00:00:00.0000000",
            "hasOverfill": False,
            "isBacktestOrder": False,
            "time": self._local(order.created_ms),
        }

    def lifecycle(self, order: PaperOrder) -> Json:
        """`GET accounts/{account}/orders/{orderId}/lifecycle`."""
        events = [
            {
                "type": "state",
                "state": word,
                "time": self._local(at),
                "epoch": self.epoch_ms(at),
                "reason": order.reason if word == "Rejected" else "",
            }
            for at, word in order.history
        ]
        return {"orderId": order.order_id, "events": events, "success": True}

    def execution(self, fill: Fill) -> Json:
        """One item of `GET accounts/{account}/executions`."""
        return {
            "id": fill.fill_id,
            "type": "NinjaTrader.Cbi.Execution",
            "time": self._local(fill.at_ms),
            "epoch": self.epoch_ms(fill.at_ms),
            "name": fill.name,
            "orderId": fill.order_id,
            "account": fill.account,
            "serverName": "PAPER",
            "instrument": fill.contract.name,
            "instrumentType": "Future",
            "marketPosition": fill.action.side.value.capitalize(),
            "quantity": fill.quantity,
            "price": _double(fill.price),
            "commission": 0.0,
        }

    def quote(self, contract: Contract) -> Json:
        """`GET market/quote` of one instrument: no `success`, epoch in seconds."""
        book, now = self._exchange.market.book(contract), self._exchange.now_ms
        spec = book.spec
        return {
            "description": spec.description,
            "type": "Future",
            "tickSize": float(spec.tick_size),
            "pointValue": float(spec.point_value),
            "tickValue": float(spec.tick_size * spec.point_value),
            "exchange": spec.exchange,
            "expiration": f"{contract.year}-{contract.month:02d}-28T00:00:00",
            "tradingHours": "CME US Index Futures ETH",
            "instrument": contract.name,
            "bid": _double(book.price(book.bid)),
            "ask": _double(book.price(book.ask)),
            "last": _double(book.price(book.last)),
            "high": _double(book.price(book.high)),
            "low": _double(book.price(book.low)),
            "volume": book.volume,
            "quoteTime": self._local(now),
            "quoteTimeUtc": self._local(now),
            "epoch": self.epoch_ms(now) // 1000,
            "dataSource": {"status": "Live", "connectedFeeds": ["Paper"]},
            "isMarketOpen": True,
        }

    def market_info(self, contract: Contract) -> Json:
        """`GET market/info`."""
        now = self._local(self._exchange.now_ms)
        return {
            "success": True,
            "timestamp": now,
            "instrument": contract.name,
            "timeZone": "Central Standard Time",
            "status": {"isOpen": True, "state": "Open"},
            "session": {"label": "Current Session", "action": "Until Close"},
            "upcoming": {},
        }

    def watermarks(self, account: PaperAccount) -> Json:
        """`GET accounts/{account}/watermarks`: the one answer that is wrapped in `data`."""
        inner = {"account": account.name, "watermarks": {}, "stats": {}}
        return {"success": True, "data": inner}

    def _time(self, at_ms: int) -> datetime:
        return self._began + _OFF[self._exchange.faults.clock] + timedelta(milliseconds=at_ms)

    def _local(self, at_ms: int) -> str:
        return f"{self._time(at_ms).replace(tzinfo=None).isoformat(timespec='microseconds')}0"

    def epoch_ms(self, at_ms: int) -> int:
        """A time as the API's epoch in milliseconds."""
        return int(self._time(0).timestamp() * 1000) + at_ms


def _double(price: Price) -> float:
    """A price as a raw double that has been through some arithmetic, noise and all."""
    return float(price) * 3 / 3
