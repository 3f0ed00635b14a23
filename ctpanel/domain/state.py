"""The panel's whole state, frozen.

Only the store in app/ replaces it; views draw it and nothing else. What may be pressed in a state
is found in offers.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum
from typing import Final, Generic, TypeVar

from ctpanel.domain.arming import Armed
from ctpanel.domain.correction import Ended, Suggestion
from ctpanel.domain.halt import Halted
from ctpanel.domain.instrument import Contract
from ctpanel.domain.limits import FRESH_FOR, FRESH_LIVE, Limits
from ctpanel.domain.live import StreamStatus
from ctpanel.domain.market import Account, Quote
from ctpanel.domain.order import Order
from ctpanel.domain.outcomes import Cause, Code, Denied, Field, deny
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.presets import STANDARD, Preset
from ctpanel.domain.report import ActSending, Event, Noticed, Report
from ctpanel.domain.reverse import Intent, Key, Offer, Plan
from ctpanel.domain.sent import Sent
from ctpanel.domain.stream import AccountPnl
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Confirming, Entry

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
    """An intent that is open; `since` is monotonic seconds.

    Attributes:
        is_flattened: the trader has had its account flattened since: nothing more of it is sent.
    """

    intent: Intent
    phase: Phase
    since: float
    is_flattened: bool = False


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


class Focus(Enum):
    """What in the window has the keyboard: a hotkey meant for trading is not told from typing."""

    NOTHING = "NOTHING"
    TYPING = "TYPING"
    DIALOG = "DIALOG"


@dataclass(frozen=True, slots=True)
class Keys:
    """How the hotkeys stand.

    Attributes:
        problem: why none can reach the panel, "" when they can.
        missing: presets whose key could not be had, and why.
        labels: each preset's key as the present keyboard layout writes it.
    """

    problem: str = ""
    missing: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Aim:
    """One account of one preset: what a hotkey's press is about.

    Attributes:
        shown: the contract in the window when its key was heard, None while there was none.
        held: the signed contracts it was to reverse then, None while they had not been read.
        asked: the ticket as it is asked about, None before: its prices no longer follow the market.
    """

    preset: Preset
    account: str
    shown: Contract | None = None
    held: int | None = None
    asked: Ticket | None = None


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
        aim: what a hotkey asks about in that place; None when the window does.
        time_of_day: now, by the local clock.
        halted: while it is halted nothing that opens risk may be sent.
        asks_release: the trader is being asked whether the halt is to end.
        sent: what was sent lately, this day's or this minute's.
        confirmations: what a press needs, by `account_key`, where the trader has chosen.
        presets: what the hotkeys stand for.
        keys: how they stand.
        armed: whether they may open risk.
        preparing: presets whose accounts are being read before they are judged.
        focus: what in the window has the keyboard.
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
    time_of_day: time = time(12)
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
    aim: Aim | None = None
    halted: Halted | None = None
    asks_release: bool = False
    sent: tuple[Sent, ...] = ()
    confirmations: Mapping[str, Confirming] = field(default_factory=dict)
    presets: tuple[Preset, ...] = STANDARD
    keys: Keys = field(default_factory=Keys)
    armed: Armed | None = None
    preparing: frozenset[str] = frozenset()
    focus: Focus = Focus.NOTHING
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
    def confirms(self) -> Confirming:
        """What a press on the ticket's account needs before it counts."""
        if self.account is None:
            return Confirming.ASK
        chosen = self.confirmations.get(account_key(self.account))
        return chosen or Confirming.usual(self.account.kind)

    @property
    def last_event(self) -> Event | None:
        """What happened last."""
        return self.reports[-1].event if self.reports else None


def account_key(account: Account) -> str:
    """What a choice for an account is kept under: the same name may be another kind elsewhere."""
    return f"{account.kind.value} {account.name}"
