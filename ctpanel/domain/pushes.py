"""How what the stream pushes enters the state. Readings, on which a press relies: readings.py.

What is pushed is shown at once. But a push may be late, or one of several; so a press waits until
position and orders have been read after it.
"""

import math
from dataclasses import replace

from ctpanel.domain.order import Order
from ctpanel.domain.readings import with_position, with_quote
from ctpanel.domain.reverse import Key
from ctpanel.domain.state import PanelState, Read
from ctpanel.domain.stream import AccountPnl, PositionPush, QuoteTick


def with_tick(state: PanelState, tick: QuoteTick, at: float) -> PanelState:
    """One contract's prices; without a reading of it before, its tick size is not known."""
    known = state.quotes.get(tick.contract)
    return state if known is None else with_quote(state, tick.onto(known.value), at)


def with_pushed_position(state: PanelState, push: PositionPush, at: float) -> PanelState:
    """A position that has just changed."""
    key = (push.account, push.contract)
    before = state.position_of(key)
    if before is not None and before.value == push.position:
        return state
    return _unread(with_position(state, key, push.position, at), key, at)


def with_pushed_order(state: PanelState, order: Order, at: float) -> PanelState:
    """An order that has just changed, or is new; the list it stands in is as old as before."""
    known = state.orders.get(order.account)
    if known is None or order in known.value:
        return state
    others = (o for o in known.value if o.order_id != order.order_id)
    orders = {**state.orders, order.account: Read((*others, order), known.at)}
    return _unread(replace(state, orders=orders), (order.account, order.contract), at)


def with_pnl(state: PanelState, pnl: AccountPnl, at: float) -> PanelState:
    """Profit and loss of one account, as it was pushed or read."""
    known = state.pnl.get(pnl.account)
    if known is not None and known.at > at:
        return state
    return replace(state, pnl={**state.pnl, pnl.account: Read(pnl, at)})


def _unread(state: PanelState, key: Key, at: float) -> PanelState:
    """Nothing that was read up to now tells how things stand."""
    return replace(state, moved_at={**state.moved_at, key: math.nextafter(at, math.inf)})
