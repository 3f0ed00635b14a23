"""How a reading enters the state. A reading asked for earlier never replaces a later one.

Of a quote this is meant of its prices: what else it tells is never pushed.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from ctpanel.domain.instrument import Contract
from ctpanel.domain.market import Quote
from ctpanel.domain.order import Order
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Key
from ctpanel.domain.state import PanelState, Read


def with_position(state: PanelState, key: Key, position: Position, at: float) -> PanelState:
    """One position, read by itself."""
    known = state.position_of(key)
    if known is not None and known.at > at:
        return state
    return _moved(state, replace(state, held={**state.held, key: Read(position, at)}), {key}, at)


def with_listing(
    state: PanelState, account: str, positions: Mapping[Contract, Position], at: float
) -> PanelState:
    """All positions of one account, from one complete reading."""
    if state.listed_at.get(account, at) > at:
        return state
    kept = {key: read for key, read in state.held.items() if key[0] != account or read.at > at}
    listed = {(account, contract): Read(p, at) for contract, p in positions.items()}
    after = replace(state, held={**listed, **kept}, listed_at={**state.listed_at, account: at})
    return _moved(state, after, listed.keys() | state.held.keys(), at)


def _moved(before: PanelState, after: PanelState, keys: AbstractSet[Key], at: float) -> PanelState:
    """Note which of these positions are not what they were."""
    return _noted(after, (key for key in keys if _net(before, key) != _net(after, key)), at)


def _noted(state: PanelState, keys: Iterable[Key], at: float) -> PanelState:
    """A change seen by a reading; one that was pushed after it was asked for stays the later."""
    moved = {key: max(at, state.moved_at.get(key, at)) for key in keys}
    return replace(state, moved_at={**state.moved_at, **moved}) if moved else state


def _net(state: PanelState, key: Key) -> int | None:
    read = state.position_of(key)
    return None if read is None else read.value.net


def with_quote(state: PanelState, quote: Quote, at: float) -> PanelState:
    """One contract's market; prices that are newer than these stay."""
    known = state.quotes.get(quote.contract)
    if known is not None and known.at > at:
        bid, ask, last = known.value.bid, known.value.ask, known.value.last
        quote, at = replace(quote, bid=bid, ask=ask, last=last), known.at
    return replace(state, quotes={**state.quotes, quote.contract: Read(quote, at)})


def with_orders(
    state: PanelState, account: str, orders: tuple[Order, ...], at: float
) -> PanelState:
    """All orders of one account."""
    known = state.orders.get(account)
    if known is not None and known.at > at:
        return state
    before = {} if known is None else _fills(known.value)
    fills = _fills(orders)
    after = replace(state, orders={**state.orders, account: Read(orders, at)})
    if known is None:
        return after
    filled = (c for c in {*before, *fills} if before.get(c) != fills.get(c))
    return _noted(after, ((account, contract) for contract in filled), at)


def _fills(orders: tuple[Order, ...]) -> dict[Contract, int]:
    """Signed contracts filled, of each contract that has any."""
    fills: dict[Contract, int] = {}
    for order in orders:
        if order.filled:
            fills[order.contract] = fills.get(order.contract, 0) + order.net_filled
    return fills
