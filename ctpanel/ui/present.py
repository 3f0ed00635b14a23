"""Domain to words: what happened and how things stand, as a trader reads it. No Qt, no decisions.

Past tense only for what is proved. Refusals are worded in denials.py, figures in numbers.py.
"""

from collections.abc import Mapping
from typing import Final, assert_never

from ctpanel.domain.feedback import Trouble
from ctpanel.domain.instrument import Contract
from ctpanel.domain.offers import hold
from ctpanel.domain.outcomes import (
    Accepted,
    Cause,
    NotSent,
    Refused,
    Unknown,
    Verdict,
    VerdictKind,
    WireOutcome,
)
from ctpanel.domain.position import Position
from ctpanel.domain.report import (
    Act,
    ActDenied,
    ActEnded,
    ActSending,
    Attested,
    Event,
    HaltPulled,
    HaltReleased,
    KeyEvent,
    KeyIgnored,
    KeysArmed,
    KeysDisarmed,
    Leg,
    Notice,
    Noticed,
    PressDenied,
    ReverseEnded,
    ReverseEvent,
    ReverseFlat,
    ReverseSending,
    ReverseStopped,
    ReverseTaken,
    ReverseUnanswered,
)
from ctpanel.domain.reverse import EntryOrder, Intent, Plan
from ctpanel.domain.state import Link, Lock, PanelState
from ctpanel.domain.values import OrderType, Price, Side
from ctpanel.ui.denials import named_denial, sentence
from ctpanel.ui.link_words import link_words
from ctpanel.ui.numbers import age, clock_time, price

ARROWS: Final = {Side.LONG: "▲", Side.SHORT: "▼", Side.FLAT: "■"}
"""The shape that goes with a side's word and colour."""

_CHECK_NT8: Final = "Look at Positions and Orders in NinjaTrader."


USE_STREAM: Final = "Use the stream"
REST_ONLY: Final = "REST only"
STREAM_QUESTION: Final = (
    "The live stream brings prices and changes at once and takes orders sooner. The server allows "
    "one stream per user: connecting disconnects any other program of yours that uses it."
)


def position(held: Position) -> str:
    """`▲ LONG 3`: arrow, word, size."""
    return f"{ARROWS[held.side]} {held}"


def step(plan: Plan) -> str:
    """`LONG 3 → SHORT 3`."""
    return f"{plan.start} → {plan.target}"


def what(plan: Plan) -> str:
    """The word for what it is."""
    return "correction" if plan.is_correction else "reverse"


def correction(start: Position, target: Position) -> str:
    """A correction by its result: `Enter SHORT 3`, `Sell 2 more`, `Buy 3 back`, `Sell 3 off`."""
    if start.is_flat:
        return f"Enter {target}"
    missing = target.net - start.net
    act = "Buy" if missing > 0 else "Sell"
    if missing * target.net > 0:
        return f"{act} {abs(missing)} more"
    return f"{act} {abs(missing)} {'back' if missing > 0 else 'off'}"


def order_words(order: EntryOrder, tick: Price) -> str:
    """What the entry is, in one line: `SELL 3 LIMIT 5012.50 DAY`."""
    limit, stop = price(order.limit_price, tick), price(order.stop_price, tick)
    prices = {
        OrderType.MARKET: "MARKET",
        OrderType.LIMIT: f"LIMIT {limit}",
        OrderType.STOPMARKET: f"STOP {stop}",
        OrderType.STOPLIMIT: f"STOP {stop} LIMIT {limit}",
    }
    words = [order.action.value, str(order.quantity), prices[order.order_type]]
    words.append(order.time_in_force.value)
    if order.strategy:
        words.append(f"with {order.strategy}")
    if order.oco_id:
        words.append(f"OCO {order.oco_id}")
    return " ".join(words)


