"""Pushed frames as the domain's values. The envelope around them is stream/frames.py.

https://docs.crosstrade.io/api/websocket-api
Quotes and profit are documented; what an order, execution or position push looks like is not, so
it is read inline or under its own name, like the item of the matching list.
"""

from decimal import Decimal
from typing import Final

import msgspec

from ctpanel.crosstrade.errors import Garbled, capped
from ctpanel.crosstrade.wire.accounts import pushed_position
from ctpanel.crosstrade.wire.envelope import amount, concerns_us, contract, price, typed
from ctpanel.crosstrade.wire.orders import executions, order
from ctpanel.domain.stream import (
    AccountPnl,
    BridgeState,
    ExecutionPush,
    OrderPush,
    PnlUpdate,
    PositionPush,
    QuoteTick,
    ServerStatus,
)

MOST: Final = 500
"""Quotes or accounts in one frame; the panel never asks for so many."""


class _Tick(msgspec.Struct, rename="camel"):
    instrument: str
    bid: Decimal | None = None
    ask: Decimal | None = None
    last: Decimal | None = None


class _Pnl(msgspec.Struct, rename="camel"):
    account: str = ""
    name: str = ""
    unrealized_profit_loss: Decimal | None = None
    realized_profit_loss: Decimal | None = None
    net_liquidation: Decimal | None = None


class _Named(msgspec.Struct, rename="camel"):
    account: str
    instrument: str
    instrument_type: str = "Future"


def ticks(body: dict[str, object]) -> tuple[QuoteTick | None, ...]:
    """`marketData`; None in the place of a quote that cannot be read, the others stand."""
    return tuple(_tick(item) for item in _several(body, "quotes"))


def _tick(item: object) -> QuoteTick | None:
    try:
        found = typed(item, _Tick)
        bid, ask, last = (price(raw) or None for raw in (found.bid, found.ask, found.last))
        return QuoteTick(contract(found.instrument), bid, ask, last)
    except Garbled:
        return None


def pnl(body: dict[str, object]) -> PnlUpdate:
    """`pnlUpdate`; an account without a name cannot be told from others and is left out."""
    found = [typed(item, _Pnl) for item in _several(body, "accounts")]
    return PnlUpdate(
        tuple(
            AccountPnl(
                capped(item.account or item.name),
                amount(item.unrealized_profit_loss),
                amount(item.realized_profit_loss),
                amount(item.net_liquidation),
            )
            for item in found
            if item.account or item.name
        )
    )


def position_push(body: dict[str, object]) -> PositionPush | None:
    """`positionUpdate`, None when it does not concern us."""
    item = _payload(body, "position")
    found = _ours(item)
    if found is None:
        return None
    return PositionPush(found.account, contract(found.instrument), pushed_position(item))


def order_push(body: dict[str, object]) -> OrderPush | None:
    """`orderUpdate`, None when it does not concern us."""
    item = _payload(body, "order")
    found = _ours(item)
    return None if found is None else OrderPush(order(item, found.account))


def execution_push(body: dict[str, object]) -> ExecutionPush | None:
    """`executionUpdate`, None when it does not concern us."""
    item = _payload(body, "execution")
    found = _ours(item)
    return None if found is None else ExecutionPush(found.account, executions([item])[0])


def _ours(item: object) -> _Named | None:
    found = typed(item, _Named)
    if not found.account:
        raise Garbled("a push without its account")
    return found if concerns_us(found.instrument_type, found.instrument) else None


def status(body: dict[str, object]) -> ServerStatus:
    """`status`; a word we do not know vouches for nothing."""
    word = body.get("state")
    if not isinstance(word, str):
        raise Garbled("a status without its state")
    return ServerStatus(_STATES.get(word.lower(), BridgeState.UNCLEAR), capped(word))


_STATES: Final = {
    "ready": BridgeState.READY,
    "syncing": BridgeState.SYNCING,
    "stalled": BridgeState.OFFLINE,
    "stopped": BridgeState.OFFLINE,
    "disconnected": BridgeState.OFFLINE,
    "offline": BridgeState.OFFLINE,
}


def _payload(body: dict[str, object], name: str) -> dict[str, object]:
    inner = body.get(name)
    return inner if isinstance(inner, dict) else body


def _several(body: dict[str, object], name: str) -> list[object]:
    found = body.get(name)
    if not isinstance(found, list) or len(found) > MOST:
        raise Garbled(f"no usable list of {name} in the push")
    return found
