"""The ticket's rules: each is one function that finds nothing or says why a press is refused.

The first problem, in the order of `_RULES`, is the reason on the Reverse button; those of edited
fields stand beside their field. A correction is a ticket too, filled in by the panel; the rules
that only make sense of a reverse are left out for it. What a good ticket becomes is in reverse.py.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final, TypeAlias

from ctpanel.domain.instrument import is_on_tick, read_number, ticks_around
from ctpanel.domain.outcomes import Code, Denied, Field, deny
from ctpanel.domain.situation import Situation
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Action, OrderType, Price

MAX_TEXT: Final = 64
"""Longest OCO id or strategy name."""

_MAX_DIGITS: Final = 6

Rule: TypeAlias = Callable[[Ticket, Situation], Denied | None]


def problems(ticket: Ticket, now: Situation) -> tuple[Denied, ...]:
    """Everything that stands against sending this ticket now, most important first."""
    return tuple(found for rule in _RULES if (found := rule(ticket, now)) is not None)


def correction_problems(ticket: Ticket, now: Situation) -> tuple[Denied, ...]:
    """The same of an order that adds to what is held, or takes some of it away."""
    rules = (*(rule for rule in _RULES if rule not in _OF_A_REVERSE), _idle)
    return tuple(found for rule in rules if (found := rule(ticket, now)) is not None)


def whole_quantity(text: str) -> int | None:
    """A typed contract count; None unless it is plain ASCII digits of a sane length."""
    typed = text.strip()
    plain = typed.isascii() and typed.isdigit() and len(typed) <= _MAX_DIGITS
    return int(typed) if plain else None


def _hold(_ticket: Ticket, now: Situation) -> Denied | None:
    return now.hold


def _account(ticket: Ticket, now: Situation) -> Denied | None:
    if not now.accounts:
        return deny(Code.NO_ACCOUNTS, Field.ACCOUNT)
    if now.account is None:
        return deny(Code.ACCOUNT_NOT_LISTED, Field.ACCOUNT, account=ticket.account)
    if now.account.is_cut_off:
        return deny(Code.BROKER_OFFLINE, Field.ACCOUNT, connection=now.account.connection)
    return None


def _instrument(_ticket: Ticket, now: Situation) -> Denied | None:
    return now.unresolved


def _expiry(_ticket: Ticket, now: Situation) -> Denied | None:
    if now.quote is None:
        return None
    contract, expires = now.quote.contract, now.quote.expires
    if contract.expired_before(now.today) or (expires is not None and expires < now.today):
        return deny(Code.CONTRACT_EXPIRED, Field.INSTRUMENT, contract=contract)
    return None


def _position(_ticket: Ticket, now: Situation) -> Denied | None:
    if now.position is None:
        return deny(Code.POSITION_NOT_READ)
    if not now.position_is_fresh:
        return deny(Code.POSITION_STALE, age=f"{now.position_age:.0f}")
    return None


def _held(_ticket: Ticket, now: Situation) -> Denied | None:
    if now.position is None or not now.position.is_flat:
        return None
    return deny(Code.NO_POSITION, contract=now.quote.contract if now.quote else "")


def _orders(_ticket: Ticket, now: Situation) -> Denied | None:
    if now.orders_age > now.fresh_for:
        return deny(Code.ORDERS_STALE)
    return deny(Code.POSITION_MOVING) if now.is_moving else None


def _idle(_ticket: Ticket, now: Situation) -> Denied | None:
    """Whatever works may still change what is to be corrected."""
    return deny(Code.ORDERS_WORKING, working=len(now.resting)) if now.resting else None


def _action(ticket: Ticket, now: Situation) -> Denied | None:
    action = ticket.action_for(now.position)
    if now.position is None or action is None:
        return None
    if action.side is now.position.side:
        return deny(Code.SAME_SIDE, Field.ACTION, action=action.value, side=now.position.side.value)
    return None


def _quantity(ticket: Ticket, now: Situation) -> Denied | None:
    typed = ticket.quantity_for(now.position)
    quantity = whole_quantity(typed)
    if quantity is None or quantity < 1:
        return deny(Code.QUANTITY_NOT_WHOLE, Field.QUANTITY, typed=typed)
    if quantity > now.limits.hard_quantity:
        return deny(
            Code.QUANTITY_OVER_LIMIT,
            Field.QUANTITY,
            quantity=quantity,
            limit=now.limits.hard_quantity,
        )
    return None


def _limit_price(ticket: Ticket, now: Situation) -> Denied | None:
    if not ticket.order_type.needs_limit:
        return None
    return _price_problem(Field.LIMIT_PRICE, ticket.limit_price, now)


def _stop_price(ticket: Ticket, now: Situation) -> Denied | None:
    if not ticket.order_type.needs_stop:
        return None
    return _price_problem(Field.STOP_PRICE, ticket.stop_price, now)


def _price_problem(field: Field, typed: str, now: Situation) -> Denied | None:
    if not typed.strip():
        return deny(Code.PRICE_MISSING, field)
    price = read_number(typed, now.decimal_sign)
    if price is None:
        return deny(Code.PRICE_UNREADABLE, field, typed=typed)
    if price <= 0:
        return deny(Code.PRICE_NOT_POSITIVE, field, typed=typed)
    return None if now.quote is None else _off_tick(field, price, now.quote.tick_size)


def _off_tick(field: Field, price: Price, tick: Decimal) -> Denied | None:
    if is_on_tick(price, tick):
        return None
    below, above = ticks_around(price, tick)
    return deny(Code.PRICE_OFF_TICK, field, typed=price, tick=tick, below=below, above=above)


def _fresh_market(ticket: Ticket, now: Situation) -> Denied | None:
    priced = ticket.order_type is not OrderType.MARKET
    if not priced or now.unresolved is not None or now.quote_is_fresh:
        return None
    return deny(Code.QUOTE_STALE, Field.ORDER_TYPE, age=f"{now.quote_age:.0f}")


def _stop_side(ticket: Ticket, now: Situation) -> Denied | None:
    """A stop on the wrong side of the market fills at once or is rejected after the close."""
    stop = read_number(ticket.stop_price, now.decimal_sign)
    if not ticket.order_type.needs_stop or stop is None or now.quote is None:
        return None
    action = ticket.action_for(now.position)
    if action is None:
        return None
    market = now.quote.ask if action is Action.BUY else now.quote.bid
    if market is None:
        return deny(Code.NO_MARKET, Field.STOP_PRICE)
    if (stop - market) * action.sign <= 0:
        return deny(Code.STOP_WRONG_SIDE, Field.STOP_PRICE, action=action.value, market=market)
    return None


def _limit_beyond_stop(ticket: Ticket, now: Situation) -> Denied | None:
    if ticket.order_type is not OrderType.STOPLIMIT:
        return None
    limit = read_number(ticket.limit_price, now.decimal_sign)
    stop = read_number(ticket.stop_price, now.decimal_sign)
    action = ticket.action_for(now.position)
    if limit is None or stop is None or action is None:
        return None
    if (limit - stop) * action.sign < 0:
        return deny(Code.LIMIT_BEYOND_STOP, Field.LIMIT_PRICE, action=action.value, stop=stop)
    return None


def _oco_id(ticket: Ticket, now: Situation) -> Denied | None:
    if not ticket.oco_id:
        return None
    if not _usable_text(ticket.oco_id):
        return deny(Code.OCO_ID_UNUSABLE, Field.OCO_ID)
    if ticket.oco_id in now.used_oco_ids:
        return deny(Code.OCO_ID_USED, Field.OCO_ID, oco_id=ticket.oco_id)
    return None


def _strategy(ticket: Ticket, now: Situation) -> Denied | None:
    if not ticket.strategy:
        return None
    if not _usable_text(ticket.strategy):
        return deny(Code.STRATEGY_UNUSABLE, Field.STRATEGY)
    recorded = now.strategy_quantities.get(ticket.strategy)
    quantity = whole_quantity(ticket.quantity_for(now.position))
    if recorded is None or quantity is None or recorded == quantity:
        return None
    return deny(
        Code.STRATEGY_QUANTITY,
        Field.STRATEGY,
        strategy=ticket.strategy,
        recorded=recorded,
        quantity=quantity,
    )


def _usable_text(text: str) -> bool:
    return text.isprintable() and text == text.strip() and len(text) <= MAX_TEXT


_RULES: Final[tuple[Rule, ...]] = (
    _hold,
    _account,
    _instrument,
    _expiry,
    _position,
    _held,
    _orders,
    _action,
    _quantity,
    _fresh_market,
    _limit_price,
    _stop_price,
    _stop_side,
    _limit_beyond_stop,
    _oco_id,
    _strategy,
)
_OF_A_REVERSE: Final = (_held, _action)