_CAUSES: Final[Mapping[Cause, str]] = {
    Cause.NO_CONNECTION: "no connection to the server",
    Cause.SERVER_IDENTITY: "the server could not prove who it is",
    Cause.NOT_LISTED: "the server did not list this account",
    Cause.JOURNAL: "it could not be recorded",
    Cause.HALTED: "the panel is halted",
    Cause.FLATTENED: "the account was flattened meanwhile",
    Cause.TOO_LATE: "it would have left too long after the press; press again",
    Cause.DEADLINE: "no answer in time",
    Cause.CONNECTION_LOST: "the connection broke",
    Cause.UNREADABLE: "an answer that cannot be read",
    Cause.ANOTHER: "an answer about another account or contract",
    Cause.REDIRECT: "a redirect, which is not followed",
    Cause.SERVER_ERROR: "a server fault",
    Cause.ADDON: "the add-on did not answer",
    Cause.HALF_DONE: "refused, perhaps after the close",
    Cause.INTERNAL: "a fault in the panel",
    Cause.PANEL_ENDED: "the panel ended before it was proved",
}


def verdict(plan: Plan, found: Verdict, seconds: float) -> str:
    """What reading back proved, and when."""
    where, text = _where(plan.account.name, plan.contract), _verdict(plan, found)
    if found.others:
        orders = "order is" if found.others == 1 else "orders are"
        text += f" {found.others} other {orders} working."
    if found.kind is VerdictKind.UNKNOWN:
        return f"{text} {where} is locked."
    advice = f" {_CHECK_NT8}" if found.kind is VerdictKind.OVERSIZED else ""
    return f"{text} {where}, checked {seconds:.1f} s after the press.{advice}"


def _verdict(plan: Plan, found: Verdict) -> str:
    position_read = "not read" if found.position is None else _held(found.position, plan.tick_size)
    words = {
        VerdictKind.REVERSED: "Reversed: {held}.",
        VerdictKind.CORRECTED: "Corrected: {held}.",
        VerdictKind.WORKING: "Working: {start} closed, {resting}; position {held}.",
        VerdictKind.FLAT_ONLY: f"Flat only: {_flat_how(plan, found)}.",
        VerdictKind.UNCHANGED: f"Unchanged: {_unchanged_how(plan, found)}.",
        VerdictKind.PARTIAL: f"Partial: {_partly_how(plan, found)}.",
        VerdictKind.OVERSIZED: "Oversized: position {held}, asked for {target}.",
        VerdictKind.UNKNOWN: "Unknown: {cause}, and reading back proved nothing.",
    }
    return words[found.kind].format(
        held=position_read,
        start=plan.start,
        target=plan.target,
        resting=_resting(plan, found),
        cause=_CAUSES[found.cause] if found.cause else "NinjaTrader took it",
    )


def _flat_how(plan: Plan, found: Verdict) -> str:
    """How it ended flat, as far as that is proved; a correction closes nothing first."""
    if found.filled is None or plan.is_correction:
        return "position FLAT, asked for {target}"
    if found.filled:
        return f"the entry filled {found.filled}, yet the position is FLAT"
    return "{start} closed, the entry did not fill; position FLAT"


def _partly_how(plan: Plan, found: Verdict) -> str:
    """Another position than asked for, or that one, but come to by other orders."""
    if found.position is not None and found.position.net == plan.target.net:
        return "position {held}, but not by the entry alone"
    return "position {held}, asked for {target}"


def _unchanged_how(plan: Plan, found: Verdict) -> str:
    """The same position as before, whatever went by in between."""
    if plan.is_correction:
        return "position {held}, asked for {target}"
    if found.filled:
        return f"the entry filled {found.filled}, yet the position is {{held}}"
    return "position {held}"


def _resting(plan: Plan, found: Verdict) -> str:
    at = "" if found.resting_at is None else f" at {price(found.resting_at, plan.tick_size)}"
    filled = f", {found.filled} filled so far" if found.filled else ""
    return f"{plan.order.action.value} {plan.order.quantity}{at} rests{filled}"


