"""The guards: each is one function that lets a finished plan pass or says what was measured.

They come after the ticket's own rules (rules.py) and judge what a good ticket would lead to. The
first one that objects, in the order of `_GUARDS`, is the reason on the button. What is only asked
about is found here too; in which words, is written in ui/denials.py.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

from ctpanel.domain.limits import SAME_ORDER_WITHIN
from ctpanel.domain.outcomes import Code, Denied, Field, deny
from ctpanel.domain.sent import Sent
from ctpanel.domain.values import AccountKind, Action, OrderType, Price

if TYPE_CHECKING:  # a plan is judged before it is given out, by the module that makes it
    from ctpanel.domain.market import Quote
    from ctpanel.domain.order import Order
    from ctpanel.domain.reverse import EntryOrder, Plan
    from ctpanel.domain.situation import Situation

MINUTE: Final = 60.0

Guard: TypeAlias = "Callable[[Plan, Situation], Denied | None]"


def objection(plan: "Plan", now: "Situation") -> Denied | None:
    """Why a plan must not be sent, or None."""
    return next((found for guard in GUARDS if (found := guard(plan, now)) is not None), None)


def fingerprint(order: "EntryOrder") -> str:
    """What makes two orders the same, as text."""
    prices = (order.limit_price, order.stop_price)
    parts = (order.action.value, order.quantity, order.order_type.value, *prices)
    return " ".join("-" if part is None else str(part) for part in parts)


def far_from(price: Price, quote: "Quote") -> Decimal:
    """How far a price is from the market, as a part of it; endless when there is no market."""
    market = quote.last or quote.bid or quote.ask
    return abs(price - market) / abs(market) if market else Decimal("Infinity")


def prices_of(order: "EntryOrder") -> Iterator[tuple[Field, Price]]:
    """The prices an order has, with their fields."""
    if order.limit_price is not None:
        yield Field.LIMIT_PRICE, order.limit_price
    if order.stop_price is not None:
        yield Field.STOP_PRICE, order.stop_price


def _sim_only(plan: "Plan", now: "Situation") -> Denied | None:
    if now.limits.sim_only and plan.account.kind is AccountKind.LIVE:
        return deny(Code.SIM_ONLY, Field.ACCOUNT, account=plan.account.name)
    return None


def _hours(_plan: "Plan", now: "Situation") -> Denied | None:
    if now.limits.hours.has(now.time_of_day):
        return None
    clock = f"{now.time_of_day:%H:%M}"
    return deny(Code.OUTSIDE_HOURS, time=clock, limit=now.limits.hours)


def _daily_loss(plan: "Plan", now: "Situation") -> Denied | None:
    """The day's result at or below the nearer of the trader's limit and NinjaTrader's own."""
    if now.day_result is None:
        return None
    own, server = now.limits.daily_loss, plan.account.loss_limit
    limit = own if server is None else min(own, server)
    if now.day_result > -limit:
        return None
    return deny(Code.LOSS_LIMIT, result=f"{now.day_result:.2f}", limit=f"{-limit:.2f}")


def _order_size(plan: "Plan", _now: "Situation") -> Denied | None:
    limit, quantity = plan.account.largest_order, plan.order.quantity
    if limit is None or quantity <= limit:
        return None
    return deny(Code.ORDER_OVER_ACCOUNT, Field.QUANTITY, quantity=quantity, limit=limit)


def _net(plan: "Plan", now: "Situation") -> Denied | None:
    quantity, limit = plan.target.quantity, now.limits.net_quantity
    if plan.is_correction and quantity < plan.start.quantity:
        return None  # it takes some of a position away that is too large already
    if quantity > limit:
        return deny(Code.NET_OVER_LIMIT, Field.QUANTITY, quantity=quantity, limit=limit)
    allowed = plan.account.largest_position
    if allowed is not None and quantity > allowed:
        return deny(Code.NET_OVER_ACCOUNT, Field.QUANTITY, quantity=quantity, limit=allowed)
    return None


def _too_far(plan: "Plan", now: "Situation") -> Denied | None:
    if now.quote is None:
        return None
    for field, price in prices_of(plan.order):
        far = far_from(price, now.quote)
        if far.is_finite() and far > now.limits.too_far_fraction:  # no market: it is asked about
            limit = _percent(now.limits.too_far_fraction)
            return deny(Code.PRICE_TOO_FAR, field, price=price, percent=_percent(far), limit=limit)
    return None


def _percent(part: Decimal) -> str:
    return f"{part:.2%}".replace(".00%", "%")


def _least_between(plan: "Plan", now: "Situation") -> Denied | None:
    last = max((sent.at for sent in _of_this(plan, now)), default=None)
    if last is None or now.at - last >= now.limits.least_between:
        return None
    return deny(Code.TOO_SOON, seconds=f"{now.at - last:.1f}", limit=now.limits.least_between)


def _per_minute(_plan: "Plan", now: "Situation") -> Denied | None:
    count = sent_in_minute(now.sent, now.at)
    if count < now.limits.per_minute:
        return None
    return deny(Code.TOO_MANY_IN_MINUTE, count=count, limit=now.limits.per_minute)


def _per_day(_plan: "Plan", now: "Situation") -> Denied | None:
    count = sum(sent.day == now.today for sent in now.sent)
    if count < now.limits.per_day:
        return None
    return deny(Code.TOO_MANY_TODAY, count=count, limit=now.limits.per_day)


def sent_in_minute(sent: tuple[Sent, ...], at: float) -> int:
    """How many were sent in the minute before a moment."""
    return sum(at - one.at < MINUTE for one in sent)


GUARDS: Final[tuple[Guard, ...]] = (
    _sim_only,
    _hours,
    _daily_loss,
    _order_size,
    _net,
    _too_far,
    _least_between,
    _per_minute,
    _per_day,
)


def _of_this(plan: "Plan", now: "Situation") -> Iterator[Sent]:
    return (sent for sent in now.sent if (sent.account, sent.contract) == plan.key)


def same_lately(plan: "Plan", now: "Situation") -> float | None:
    """Seconds since the same order was sent, when that is not long ago."""
    meant = fingerprint(plan.order)
    times = [now.at - sent.at for sent in _of_this(plan, now) if sent.order == meant]
    return min((ago for ago in times if ago < SAME_ORDER_WITHIN), default=None)


def nearest_order(now: "Situation") -> "tuple[Order, int] | None":
    """The working stop or target that is next to be filled, and its ticks from the market.

    None when none is within the limit. One that the market has passed counts as at it.
    """
    found = ((order, _ticks_away(order, now)) for order in now.resting)
    near = [(ticks, order) for order, ticks in found if ticks is not None]
    if not near:
        return None
    ticks, order = min(near, key=lambda pair: pair[0])
    return (order, ticks) if ticks <= now.limits.near_ticks else None


def _ticks_away(order: "Order", now: "Situation") -> int | None:
    price, quote = _trigger(order), now.quote
    if price is None or quote is None:
        return None
    market = quote.ask if order.action is Action.BUY else quote.bid
    market = quote.last if market is None else market
    if market is None:
        return None
    above = order.action is Action.BUY
    towards = price - market if above is _is_stop(order) else market - price
    return max(0, int((towards / quote.tick_size).to_integral_value()))


def _is_stop(order: "Order") -> bool:
    return order.order_type in (OrderType.STOPMARKET, OrderType.STOPLIMIT)


def _trigger(order: "Order") -> Price | None:
    return order.stop_price if _is_stop(order) else order.limit_price
