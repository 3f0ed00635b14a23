"""The panel's whole state, frozen, and the questions that are asked of it.

Only the store in app/ replaces it; views draw it and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Final, Generic, TypeVar

from ctpanel.domain.correction import Ended, Suggestion, suggest
from ctpanel.domain.instrument import Contract
from ctpanel.domain.limits import FRESH_FOR, FRESH_LIVE, Limits
from ctpanel.domain.live import StreamStatus
from ctpanel.domain.market import Account, Quote
from ctpanel.domain.order import Order
from ctpanel.domain.outcomes import Cause, Code, Denied, Field, Verdict, deny
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.report import ActSending, Event, Noticed, Report
from ctpanel.domain.reverse import Correction, Intent, Key, Offer, Plan, Shown, plan_reverse
from ctpanel.domain.situation import Situation
from ctpanel.domain.stream import AccountPnl
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Entry, OrderType

KEPT_REPORTS: Final = 200
"""Events the activity list shows; the journal keeps all."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A value read from the server.

    `at` is the monotonic second its request was sent: the value may be that old.
    """

    value: T
    at: float


class Link(Enum):
    """How the panel stands with the server, by its last attempt."""

    STARTING = "STARTING"
    NO_TOKEN = "NO_TOKEN"  # noqa: S105 - a state, not a token
    TOKEN_REFUSED = "TOKEN_REFUSED"  # noqa: S105 - a state, not a token
    CONNECTED = "CONNECTED"
    ADDON_OFFLINE = "ADDON_OFFLINE"
    RATE_LIMITED = "RATE_LIMITED"
    UNREACHABLE = "UNREACHABLE"
    UNTRUSTED = "UNTRUSTED"
    REFUSING = "REFUSING"
    GARBLED = "GARBLED"


class Phase(Enum):
    """Where an open reverse stands."""

    SENDING = "SENDING"
    PROVING_FLAT = "PROVING_FLAT"
    ENTERING = "ENTERING"
    READING_BACK = "READING_BACK"
    UNANSWERED = "UNANSWERED"


@dataclass(frozen=True, slots=True)
class InFlight:
    """An intent that is open; `since` is monotonic seconds."""

    intent: Intent
    phase: Phase
    since: float


@dataclass(frozen=True, slots=True)
class Lock:
    """A reverse whose outcome could not be proved; nothing more is sent for its key."""

    intent: Intent
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the typed instrument stands for.

    Attributes:
        contract: the server's answer, None until there is one.
        problem: why there is none.
        query: what the server is to be asked, None when there is nothing to ask.
        is_typing: the user may still be typing: the field's text is left as it is.
    """

    contract: Contract | None = None
    problem: Denied | None = field(
        default_factory=lambda: deny(Code.INSTRUMENT_EMPTY, Field.INSTRUMENT)
    )
    query: str | None = None
    is_typing: bool = False


@dataclass(frozen=True, slots=True)
class TokenPrompt:
    """The API token dialog, while it is open.

    Attributes:
        is_checking: the token is being tried.
        problem: why the last one was not taken, a sentence.
        may_skip_saving: it cannot be saved here; it may be used for this session.
    """

    is_checking: bool = False
    problem: str = ""
    may_skip_saving: bool = False