def _held(held: Position, tick: Price | None) -> str:
    if held.is_flat or held.average_price is None or tick is None:
        return str(held)
    return f"{held} @ {price(held.average_price, tick)}"


def outcome(answer: WireOutcome) -> str:
    """What the wire said, for actions that are not reverses."""
    match answer:
        case Accepted():
            return "NinjaTrader took it"
        case Refused(text):
            return f"refused, nothing was done: {text}"
        case NotSent(cause):
            return f"not sent: {_CAUSES[cause]}"
        case Unknown(cause):
            return f"unknown: {_CAUSES[cause]}. {_CHECK_NT8}"


def _act_ended(ended: ActEnded) -> str:
    return f"{ended.act.value} {_where(ended.account, ended.contract)}: {_act_result(ended)}"


def _act_result(ended: ActEnded) -> str:
    """What was read, never what was asked for."""
    if not isinstance(ended.outcome, Accepted):
        return outcome(ended.outcome)
    if ended.working is None or ended.position is None:
        return f"taken, but nothing could be read back. {_CHECK_NT8}"
    if ended.act is Act.CANCEL:
        return f"{ended.working} still working." if ended.working else "no working orders."
    if not ended.position.is_flat:
        return f"still {ended.position}. {_CHECK_NT8}"
    left = f", {ended.working} orders still working" if ended.working else ""
    return f"FLAT{left}."


_NOTICES: Final[Mapping[Notice, str]] = {
    Notice.SETTINGS_UNREADABLE: (
        "The settings file could not be read. Defaults are in use; the old file is kept as {0}."
    ),
    Notice.SETTINGS_NOT_SAVED: "Settings could not be saved: {0}.",
    Notice.LATE_NEWS: (
        "After a reverse was over, an order like it has come: {0}. It may be the lost request, "
        "arrived late, or somebody's own. " + _CHECK_NT8
    ),
    Notice.UNEXPLAINED: (
        "The position is no longer what the listed fills make: {0}. An order may have been carried "
        "out twice under one id. " + _CHECK_NT8
    ),
    Notice.HALT_NOT_SAVED: "The halt could not be saved and ends with the panel: {0}.",
    Notice.KEY_UNKNOWN: (
        "The settings name a key that does not exist or cannot be a hotkey; without one now: {0}."
    ),
    Notice.STREAM_TAKEN_OVER: (
        "Another program of yours took the live stream over, as the server allows only one. "
        "Everything goes over REST until you choose Use the live stream in the menu."
    ),
    Notice.TOKEN_FOR_SESSION_ONLY: "The token is used for this session only; it is not saved.",
    Notice.TOKEN_FORGOTTEN: "The token was deleted from the credential store.",
    Notice.TOKEN_NOT_FORGOTTEN: "The token is no longer used, but may still be saved: {0}",
}


def notice(noticed: Noticed) -> str:
    """A notice outside trading."""
    return _NOTICES[noticed.notice].format(noticed.detail)


def event(happened: Event) -> str:  # noqa: PLR0911 - one sentence per event
    """One event as one sentence."""
    match happened:
        case PressDenied(denied):
            return f"Not sent: {named_denial(denied)}"
        case KeyIgnored() | KeysArmed() | KeysDisarmed() | HaltPulled() | HaltReleased():
            return _key_event(happened)
        case ActDenied(act, denied):
            return f"{act.value} not sent: {named_denial(denied)}"
        case ActSending(act, account, contract):
            return f"{act.value} {_where(account, contract)}: sending"
        case ActEnded():
            return _act_ended(happened)
        case Attested(plan, statement):
            return f"Released {plan.account.name} {plan.contract}: {statement}"
        case Noticed():
            return notice(happened)
        case _:
            return _reverse_event(happened)


