"""Halt, hotkeys and what a question tells, as a trader reads them. No Qt, no decisions.

Events are worded in present.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ctpanel.domain.halt import HaltCause, Halted
from ctpanel.domain.market import Quote
from ctpanel.domain.offers import why_not_arm
from ctpanel.domain.order import Order
from ctpanel.domain.reverse import Plan
from ctpanel.domain.state import PanelState
from ctpanel.domain.values import OrderType, Price
from ctpanel.ui.denials import denial
from ctpanel.ui.numbers import price

HALT_TIP: Final = "Stops everything that opens risk at once, until you release it."
ARM_TIP: Final = "While armed, hotkeys of this panel may open risk. Esc in the panel disarms."


def halted(by: Halted) -> str:
    """What the halt means while it lasts."""
    return (
        f"HALTED: {by.cause.value}. Nothing that opens risk is sent. "
        "Closing, cancelling and flattening still work."
    )


_BEFORE_RELEASE: Final[Mapping[HaltCause, str]] = {
    HaltCause.BY_HAND: "Keys stay disarmed until you arm them.",
    HaltCause.PER_MINUTE: "The count of reverses begins anew. Keys stay disarmed.",
    HaltCause.PER_DAY: "The count of reverses begins anew. Keys stay disarmed.",
    HaltCause.SETTINGS: (
        "The careful limits the panel comes with are in use, not yours. Look at them first."
    ),
    HaltCause.RECORD: (
        "Why it was halted is not known: you, or one of your limits. Look at your positions first."
    ),
}


def release_words(by: Halted) -> tuple[str, str]:
    """What is asked before the halt ends, and what to know first."""
    return f"The panel is halted: {by.cause.value}.", _BEFORE_RELEASE[by.cause]


@dataclass(frozen=True, slots=True)
class KeysWords:
    """How the hotkeys stand: a word with its shape, its tone, and two short lines beside it."""

    word: str
    tone: str
    note: str
    more: str = ""


def keys_words(state: PanelState) -> KeysWords:
    """How the hotkeys stand; what is wrong with the keys themselves comes before all else."""
    word, tone, note = _standing(state)
    if state.keys.problem:
        return KeysWords(word, tone, "keys: this window only", state.keys.problem)
    if missing := state.keys.missing:
        reasons = "; ".join(f"{name}: {why}" for name, why in missing.items())
        return KeysWords(word, tone, f"window only: {', '.join(missing)}", reasons)
    return KeysWords(word, tone, note)


def _standing(state: PanelState) -> tuple[str, str, str]:
    if state.halted is not None:
        return "■ HALTED", "halted", state.halted.cause.value
    if (armed := state.armed) is not None:
        left = countdown(armed.left(state.now, state.limits.disarm_after))
        return f"⌨ ARMED {left}", "armed", f"on {armed.account}; Esc disarms"
    why = why_not_arm(state)
    return "⌨ disarmed", "", "" if why is None else denial(why)


MOST_ORDERS: Final = 3
"""Orders a question names one by one."""

LONGEST_NAME: Final = 16
"""Characters of an order's name, which is another program's."""


def cancelled(state: PanelState, plan: Plan) -> list[str]:
    """What a reverse cancels with the close: how many orders, and which, one a line."""
    working = [order for order in state.orders_of(*plan.key) if order.is_working]
    if not working:
        return ["No working orders of this contract were read; any there are go with the close."]
    count = "1 order" if len(working) == 1 else f"{len(working)} orders"
    named = [working_words(order, plan.tick_size) for order in working]
    if len(named) > MOST_ORDERS:
        named[MOST_ORDERS - 1 :] = [f"… and {len(named) - MOST_ORDERS + 1} more"]
    return [f"The close cancels {count} of this contract:", *named]


def working_words(order: Order, tick: Price) -> str:
    """`Stop1: SELL 3 STOP 5004.75`; what is left of it, where some has filled."""
    kind = "order" if order.order_type is None else _KINDS[order.order_type]
    prices = (price(value, tick) for value in (order.stop_price, order.limit_price) if value)
    words = [order.action.value, str(order.quantity - order.filled), kind, *prices]
    return f"{order.name[:LONGEST_NAME] or 'Order'}: {' '.join(words)}"


_KINDS: Final[Mapping[OrderType, str]] = {
    OrderType.MARKET: "MARKET",
    OrderType.LIMIT: "LIMIT",
    OrderType.STOPMARKET: "STOP",
    OrderType.STOPLIMIT: "STOP LIMIT",
}


def market_words(quote: Quote | None) -> str:
    """`Market now: bid 5012.25, ask 5012.50, last 5012.50`."""
    if quote is None:
        return "The market has not been read."
    values = {"bid": quote.bid, "ask": quote.ask, "last": quote.last}
    said = (f"{name} {price(value, quote.tick_size)}" for name, value in values.items())
    return f"Market now: {', '.join(said)}"


def countdown(seconds: float) -> str:
    """`9:05`: minutes and seconds, rounded up, so that 0:00 is the end."""
    whole = int(-(-seconds // 1))
    return f"{whole // 60}:{whole % 60:02}"