@dataclass(frozen=True, slots=True)
class PanelState:
    """Everything the window shows.

    Attributes:
        origin: the server, e.g. "https://app.crosstrade.io".
        elsewhere: the server's host, when it is not CrossTrade's own; else "".
        now: monotonic seconds of the last heartbeat; ages are measured against it.
        round_trip: milliseconds of the last read.
        stream: how the live stream stands.
        wants_stream: whether the trader wants it, None while that was not asked.
        pnl: profit and loss as last pushed, by account.
        allowance: requests that could be sent now, of the REQUESTS the server allows in a burst.
        held: positions as last read.
        listed_at: monotonic second of the last complete reading of an account's positions; a
            contract it did not list was not held then.
        moved_at: monotonic second of the reading that last showed another position, or other
            fills, than the one before; readings from before it do not belong together.
        acts: safety actions on their way.
        entries: the way of entering chosen for each account.
        offer: what the Reverse button stands for; kept current by `refreshed`.
        offer_since: monotonic second since which the button has said the same.
        ended: the intent that ended last on what is shown, while a correction is suggested for it.
        suggestion: that correction; kept current by `refreshed`, which lets go of both together.
        suggestion_since: monotonic second since which it has said the same.
        confirming: the plan the trader is being asked about.
        token_prompt: the API token dialog, None while it is closed.
        pressed_at: monotonic second of the last taken press, by key.
        faults: errors nobody expected, newest last; while there is one, nothing is sent.
        is_closing: the window goes as soon as nothing is in flight.
        journal_fault: why presses cannot be recorded, "" when they can.
    """

    origin: str
    on_paper: bool
    now: float
    today: date
    decimal_sign: str = "."
    elsewhere: str = ""
    link: Link = Link.STARTING
    link_detail: str = ""
    round_trip: float | None = None
    stream: StreamStatus = field(default_factory=StreamStatus)
    wants_stream: bool | None = None
    pnl: Mapping[str, Read[AccountPnl]] = field(default_factory=dict)
    allowance: int | None = None
    accounts: tuple[Account, ...] = ()
    ticket: Ticket = field(default_factory=Ticket)
    resolution: Resolution = field(default_factory=Resolution)
    held: Mapping[Key, Read[Position]] = field(default_factory=dict)
    listed_at: Mapping[str, float] = field(default_factory=dict)
    moved_at: Mapping[Key, float] = field(default_factory=dict)
    quotes: Mapping[Contract, Read[Quote]] = field(default_factory=dict)
    orders: Mapping[str, Read[tuple[Order, ...]]] = field(default_factory=dict)
    in_flight: Mapping[Key, InFlight] = field(default_factory=dict)
    locks: Mapping[Key, Lock] = field(default_factory=dict)
    acts: frozenset[ActSending] = frozenset()
    ended: Ended | None = None
    suggestion: Suggestion | None = None
    suggestion_since: float = 0.0
    confirming: Plan | None = None
    token_prompt: TokenPrompt | None = None
    pressed_at: Mapping[Key, float] = field(default_factory=dict)
    sent_oco_ids: frozenset[str] = frozenset()
    recents: tuple[str, ...] = ()
    strategies: Mapping[str, int | None] = field(default_factory=dict)
    entries: Mapping[str, Entry] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    reports: tuple[Report, ...] = ()
    notices: tuple[Noticed, ...] = ()
    faults: tuple[str, ...] = ()
    journal_fault: str = ""
    is_closing: bool = False
    offer: Offer = field(default_factory=lambda: deny(Code.NOT_CONNECTED, link=Link.STARTING.value))
    offer_since: float = 0.0

    @property
    def account(self) -> Account | None:
        """The listed account the ticket names."""
        return next((a for a in self.accounts if a.name == self.ticket.account), None)

    @property
    def contract(self) -> Contract | None:
        """The contract the ticket means, once the server has said."""
        return self.resolution.contract

    @property
    def key(self) -> Key | None:
        """Account and contract of the ticket, when both are known."""
        if self.account is None or self.contract is None:
            return None
        return self.account.name, self.contract

    @property
    def quote(self) -> Read[Quote] | None:
        """The last quote of the ticket's contract."""
        return None if self.contract is None else self.quotes.get(self.contract)

    @property
    def position(self) -> Read[Position] | None:
        """The last reading of the ticket's position; None when it was never read."""
        return None if self.key is None else self.position_of(self.key)

    def position_of(self, key: Key) -> Read[Position] | None:
        """The last reading of one position."""
        listed_at = self.listed_at.get(key[0])
        if (read := self.held.get(key)) is not None:
            return read
        return None if listed_at is None else Read(FLAT, listed_at)

    def orders_of(self, account: str, contract: Contract) -> tuple[Order, ...]:
        """The orders last read of one account and contract."""
        read = self.orders.get(account)
        return () if read is None else tuple(o for o in read.value if o.contract == contract)

    @property
    def fresh_for(self) -> float:
        """Seconds a reading may be relied on."""
        return FRESH_LIVE if self.stream.is_live else FRESH_FOR

    def age(self, read: Read[T] | None) -> float:
        """Seconds since a reading; endless when there is none."""
        return float("inf") if read is None else max(0.0, self.now - read.at)

    @property
    def last_event(self) -> Event | None:
        """What happened last."""
        return self.reports[-1].event if self.reports else None


def situation(state: PanelState) -> Situation:
    """What a press is judged against, gathered from the state."""
    quote, position = state.quote, state.position
    return Situation(
        today=state.today,
        hold=hold(state),
        accounts=state.accounts,
        account=state.account,
        unresolved=state.resolution.problem,
        quote=None if quote is None else quote.value,
        quote_age=state.age(quote),
        position=None if position is None else position.value,
        position_age=state.age(position),
        orders_age=state.age(state.orders.get(state.ticket.account)),
        working=sum(order.is_working for order in own_orders(state)),
        is_moving=_is_moving(state),
        used_oco_ids=_used_oco_ids(state),
        strategy_quantities={n: q for n, q in state.strategies.items() if q is not None},
        limits=state.limits,
        fresh_for=state.fresh_for,
        decimal_sign=state.decimal_sign,
    )