def _key_event(happened: KeyEvent) -> str:
    match happened:
        case KeyIgnored(preset, denied):
            return f"Key {preset} ignored: {named_denial(denied)}"
        case KeysArmed(account, minutes):
            return f"ARMED: hotkeys reverse on {account}; disarmed after {minutes} idle minutes"
        case KeysDisarmed(why, minutes):
            return f"Disarmed: {why.value.format(minutes=minutes)}"
        case HaltPulled(cause):
            return f"HALTED: {cause.value}. Nothing that opens risk is sent."
        case HaltReleased():
            return "Halt released: the panel is enabled again."
        case _:
            assert_never(happened)


def _reverse_event(happened: ReverseEvent) -> str:
    match happened:
        case ReverseSending(plan):
            return f"Sending {what(plan)} {step(plan)}, {plan.account.name} {plan.contract}"
        case ReverseTaken(plan, millis, leg):
            took = f"NinjaTrader took the {leg.value} {_leg_of(plan, leg)} ({millis} ms)"
            return f"{took}, reading back {_where(plan.account.name, plan.contract)}"
        case ReverseUnanswered(plan, cause):
            where = _where(plan.account.name, plan.contract)
            return f"Unknown: {_CAUSES[cause]}. {where} is locked, reading back"
        case ReverseFlat(plan):
            where = _where(plan.account.name, plan.contract)
            return f"FLAT proved, {where}. Sending the entry {_leg_of(plan, Leg.ENTRY)}"
        case ReverseStopped(plan, stopped):
            where = _where(plan.account.name, plan.contract)
            return f"{sentence(outcome(stopped))} ({where})"
        case ReverseEnded(plan, found, seconds):
            return verdict(plan, found, seconds)
        case _:
            assert_never(happened)


def _leg_of(plan: Plan, leg: Leg) -> str:
    entry = order_words(plan.order, plan.tick_size)
    words = {Leg.CLOSE: str(plan.start), Leg.ENTRY: entry, Leg.CORRECTION: entry}
    return words.get(leg, step(plan))


def _where(account: str, contract: Contract | None) -> str:
    return account if contract is None else f"{account} {contract}"


def status(state: PanelState) -> str:
    """The status line: what happened last, or how things stand."""
    if state.reports:
        last = state.reports[-1]
        return f"{clock_time(last.at)}  {event(last.event)}"
    return readiness(state)


def readiness(state: PanelState) -> str:
    """How things stand before anything has been pressed."""
    if state.link is not Link.CONNECTED:
        return link_words(state)
    held = state.position
    if state.account is None or state.contract is None or held is None:
        return "Connected."
    tick = state.quote.value.tick_size if state.quote else None
    where = f"{state.account.name} {state.contract}"
    return f"Ready. {where} {_held(held.value, tick)} ({age(state.age(held))} old)"


def trouble(found: Trouble, state: PanelState) -> str:
    """What stands wrong, for a trader who does not see the window."""
    match found:
        case Trouble.LINK_LOST:
            return f"An order is on its way, and the link is lost. {link_words(state)}"
        case Trouble.FAULT:
            stopped = hold(state)
            return "" if stopped is None else f"Nothing is sent: {named_denial(stopped)}"


def leaving(state: PanelState) -> list[str]:
    """What closing the panel would leave without an end, a sentence for each."""
    flying = (_named(flight.intent) for flight in state.in_flight.values())
    locked = (_named(lock.intent) for lock in state.locks.values())
    return [
        *(f"{one} is still on its way. The panel goes when it is over." for one in flying),
        *(f"{one} is unproved, and nobody looks while the panel is closed." for one in locked),
    ]


def _named(intent: Intent) -> str:
    plan = intent.plan
    return f"{plan.account.name} {plan.contract}: {what(plan)} {step(plan)}"


def lock_words(lock: Lock, held: Position | None) -> str:
    """What is known of what is unproved, and what to do."""
    cause = f" ({_CAUSES[lock.cause]})" if lock.cause else ""
    read = "The position has not been read since." if held is None else f"Last read: {held}."
    return f"{_named(lock.intent)} is unproved{cause}. {read} {_CHECK_NT8}"
