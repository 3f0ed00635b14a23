"""Orders, their fills and their history, and the bodies that make orders.

https://docs.crosstrade.io/api/orders/get-order
https://crosstrade.io/docs/api/orders/get-order-lifecycle
https://docs.crosstrade.io/api/executions/get-executions
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

import msgspec

from ctpanel.crosstrade.errors import Garbled, capped
from ctpanel.crosstrade.wire.envelope import (
    FUTURE,
    concerns_us,
    contract,
    listed,
    price,
    same_account,
    typed,
    unwrapped,
)
from ctpanel.domain.instrument import Contract
from ctpanel.domain.order import Execution, LifecycleEvent, Order, OrderState
from ctpanel.domain.reverse import EntryOrder
from ctpanel.domain.values import Action, OrderType, Price

T = TypeVar("T")


class _Order(msgspec.Struct, rename="camel"):
    order_id: str
    instrument: str
    order_state: str
    quantity: int
    order_type: str = ""
    order_action: str = ""
    action: str = ""
    filled: int = 0
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    average_fill_price: Decimal | None = None
    oco: str | None = None
    name: str | None = None
    time_in_force: str = ""
    account: str = ""
    instrument_type: str = FUTURE


class _Execution(msgspec.Struct, rename="camel"):
    id: str
    order_id: str
    instrument: str
    quantity: int
    price: Decimal
    time: str = ""
    instrument_type: str = FUTURE


class _LifecycleEvent(msgspec.Struct, rename="camel"):
    kind: str = msgspec.field(default="", name="type")
    state: str | None = None
    time: str = ""
    account: str = ""


def orders(body: object, account_name: str) -> tuple[Order, ...]:
    """`GET accounts/{account}/orders`; only futures concern this panel."""
    found = listed(body, "orders", _Order)
    read = (
        _order(item, account_name)
        for item in found
        if concerns_us(item.instrument_type, item.instrument)
    )
    return _told_once(read, lambda item: item.order_id)


def _told_once(found: Iterable[T], id_of: Callable[[T], str]) -> tuple[T, ...]:
    """Each by its id: told twice alike it counts once, otherwise nobody knows which one holds."""
    by_id: dict[str, T] = {}
    for item in found:
        if by_id.setdefault(id_of(item), item) != item:
            raise Garbled(f"{id_of(item)} is listed twice, not alike")
    return tuple(by_id.values())


def order(body: object, account_name: str) -> Order:
    """`GET accounts/{account}/orders/{orderId}`."""
    return _order(typed(body, _Order), account_name)


def _order(item: _Order, account_name: str) -> Order:
    same_account(item.account, account_name)
    if item.quantity < 0 or item.filled < 0:
        raise Garbled("a negative number of contracts")
    kind = _order_type(item.order_type)
    return Order(
        order_id=capped(item.order_id),
        account=account_name,
        contract=contract(item.instrument),
        action=_action(item.order_action or item.action),
        order_type=kind,
        state=OrderState.of(item.order_state),
        quantity=item.quantity,
        filled=item.filled,
        limit_price=_order_price(item.limit_price, applies=kind is None or kind.needs_limit),
        stop_price=_order_price(item.stop_price, applies=kind is None or kind.needs_stop),
        average_fill=_order_price(item.average_fill_price, applies=item.filled > 0),
        oco_id=capped(item.oco or ""),
        name=capped(item.name or ""),
        time_in_force=capped(item.time_in_force).upper(),
    )


def _action(word: str) -> Action:
    """NinjaTrader tells Buy from BuyToCover, Sell from SellShort; futures do not."""
    actions = {
        "buy": Action.BUY,
        "buytocover": Action.BUY,
        "sell": Action.SELL,
        "sellshort": Action.SELL,
    }
    found = actions.get(word.lower())
    if found is None:
        raise Garbled(f"an order that neither buys nor sells: {capped(word)!r}")
    return found


def _order_type(word: str) -> OrderType | None:
    try:
        return OrderType(word.upper().replace(" ", ""))
    except ValueError:
        return None


def _order_price(raw: Decimal | None, *, applies: bool) -> Price | None:
    """NinjaTrader fills prices that do not apply with zero."""
    checked = price(raw)
    return checked if applies and checked else None


def executions(body: object) -> tuple[Execution, ...]:
    """`GET accounts/{account}/executions`."""
    read = (
        Execution(
            execution_id=capped(item.id),
            order_id=capped(item.order_id),
            contract=contract(item.instrument),
            quantity=item.quantity,
            price=price(item.price) or Decimal(0),
            at=capped(item.time),
        )
        for item in listed(body, "executions", _Execution)
        if concerns_us(item.instrument_type, item.instrument)
    )
    return _told_once(read, lambda item: item.execution_id)


def lifecycle(body: object, account_name: str) -> tuple[LifecycleEvent, ...]:
    """`GET accounts/{account}/orders/{orderId}/lifecycle`; the server does not look at the account.

    https://crosstrade.io/docs/api/orders/get-order-lifecycle
    """
    found = listed(body, "events", _LifecycleEvent)
    for item in found:
        same_account(item.account, account_name)
    return tuple(
        LifecycleEvent(
            kind=capped(item.kind),
            state=None if item.state is None else OrderState.of(item.state),
            at=capped(item.time),
        )
        for item in found
    )


def order_status(body: object) -> OrderState:
    """`GET accounts/{account}/orders/{orderId}/status`."""
    inner = unwrapped(body)
    word = inner.get("status") if isinstance(inner, dict) else None
    if not isinstance(word, str):
        raise Garbled("no status in the answer")
    return OrderState.of(word)


def entry_fields(contract_meant: Contract, order_meant: EntryOrder) -> dict[str, object]:
    """The fields of reverseposition and place: what does not apply is absent, prices are exact.

    https://crosstrade.io/docs/api/positions/post-reverse-position
    """
    optional: dict[str, object] = {
        "limitPrice": _number(order_meant.limit_price),
        "stopPrice": _number(order_meant.stop_price),
        "ocoId": order_meant.oco_id or None,
        "strategy": order_meant.strategy or None,
    }
    return {
        "instrument": contract_meant.name,
        "action": order_meant.action.value,
        "quantity": order_meant.quantity,
        "orderType": order_meant.order_type.value,
        "timeInForce": order_meant.time_in_force.value,
        **{name: value for name, value in optional.items() if value is not None},
    }


def _number(exact: Price | None) -> msgspec.Raw | None:
    """A price as a JSON number with exactly its own digits."""
    return None if exact is None else msgspec.Raw(format(exact, "f").encode("ascii"))


def body_of(fields: Mapping[str, object]) -> bytes:
    """A JSON body."""
    return msgspec.json.encode(fields)