def hold(state: PanelState) -> Denied | None:
    """Why nothing at all may be sent for the ticket's key now."""
    if state.faults:
        return deny(Code.PANEL_FAULT, detail=state.faults[-1])
    if state.journal_fault:
        return deny(Code.JOURNAL_FAULT, detail=state.journal_fault)
    if state.is_closing:
        return deny(Code.CLOSING)
    return _link_or_key_hold(state)


def _link_or_key_hold(state: PanelState) -> Denied | None:
    if state.key in state.in_flight or any(_concerns(act, state) for act in state.acts):
        return deny(Code.BUSY)
    if state.key in state.locks:
        return deny(Code.UNKNOWN_OPEN)
    if state.link is not Link.CONNECTED:
        return deny(Code.NOT_CONNECTED, link=state.link.value)
    if any(
        order.is_working and order.order_type is OrderType.MARKET for order in own_orders(state)
    ):
        return deny(Code.MARKET_ORDER_WORKING, contract=state.contract)
    return None


def _concerns(act: ActSending, state: PanelState) -> bool:
    return act.account == state.ticket.account and act.contract in (None, state.contract)


def own_orders(state: PanelState) -> tuple[Order, ...]:
    """The orders last read of the ticket's account and contract."""
    return () if state.key is None else state.orders_of(*state.key)


def _is_moving(state: PanelState) -> bool:
    """Whether position or orders were read before the other one showed a change."""
    orders = state.orders.get(state.ticket.account)
    if state.key is None or state.position is None or orders is None:
        return False
    return min(state.position.at, orders.at) < state.moved_at.get(state.key, 0.0)


def _used_oco_ids(state: PanelState) -> frozenset[str]:
    read = state.orders.get(state.ticket.account)
    seen = (order.oco_id for order in read.value) if read else ()
    return state.sent_oco_ids.union(oco_id for oco_id in seen if oco_id)


def refreshed(state: PanelState) -> PanelState:
    """The state with what may be pressed current, and with when each last changed its meaning."""
    now = situation(state)
    offer = plan_reverse(state.ticket, now)
    suggestion = _suggestion(state, now)
    means, suggests = _meaning(offer), _meaning(suggestion)
    is_old = suggests == _meaning(state.suggestion)
    asked = state.confirming
    still_asked = asked is not None and asked.shown in (means, suggests)
    return replace(
        state,
        offer=offer,
        offer_since=state.offer_since if means == _meaning(state.offer) else state.now,
        ended=None if suggestion is None else state.ended,
        suggestion=suggestion,
        suggestion_since=state.suggestion_since if is_old else state.now,
        confirming=asked if still_asked else None,
    )


def _suggestion(state: PanelState, now: Situation) -> Suggestion | None:
    """What is suggested while the account and contract it ended on are shown."""
    ended = state.ended
    return suggest(ended, now) if ended is not None and ended.intent.key == state.key else None


def offer_for(state: PanelState, shown: Shown | None) -> Offer:
    """What may be pressed now in the place of what was shown."""
    if shown is None or not isinstance(shown.entry, Correction):
        return state.offer
    if state.suggestion is not None:
        return state.suggestion.offer
    held = state.position
    gone = deny(Code.SUGGESTION_GONE, position="not known" if held is None else held.value)
    return hold(state) or gone


def withdrawn(before: PanelState, after: PanelState) -> Denied | None:
    """Why the trader is no longer asked what was asked before, or None."""
    if before.confirming is None or after.confirming is not None:
        return None
    offer = offer_for(after, before.confirming.shown)
    return offer if isinstance(offer, Denied) else deny(Code.POSITION_CHANGED, start=offer.start)


def with_ended(state: PanelState, intent: Intent, verdict: Verdict) -> PanelState:
    """The state after an end; one that is not shown keeps what is suggested for another."""
    return replace(state, ended=Ended(intent, verdict)) if intent.key == state.key else state


def _meaning(of: Offer | Suggestion | None) -> Shown | None:
    offer = of.offer if isinstance(of, Suggestion) else of
    return offer.shown if isinstance(offer, Plan) else None


def reported(state: PanelState, report: Report) -> PanelState:
    """The state with one more report."""
    return replace(state, reports=(*state.reports, report)[-KEPT_REPORTS:])
