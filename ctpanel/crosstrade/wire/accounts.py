"""Accounts and positions.

https://xt-docs.pages.dev/api/accounts/get-account
https://docs.crosstrade.io/api/accounts/get-accounts-summary
https://xt-docs.pages.dev/api/positions/get-all-positions
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from ctpanel.app.ports import Snapshot
from ctpanel.crosstrade.errors import Garbled, capped
from ctpanel.crosstrade.paths import is_safe_segment
from ctpanel.crosstrade.wire.envelope import (
    FUTURE,
    amount,
    concerns_us,
    contract,
    items,
    listed,
    price,
    same_account,
    typed,
)
from ctpanel.domain.instrument import Contract
from ctpanel.domain.market import Account, account_kind
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.stream import AccountPnl
from ctpanel.domain.values import Side

N = TypeVar("N", int, Decimal)


class _Item(msgspec.Struct, rename="camel"):
    realized_profit_loss: Decimal | None = None
    unrealized_profit_loss: Decimal | None = None
    net_liquidation: Decimal | None = None


class _Account(msgspec.Struct, rename="camel"):
    name: str
    provider: str = ""
    connection_status: str = ""
    max_order_size: int | None = None
    max_position_size: int | None = None
    daily_loss_limit: Decimal | None = None
    item: _Item | None = None


class _Position(msgspec.Struct, rename="camel"):
    instrument: str
    market_position: str
    quantity: int
    average_price: Decimal | None = None
    account: str = ""
    instrument_type: str = FUTURE


class _Entry(msgspec.Struct, rename="camel"):
    account: _Account
    positions: list[_Position]


class Watermarks(msgspec.Struct, rename="camel"):
    """CrossTrade's own account monitor; both maps are empty without a session.

    https://xt-docs.pages.dev/api/miscellaneous/get-watermarks
    """

    account: str
    watermarks: dict[str, Any] = {}
    stats: dict[str, Any] = {}


def accounts(body: object, *, on_paper: bool) -> tuple[Account, ...]:
    """`GET accounts`: objects, or bare names (then of unknown provider, so LIVE).

    A name that could not be put into a path, or not be shown as it is, is left out.
    """
    found = (
        _Account(item) if isinstance(item, str) else typed(item, _Account)
        for item in items(body, "accounts")
    )
    return tuple(_account(item, on_paper=on_paper) for item in found if is_safe_segment(item.name))


def account(body: object, *, on_paper: bool) -> Account:
    """`GET accounts/{account}`."""
    return _account(typed(body, _Account), on_paper=on_paper)


def _account(found: _Account, *, on_paper: bool) -> Account:
    kind = account_kind(found.provider, on_paper=on_paper)
    return Account(
        found.name,
        kind,
        capped(found.provider),
        capped(found.connection_status),
        largest_order=_set(found.max_order_size),
        largest_position=_set(found.max_position_size),
        loss_limit=_set(amount(found.daily_loss_limit)),
    )


def _set(limit: N | None) -> N | None:
    """A limit that NinjaTrader has set; it tells 0 for none."""
    return limit if limit is not None and limit > 0 else None


def _made(found: _Account) -> AccountPnl | None:
    """What an account has made, as far as it is told."""
    if found.item is None:
        return None
    item = found.item
    return AccountPnl(
        found.name,
        amount(item.unrealized_profit_loss),
        amount(item.realized_profit_loss),
        amount(item.net_liquidation),
    )


def snapshot(body: object, *, on_paper: bool) -> Snapshot:
    """`GET accounts/snapshot`: accounts, each with its open positions."""
    entries = listed(body, "accounts", _Entry)
    usable = [entry for entry in entries if is_safe_segment(entry.account.name)]
    held = {entry.account.name: _held(entry.positions, entry.account.name) for entry in usable}
    if len(held) != len(usable):
        raise Garbled("an account is listed twice")
    found = tuple(_account(entry.account, on_paper=on_paper) for entry in usable)
    made = (_made(entry.account) for entry in usable)
    return Snapshot(found, held, tuple(one for one in made if one is not None))


def positions(body: object, account_asked: str) -> Mapping[Contract, Position]:
    """`GET accounts/{account}/positions`."""
    return _held(listed(body, "positions", _Position), account_asked)


def positions_by_account(body: object) -> Mapping[str, Mapping[Contract, Position]]:
    """`GET positions`: the positions of every account."""
    by_account: dict[str, list[_Position]] = {}
    for item in listed(body, "positions", _Position):
        if not item.account:
            raise Garbled("a position without its account")
        by_account.setdefault(item.account, []).append(item)
    return {name: _held(found, name) for name, found in by_account.items()}


def _held(found: Iterable[_Position], account_asked: str) -> Mapping[Contract, Position]:
    held: dict[Contract, Position] = {}
    for item in found:
        same_account(item.account, account_asked)
        if not concerns_us(item.instrument_type, item.instrument):
            continue
        where = contract(item.instrument)
        if where in held:
            raise Garbled(f"{where} is listed twice")
        held[where] = _position(item)
    return held


def position(body: object, account_asked: str, expected: Contract) -> Position:
    """`GET accounts/{account}/position`; of the contract that was asked for, or nothing."""
    found = typed(body, _Position)
    same_account(found.account, account_asked)
    if contract(found.instrument) != expected:
        raise Garbled(f"asked for {expected}, answered for {capped(found.instrument)}")
    return _position(found)


def pushed_position(body: object) -> Position:
    """One position as it is pushed; whose it is and of what, the caller has read."""
    return _position(typed(body, _Position))


def _position(item: _Position) -> Position:
    try:
        side = Side(item.market_position.upper())
        found = Position(side, item.quantity, price(item.average_price))
    except ValueError as error:
        raise Garbled(capped(str(error))) from None
    return FLAT if found.is_flat else found
