"""Everything that reads what a server says, each from its bytes on, and what it may raise.

Used by the properties in tests/unit/crosstrade/test_parsers.py and by `make fuzz`.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeAlias

from ctpanel.crosstrade.answers import body_of_read, outcome_of_order
from ctpanel.crosstrade.errors import CrossTradeReadError
from ctpanel.crosstrade.stream.frames import Answer, Frame, read_frame
from ctpanel.crosstrade.stream.replies import reply_of
from ctpanel.crosstrade.strict_json import NotStrictJson, parse
from ctpanel.crosstrade.transport import Reply
from ctpanel.crosstrade.wire import accounts, market, orders
from ctpanel.crosstrade.wire.echo import Asked
from ctpanel.crosstrade.wire.envelope import typed
from ctpanel.domain.outcomes import Accepted, Refused, Unknown
from tests.fakes.examples import MES
from tests.unit.crosstrade.samples import ACCOUNT, POSITION

Target: TypeAlias = Callable[[bytes], object]
"""Takes any bytes and returns; whatever it raises is a fault of the panel."""

BODIES: Final[dict[str, Callable[[object], object]]] = {
    "accounts": lambda body: accounts.accounts(body, on_paper=False),
    "account": lambda body: accounts.account(body, on_paper=False),
    "snapshot": lambda body: accounts.snapshot(body, on_paper=False),
    "positions": lambda body: accounts.positions(body, "Sim101"),
    "positions_by_account": accounts.positions_by_account,
    "position": lambda body: accounts.position(body, "Sim101", MES),
    "pushed_position": accounts.pushed_position,
    "watermarks": lambda body: typed(body, accounts.Watermarks),
    "orders": lambda body: orders.orders(body, "Sim101"),
    "order": lambda body: orders.order(body, "Sim101"),
    "executions": orders.executions,
    "lifecycle": lambda body: orders.lifecycle(body, "Sim101"),
    "order_status": orders.order_status,
    "quote": lambda body: market.quote(body, "MES"),
    "quotes": market.quotes,
    "market_info": lambda body: typed(body, market.MarketInfo),
}
"""Each answer to a reading that the panel understands, from its JSON on."""


def reading(read: Callable[[object], object]) -> Target:
    """A reading, from its bytes to the domain's values."""

    def target(raw: bytes) -> object:
        with suppress(CrossTradeReadError):
            return read(body_of_read(Reply(200, raw)))
        return None

    return target


def strict_json(raw: bytes) -> object:
    """The reader that stands before all others."""
    with suppress(NotStrictJson):
        return parse(raw)
    return None


def failed_reading(raw: bytes) -> object:
    """A reading with a status that says no."""
    for status in (400, 401, 408, 429, 500):
        with suppress(CrossTradeReadError):
            body_of_read(Reply(status, raw))
    return None


def order_answer(raw: bytes) -> None:
    """The answer to an order, over REST."""
    for status in (200, 400, 500):
        _judge(Reply(status, raw))


def frame(raw: bytes) -> None:
    """A text frame of the stream; an answer in it is judged as that of an order."""
    found = read_frame(raw.decode("utf-8", "surrogateescape"))
    assert isinstance(found, Frame)
    if isinstance(found.content, Answer):
        _judge(reply_of(found.content))


def _judge(reply: Reply) -> None:
    for many in (False, True):
        proof = "closedPositions" if many else "orderId"
        outcome = outcome_of_order(
            reply, Asked("Sim101", MES), in_parts=many, proof=proof, many=many
        )
        assert isinstance(outcome, Accepted | Refused | Unknown)


TARGETS: Final[dict[str, Target]] = {
    "strict_json": strict_json,
    "failed_reading": failed_reading,
    "order_answer": order_answer,
    "frame": frame,
    **{name: reading(read) for name, read in BODIES.items()},
}

ORDER: Final = {
    "account": "Sim101",
    "orderId": "a1",
    "instrument": "MES 12-26",
    "instrumentType": "Future",
    "orderAction": "Sell",
    "orderType": "StopLimit",
    "orderState": "Working",
    "quantity": 3,
    "filled": 0,
    "limitPrice": 5012.25,
    "stopPrice": 5012.5,
    "averageFillPrice": 0.0,
    "timeInForce": "Gtc",
    "oco": "",
    "name": "Stop1",
}
EXECUTION: Final = {
    "account": "Sim101",
    "id": "f1",
    "orderId": "a1",
    "instrument": "MES 12-26",
    "quantity": 3,
    "price": 5012.25,
    "time": "2026-11-23T09:30:00.0000000",
}
QUOTE: Final = {
    "instrument": "MES 12-26",
    "tickSize": 0.25,
    "pointValue": 5,
    "bid": 5012.25,
    "ask": 5012.5,
    "last": 5012.5,
    "expiration": "2026-12-18T00:00:00",
    "isMarketOpen": True,
}
EVENT: Final = {"type": "OrderUpdate", "state": "Working", "time": "x", "account": "Sim101"}
PNL: Final = {
    "account": "Sim101",
    "unrealizedProfitLoss": -18.75,
    "realizedProfitLoss": 2,
    "netLiquidation": 1e5,
}

SAMPLES: Final[tuple[object, ...]] = (
    {"accounts": [ACCOUNT, "Sim102"], "success": True},
    ACCOUNT,
    {"accounts": [{"account": ACCOUNT, "positions": [POSITION]}]},
    {"data": {"positions": [POSITION]}},
    POSITION,
    {"orders": [ORDER]},
    ORDER,
    {"executions": [EXECUTION]},
    {"events": [EVENT]},
    {"status": "Working", "success": True},
    QUOTE,
    [QUOTE],
    {"instrument": "MES 12-26", "status": {"isOpen": True}, "session": {}},
    {"data": {"account": "Sim101", "watermarks": {}, "stats": {}}},
    {"success": True, "orderId": "a1", "account": "Sim101", "instrument": "MES 12-26"},
    {"success": True, "closedPositions": [POSITION]},
    {"success": False, "error": "invalid_request", "detail": "No position found"},
    {"error": "no endpoint", "did_you_mean": ["/v1/api/accounts"]},
    {"type": "marketData", "quotes": [QUOTE], "seq": 3, "dropped": 1},
    {"type": "pnlUpdate", "epoch": 1, "accounts": [PNL]},
    {"type": "positionUpdate", "position": POSITION},
    {"type": "orderUpdate", "order": ORDER},
    {"type": "executionUpdate", "execution": EXECUTION},
    {"type": "status", "state": "ready"},
    {"type": "resync"},
    {"id": "c1", "data": {"success": True, "orderId": "a1"}, "seq": 4},
    {"id": "c1", "error": "Rate limit exceeded", "detail": "20"},
    {"error": "Session active elsewhere"},
)
"""What servers say, one of each kind: where making up begins."""

SEEDS: Final = tuple(json.dumps(sample).encode() for sample in SAMPLES)
