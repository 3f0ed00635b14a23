"""What the benchmark's server has to tell: accounts, positions, orders, quotes, at no cost.

Everything that is ordered is filled at once. Not an exchange: ctpanel.paper is one.
"""

from collections import defaultdict, deque
from datetime import date
from itertools import count
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from ctpanel import resources
from ctpanel.domain.instrument import read_table
from ctpanel.paper.market import front_month

ACCOUNTS: Final = tuple(f"Bench{number:02}" for number in range(1, 21))
ELSEWHERE: Final = "Elsewhere"
"""An account that no panel is told of: what the others reverse."""

SIZE: Final = 3
KEPT_ORDERS: Final = 20
"""Of each account; enough for any verdict."""

_TODAY: Final = date.today()  # noqa: DTZ011 - the panel takes its day from the same clock
_SPECS: Final = read_table(resources.read_text("instruments.json"))
CONTRACT: Final = front_month(_SPECS["MES"], _TODAY)
_OTHERS: Final = tuple(
    front_month(spec, _TODAY).name for root, spec in sorted(_SPECS.items()) if root != "MES"
)[:19]
HELD: Final = (CONTRACT.name, *_OTHERS)
"""Twenty contracts the first account holds, so that their market is followed."""
REVERSAL: Final = {
    "instrument": CONTRACT.name,
    "action": "BUY",
    "orderType": "MARKET",
    "quantity": SIZE,
    "timeInForce": "DAY",
}
PRICE: Final = 5012.25

Json = dict[str, Any]

_QUOTE: Final[Json] = {
    "instrument": CONTRACT.name,
    "tickSize": 0.25,
    "pointValue": 5.0,
    "bid": PRICE,
    "ask": PRICE + 0.25,
    "last": PRICE,
    "isMarketOpen": True,
}


def reverse_path(account: str) -> str:
    """Where a reverse is posted."""
    return f"/v1/api/accounts/{account}/positions/reverseposition"


class World:
    """Long three everywhere, to begin with."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._net: defaultdict[str, int] = defaultdict(lambda: SIZE)
        self._orders: defaultdict[str, deque[Json]] = defaultdict(lambda: deque(maxlen=KEPT_ORDERS))

    def read(self, target: str) -> Json:
        """The answer to a GET."""
        parts = urlsplit(target)
        match [unquote(part) for part in parts.path.split("/")[3:]]:
            case ["accounts"]:
                return {"accounts": [{"name": name, "provider": "Simulator"} for name in ACCOUNTS]}
            case ["accounts", "snapshot"]:
                return {"accounts": [self._listed(account) for account in ACCOUNTS]}
            case ["market", "quote"]:
                return _QUOTE
            case ["accounts", account, "position"]:
                return {"account": account, **self._position(account), "success": True}
            case ["accounts", account, "orders"]:
                return {"orders": list(self._orders[account]), "success": True}
            case _:
                raise ValueError(target)

    def reverse(self, target: str, asked: Json) -> Json:
        """The answer to a reverse, which is done."""
        account = unquote(target.split("/")[4])
        held = self._net[account]
        self._fill(account, "Close", -held)
        sign = 1 if asked["action"] == "BUY" else -1
        entry = self._fill(account, "Entry", sign * asked["quantity"])
        return {"orderId": entry["orderId"], "success": True}

    def _fill(self, account: str, name: str, signed: int) -> Json:
        self._net[account] += signed
        order: Json = {
            "account": account,
            "orderId": f"{next(self._ids):032x}",
            "name": name,
            "instrument": CONTRACT.name,
            "instrumentType": "Future",
            "orderAction": "Buy" if signed > 0 else "Sell",
            "orderType": "Market",
            "orderState": "Filled",
            "quantity": abs(signed),
            "filled": abs(signed),
            "averageFillPrice": PRICE,
            "timeInForce": "Day",
        }
        self._orders[account].append(order)
        return order

    def _listed(self, account: str) -> Json:
        made = {"realizedProfitLoss": -3.75, "unrealizedProfitLoss": 12.5}
        told = {"name": account, "provider": "Simulator", "item": made}
        others = [_one(name) for name in _OTHERS] if account == ACCOUNTS[0] else []
        return {"account": told, "positions": [self._position(account), *others]}

    def _position(self, account: str) -> Json:
        net = self._net[account]
        side = "Long" if net > 0 else "Short"
        return {
            "instrument": CONTRACT.name,
            "instrumentType": "Future",
            "marketPosition": side if net else "Flat",
            "quantity": abs(net),
            "averagePrice": PRICE,
        }


def _one(contract: str) -> Json:
    return {
        "instrument": contract,
        "instrumentType": "Future",
        "marketPosition": "Long",
        "quantity": 1,
        "averagePrice": PRICE,
    }
