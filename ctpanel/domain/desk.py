"""What the user chooses and types, entering the state: accounts, instruments, ticket fields."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from ctpanel.domain.instrument import (
    is_on_tick,
    query_for,
    read_number,
    tick_places,
    ticks_around,
)
from ctpanel.domain.limits import Limits
from ctpanel.domain.market import Account, Quote
from ctpanel.domain.outcomes import Code, Field, deny
from ctpanel.domain.readings import with_quote
from ctpanel.domain.state import PanelState, Resolution
from ctpanel.domain.ticket import Ticket, choose_order_type, follow_position
from ctpanel.domain.values import AccountKind, Action, Entry, OrderType, TimeInForce

KEPT_RECENTS: Final = 8


def with_accounts(state: PanelState, accounts: tuple[Account, ...]) -> PanelState:
    """The accounts the server listed; the first is chosen when nothing was remembered.

    With the lock on simulators, accounts that cost money are not there at all.
    """
    if state.limits.sim_only:
        accounts = tuple(a for a in accounts if a.kind is not AccountKind.LIVE)
    state = replace(state, accounts=accounts)
    if state.ticket.account or not accounts:
        return state
    return with_account(state, accounts[0].name)


def with_limits(state: PanelState, limits: Limits) -> PanelState:
    """Other limits; a lock on simulators takes accounts that cost money away at once."""
    return with_accounts(replace(state, limits=limits), state.accounts)


def with_first_instrument(state: PanelState) -> PanelState:
    """At the very first start, the account's largest position: something to look at."""
    if state.ticket.instrument or Field.INSTRUMENT in state.ticket.edited:
        return state
    held = [
        (read.value.quantity, contract)
        for (account, contract), read in state.held.items()
        if account == state.ticket.account and not contract.expired_before(state.today)
    ]
    if not held:
        return state
    state = with_instrument_typed(state, max(held)[1].name)
    return with_instrument_asked(state)


def with_account(state: PanelState, name: str) -> PanelState:
    """Another account: action and quantity follow its position, the entry what was chosen there."""
    if name == state.ticket.account:
        return state
    entry = state.entries.get(name, Entry.ONE_CALL)
    ticket = replace(follow_position(state.ticket), account=name, entry=entry)
    return replace(state, ticket=_edited(ticket, Field.ACCOUNT))


def with_instrument_typed(state: PanelState, text: str) -> PanelState:
    """The instrument's text while it is being typed: it stands for no contract yet."""
    if text == state.ticket.instrument:
        return state
    ticket = replace(follow_position(state.ticket), instrument=text)
    problem = deny(
        Code.INSTRUMENT_RESOLVING if text.strip() else Code.INSTRUMENT_EMPTY, Field.INSTRUMENT
    )
    return replace(
        state, ticket=_edited(ticket, Field.INSTRUMENT), resolution=Resolution(problem=problem)
    )


def with_instrument_asked(state: PanelState, *, is_typing: bool = False) -> PanelState:
    """The server is to say which contract the instrument is; a complete one shows its full name."""
    text, known = state.ticket.instrument, state.resolution.contract
    if known is not None:
        shown = text if is_typing else known.name
        return replace(state, ticket=replace(state.ticket, instrument=shown))
    if not text.strip():
        return state
    query = query_for(text, state.today)
    if query is None:
        problem = deny(Code.INSTRUMENT_UNREADABLE, Field.INSTRUMENT, typed=text)
        return replace(state, resolution=Resolution(problem=problem))
    problem = deny(Code.INSTRUMENT_RESOLVING, Field.INSTRUMENT)
    return replace(state, resolution=Resolution(problem=problem, query=query, is_typing=is_typing))


def with_instrument_resolved(state: PanelState, query: str, quote: Quote, at: float) -> PanelState:
    """The server's answer; dropped when something else has been typed since."""
    if state.resolution.query != query:
        return state
    name = quote.contract.name
    recents = (name, *(other for other in state.recents if other != name))[:KEPT_RECENTS]
    shown = state.ticket.instrument if state.resolution.is_typing else name
    return replace(
        with_quote(state, quote, at),
        ticket=replace(state.ticket, instrument=shown),
        resolution=Resolution(contract=quote.contract, problem=None),
        recents=recents,
    )


def with_instrument_unknown(state: PanelState, query: str, reason: str) -> PanelState:
    """The server does not know it."""
    if state.resolution.query != query:
        return state
    problem = deny(Code.INSTRUMENT_NOT_FOUND, Field.INSTRUMENT, typed=query, reason=reason)
    return replace(state, resolution=Resolution(problem=problem))


def with_field(state: PanelState, field: Field, text: str) -> PanelState:
    """One ticket field as the user left it. An empty quantity or action follows the position."""
    ticket = _edited(_changed(state.ticket, field, text), field)
    if field is Field.ENTRY:
        state = replace(state, entries={**state.entries, ticket.account: ticket.entry})
    return replace(state, ticket=ticket)


def _changed(ticket: Ticket, field: Field, text: str) -> Ticket:  # noqa: C901, PLR0911 - one per field
    match field:
        case Field.ACTION:
            return replace(ticket, action=Action(text) if text else None)
        case Field.QUANTITY:
            return replace(ticket, quantity=text)
        case Field.ORDER_TYPE:
            return choose_order_type(ticket, OrderType(text))
        case Field.TIME_IN_FORCE:
            return replace(ticket, time_in_force=TimeInForce(text))
        case Field.LIMIT_PRICE:
            return replace(ticket, limit_price=text)
        case Field.STOP_PRICE:
            return replace(ticket, stop_price=text)
        case Field.OCO_ID:
            return replace(ticket, oco_id=text)
        case Field.STRATEGY:
            return replace(ticket, strategy=text)
        case Field.ENTRY:
            return replace(ticket, entry=Entry(text))
        case Field.ACCOUNT | Field.INSTRUMENT:
            raise ValueError(f"{field.value} is chosen, not edited")


def with_price_stepped(state: PanelState, field: Field, count: int) -> PanelState:
    """A price `count` ticks further; an empty one starts at the market, an off-tick one snaps."""
    quote = None if state.quote is None else state.quote.value
    if quote is None:
        return state
    typed = {Field.LIMIT_PRICE: state.ticket.limit_price, Field.STOP_PRICE: state.ticket.stop_price}
    price = read_number(typed[field], state.decimal_sign)
    if price is None:
        price = quote.last or quote.bid or quote.ask
    if price is None:
        return state
    tick = quote.tick_size
    below, above = ticks_around(price, tick)
    if not is_on_tick(price, tick):
        price = below + tick * count if count > 0 else above + tick * count
    elif typed[field].strip():
        price += tick * count
    text = format(price.quantize(Decimal(1).scaleb(-tick_places(tick))), "f")
    return with_field(state, field, text)


def with_quantity_following(state: PanelState) -> PanelState:
    """The quantity follows the held size again."""
    edited = state.ticket.edited - {Field.QUANTITY}
    return replace(state, ticket=replace(state.ticket, quantity=None, edited=edited))


def _edited(ticket: Ticket, field: Field) -> Ticket:
    return replace(ticket, edited=ticket.edited | {field})
