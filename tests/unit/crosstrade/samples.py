"""Answers as the documentation prints them.

https://xt-docs.pages.dev/api/accounts/get-account
https://xt-docs.pages.dev/api/positions/get-all-positions
"""

import json
from decimal import Decimal
from typing import Any

from ctpanel.crosstrade.strict_json import parse
from ctpanel.domain.position import Position
from ctpanel.domain.values import Side

ACCOUNT = {
    "id": 1,
    "name": "Sim101",
    "displayName": "Sim101",
    "primaryUser": None,
    "provider": "Simulator",
    "denomination": "UsDollar",
    "connection": "NinjaTrader.Cbi.Connection",
    "item": {"cashValue": 100000.0000000455, "weeklyLossLimit": 0.0},
    "lastTransactionSum": 0,
}
POSITION = {
    "type": "NinjaTrader.Cbi.Position",
    "account": "Sim101",
    "instrument": "MES 12-26",
    "instrumentType": "Future",
    "marketPosition": "Long",
    "quantity": 3,
    "averagePrice": 5011.000000000455,
    "marketPrice": 5012.25,
    "unrealizedProfitLoss": 18.75,
    "tag": None,
}
NQ = {**POSITION, "instrument": "NQ 12-26", "marketPosition": "Short", "quantity": 1}
LONG = Position(Side.LONG, 3, Decimal("5011.000000000455"))


def read(value: object) -> Any:  # noqa: ANN401 - JSON as the client reads it
    return parse(json.dumps(value).encode())


def without(item: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != key}
