"""Why a press was refused, in a trader's words: the measured value and the limit together."""

from collections.abc import Mapping
from typing import Final

from ctpanel.domain.outcomes import Code, Denied
from ctpanel.domain.reverse import Ask, Question
from ctpanel.domain.state import Link

LINKS: Final[Mapping[Link, str]] = {
    Link.STARTING: "connecting",
    Link.NO_TOKEN: "no API token",
    Link.TOKEN_REFUSED: "the server refused the API token",
    Link.CONNECTED: "connected",
    Link.ADDON_OFFLINE: "the CrossTrade add-on in NinjaTrader is not connected",
    Link.RATE_LIMITED: "the server's request limit is used up",
    Link.UNREACHABLE: "the server cannot be reached",
    Link.UNTRUSTED: "the server could not prove who it is",
    Link.REFUSING: "the server refuses to be read",
    Link.GARBLED: "the server's answers cannot be read",
}

_DENIALS: Final[Mapping[Code, str]] = {
    Code.PANEL_FAULT: "the panel has a fault; restart it ({detail})",
    Code.JOURNAL_FAULT: "orders cannot be recorded: {detail}",
    Code.CLOSING: "the panel is closing",
    Code.HALTED: "halted: {why}; release Halt first",
    Code.DISARMED: "hotkeys are not armed",
    Code.PRESS_TOO_OLD: "the panel could only act {seconds} s after it; press again",
    Code.LET_GO: "let go after {seconds} s; hold it for {limit} s",
    Code.TYPING: "a field of the panel has the keyboard",
    Code.DIALOG_OPEN: "a dialog of the panel is open",
    Code.KEYS_UNAVAILABLE: "{why}",
    Code.PRESET_UNUSABLE: "{why}",
    Code.NOT_CONNECTED: "{link}",
    Code.BUSY: "the last one is still on its way",
    Code.UNKNOWN_OPEN: "the last one is unproved; say below what NinjaTrader shows",
    Code.POSITION_CHANGED: "the button had just changed, now from {start}; look and press again",
    Code.SUGGESTION_GONE: "it no longer applies; last read: {position}",
    Code.NO_ACCOUNTS: "the server lists no account",
    Code.ACCOUNT_NOT_LISTED: "choose one of the listed accounts",
    Code.BROKER_OFFLINE: "NinjaTrader is not connected to its broker ({connection})",
    Code.INSTRUMENT_EMPTY: "choose an instrument",
    Code.INSTRUMENT_UNREADABLE: "write it like MES 12-26, MESZ6, MES1! or MES",
    Code.INSTRUMENT_RESOLVING: "looking the instrument up",
    Code.INSTRUMENT_NOT_FOUND: "the server has no quote for {typed}",
    Code.CONTRACT_EXPIRED: "{contract} has expired",
    Code.POSITION_NOT_READ: "the position has not been read yet",
    Code.POSITION_STALE: "the position is {age} s old",
    Code.POSITION_MOVING: "the position has just changed; reading it again",
    Code.MARKET_ORDER_WORKING: "a market order in {contract} is still working",
    Code.ORDERS_WORKING: "orders may still change the position: {working} working",
    Code.ORDERS_STALE: "the working orders have not been read lately",
    Code.NO_POSITION: "no position in {contract}",
    Code.SAME_SIDE: "{action} adds to {side}, it does not reverse it",
    Code.QUANTITY_NOT_WHOLE: "a whole number of contracts, 1 or more",
    Code.QUANTITY_OVER_LIMIT: "{quantity} is over your limit of {limit}",
    Code.ORDER_OVER_ACCOUNT: "{quantity} is over the account's own order limit of {limit}",
    Code.NET_OVER_LIMIT: "a position of {quantity} is over your limit of {limit}",
    Code.NET_OVER_ACCOUNT: "a position of {quantity} is over the account's own limit of {limit}",
    Code.SIM_ONLY: "{account} is LIVE, and the panel is locked to simulators",
    Code.OUTSIDE_HOURS: "it is {time}; your hours are {limit}",
    Code.LOSS_LIMIT: "today's result {result} has reached the limit of {limit}",
    Code.TOO_SOON: "{seconds} s since the last reverse; your limit is {limit} s",
    Code.TOO_MANY_IN_MINUTE: "{count} reverses in the last minute; your limit is {limit}",
    Code.TOO_MANY_TODAY: "{count} reverses today; your limit is {limit}",
    Code.PRICE_MISSING: "a price is needed",
    Code.PRICE_UNREADABLE: "{typed} is not a price",
    Code.PRICE_NOT_POSITIVE: "a price above 0 is needed",
    Code.PRICE_OFF_TICK: "off tick: {below} or {above}",
    Code.PRICE_TOO_FAR: "{price} is {percent} from the market; your limit is {limit}",
    Code.QUOTE_STALE: "the quote is {age} s old, prices cannot be checked",
    Code.NO_MARKET: "there is no bid and ask to check it against",
    Code.STOP_WRONG_SIDE: "a {action} stop belongs {where} {market}",
    Code.LIMIT_BEYOND_STOP: "a {action} limit belongs at {stop} or {where}",
    Code.OCO_ID_UNUSABLE: "up to 64 printable characters, no space at the ends",
    Code.OCO_ID_USED: "{oco_id} has been used; make a fresh one",
    Code.STRATEGY_UNUSABLE: "up to 64 printable characters, no space at the ends",
    Code.STRATEGY_QUANTITY: "{strategy} is recorded for {recorded}, the ticket has {quantity}",
}


def denial(denied: Denied) -> str:
    """Why not, without the field's name: it stands beside the field."""
    facts = dict(denied.facts)
    if "link" in facts:
        facts["link"] = LINKS[Link(facts["link"])]
    if "action" in facts:
        facts["where"] = "above" if facts["action"] == "BUY" else "below"
    if not facts.get("start"):
        facts["start"] = "another position"
    return _DENIALS[denied.code].format(**facts)


def sentence(text: str) -> str:
    """A text that stands by itself, with a capital in front."""
    return f"{text[:1].upper()}{text[1:]}"


def named_denial(denied: Denied) -> str:
    """Why not, with the field's name in front where there is one."""
    text = denial(denied)
    return text if denied.field is None else f"{denied.field.value}: {text}"


_QUESTIONS: Final[Mapping[Ask, str]] = {
    Ask.LIVE_ACCOUNT: "This is a LIVE account.",
    Ask.WANTED: "You want to be asked on this account.",
    Ask.RESULT_NOT_TOLD: (
        "The server does not tell today's result, so your limit of {limit} cannot be checked."
    ),
    Ask.SAME_ORDER: "The same order was sent {seconds} s ago.",
    Ask.NEAR_ORDER: "{order} is {ticks} ticks from the market and may fill meanwhile.",
    Ask.LARGE_QUANTITY: "{quantity} contracts is over your limit for asking, {limit}.",
    Ask.FAR_PRICE: "{field} {price} is {percent} away from the market.",
    Ask.MARKET_CLOSED: "The market is closed; NinjaTrader may hold both orders until it opens.",
}


_WARNINGS: Final[Mapping[Ask, str]] = {
    Ask.NEAR_ORDER: "{order} {ticks} ticks from the market",
}


def warning(said: Question) -> str:
    """What is only said, as few words as fit on the button; `question` says the whole of it."""
    short = _WARNINGS.get(said.ask)
    return question(said) if short is None else short.format(**dict(said.facts))


def question(asked: Question) -> str:
    """One reason to confirm."""
    return _QUESTIONS[asked.ask].format(**dict(asked.facts))
