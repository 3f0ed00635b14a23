"""How a reading enters the state. A reading asked for earlier never replaces a later one."""

from collections.abc import Mapping
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
    return replace(state, held={**state.held, key: Read(position, at)})


def with_listing(
    state: PanelState, account: str, positions: Mapping[Contract, Position], at: float
) -> PanelState:
    """All positions of one account, from one complete reading."""
    if state.listed_at.get(account, at) > at:
        return state
    kept = {key: read for key, read in state.held.items() if key[0] != account or read.at > at}
    listed = {(account, contract): Read(p, at) for contract, p in positions.items()}
    return replace(state, held={**listed, **kept}, listed_at={**state.listed_at, account: at})


def with_quote(state: PanelState, quote: Quote, at: float) -> PanelState:
    """One contract's market."""
    known = state.quotes.get(quote.contract)
    if known is not None and known.at > at:
        return state
    return replace(state, quotes={**state.quotes, quote.contract: Read(quote, at)})


def with_orders(
    state: PanelState, account: str, orders: tuple[Order, ...], at: float
) -> PanelState:
    """All orders of one account."""
    known = state.orders.get(account)
    if known is not None and known.at > at:
        return state
    return replace(state, orders={**state.orders, account: Read(orders, at)})
