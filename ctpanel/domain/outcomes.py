"""What can become of a press: our own refusals, the wire's answers, and what reading back proved.

They are values, so that whoever receives one must say what happens in every case. The sentences a
trader reads are made in ui/present.py.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from ctpanel.domain.position import Position
from ctpanel.domain.values import Price


class Field(Enum):
    """The fields of the ticket; the value is the label and accessible name."""

    ACCOUNT = "Account"
    INSTRUMENT = "Instrument"
    ACTION = "Action"
    QUANTITY = "Quantity"
    ORDER_TYPE = "Order type"
    TIME_IN_FORCE = "Time in force"
    LIMIT_PRICE = "Limit price"
    STOP_PRICE = "Stop price"
    OCO_ID = "OCO ID"
    STRATEGY = "ATM strategy"
    ENTRY = "Entry"


class Code(Enum):
    """Why we refused before the wire. Stable: journals and scripts may rely on the names."""

    PANEL_FAULT = "PANEL_FAULT"
    JOURNAL_FAULT = "JOURNAL_FAULT"
    CLOSING = "CLOSING"
    HALTED = "HALTED"
    DISARMED = "DISARMED"
    PRESS_TOO_OLD = "PRESS_TOO_OLD"
    LET_GO = "LET_GO"
    TYPING = "TYPING"
    DIALOG_OPEN = "DIALOG_OPEN"
    PRESET_UNUSABLE = "PRESET_UNUSABLE"
    KEYS_UNAVAILABLE = "KEYS_UNAVAILABLE"
    NOT_CONNECTED = "NOT_CONNECTED"
    BUSY = "BUSY"
    UNKNOWN_OPEN = "UNKNOWN_OPEN"
    POSITION_CHANGED = "POSITION_CHANGED"
    SUGGESTION_GONE = "SUGGESTION_GONE"
    NO_ACCOUNTS = "NO_ACCOUNTS"
    ACCOUNT_NOT_LISTED = "ACCOUNT_NOT_LISTED"
    BROKER_OFFLINE = "BROKER_OFFLINE"
    INSTRUMENT_EMPTY = "INSTRUMENT_EMPTY"
    INSTRUMENT_UNREADABLE = "INSTRUMENT_UNREADABLE"
    INSTRUMENT_RESOLVING = "INSTRUMENT_RESOLVING"
    INSTRUMENT_NOT_FOUND = "INSTRUMENT_NOT_FOUND"
    CONTRACT_EXPIRED = "CONTRACT_EXPIRED"
    POSITION_NOT_READ = "POSITION_NOT_READ"
    POSITION_STALE = "POSITION_STALE"
    POSITION_MOVING = "POSITION_MOVING"
    MARKET_ORDER_WORKING = "MARKET_ORDER_WORKING"
    ORDERS_WORKING = "ORDERS_WORKING"
    ORDERS_STALE = "ORDERS_STALE"
    NO_POSITION = "NO_POSITION"
    SAME_SIDE = "SAME_SIDE"
    QUANTITY_NOT_WHOLE = "QUANTITY_NOT_WHOLE"
    QUANTITY_OVER_LIMIT = "QUANTITY_OVER_LIMIT"
    ORDER_OVER_ACCOUNT = "ORDER_OVER_ACCOUNT"
    NET_OVER_LIMIT = "NET_OVER_LIMIT"
    NET_OVER_ACCOUNT = "NET_OVER_ACCOUNT"
    SIM_ONLY = "SIM_ONLY"
    OUTSIDE_HOURS = "OUTSIDE_HOURS"
    LOSS_LIMIT = "LOSS_LIMIT"
    TOO_SOON = "TOO_SOON"
    TOO_MANY_IN_MINUTE = "TOO_MANY_IN_MINUTE"
    TOO_MANY_TODAY = "TOO_MANY_TODAY"
    PRICE_MISSING = "PRICE_MISSING"
    PRICE_UNREADABLE = "PRICE_UNREADABLE"
    PRICE_NOT_POSITIVE = "PRICE_NOT_POSITIVE"
    PRICE_OFF_TICK = "PRICE_OFF_TICK"
    PRICE_TOO_FAR = "PRICE_TOO_FAR"
    QUOTE_STALE = "QUOTE_STALE"
    NO_MARKET = "NO_MARKET"
    STOP_WRONG_SIDE = "STOP_WRONG_SIDE"
    LIMIT_BEYOND_STOP = "LIMIT_BEYOND_STOP"
    OCO_ID_UNUSABLE = "OCO_ID_UNUSABLE"
    OCO_ID_USED = "OCO_ID_USED"
    STRATEGY_UNUSABLE = "STRATEGY_UNUSABLE"
    STRATEGY_QUANTITY = "STRATEGY_QUANTITY"


Facts: TypeAlias = tuple[tuple[str, str], ...]
"""Measured values and limits behind a refusal, by name: `(("typed", "7"), ("limit", "5"))`."""


@dataclass(frozen=True, slots=True)
class Denied:
    """We refused before the wire; nothing was sent."""

    code: Code
    field: Field | None = None
    facts: Facts = ()

    def __str__(self) -> str:
        return " ".join([self.code.value, *(f"{name}={value}" for name, value in self.facts)])


def deny(code: Code, field: Field | None = None, **facts: object) -> Denied:
    """A Denied with its facts as text."""
    return Denied(code, field, tuple((name, str(value)) for name, value in facts.items()))


class Cause(Enum):
    """What kept an order from being sent, or its answer from being known."""

    NO_CONNECTION = "no connection"
    SERVER_IDENTITY = "server identity not proven"
    NOT_LISTED = "account not listed by the server"
    JOURNAL = "journal not written"
    TOO_LATE = "too long after the press"
    HALTED = "halted"
    FLATTENED = "account flattened meanwhile"
    DEADLINE = "no answer in time"
    CONNECTION_LOST = "connection lost"
    UNREADABLE = "unreadable answer"
    ANOTHER = "answer about something else"
    REDIRECT = "redirect"
    SERVER_ERROR = "server error"
    ADDON = "add-on did not answer"
    HALF_DONE = "refused, perhaps after the close"
    INTERNAL = "fault in the panel"
    PANEL_ENDED = "the panel ended before it was proved"


@dataclass(frozen=True, slots=True)
class NotSent:
    """Proven that nothing left this machine."""

    cause: Cause
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server proved that it did not execute. `text` is the server's, plain and capped."""

    text: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took it; proves neither fill nor position."""

    order_ids: tuple[str, ...] = ()

    @property
    def order_id(self) -> str | None:
        """The id of the one order, when the call makes one."""
        return self.order_ids[0] if self.order_ids else None


@dataclass(frozen=True, slots=True)
class Unknown:
    """May or may not have executed."""

    cause: Cause
    detail: str = ""


WireOutcome: TypeAlias = NotSent | Refused | Accepted | Unknown
"""What one order call over the wire can come to."""


class VerdictKind(Enum):
    """What reading the server back proved.

    REVERSED of a reverse and CORRECTED of a correction: exactly what was asked for.
    """

    REVERSED = "REVERSED"
    CORRECTED = "CORRECTED"
    WORKING = "WORKING"
    FLAT_ONLY = "FLAT_ONLY"
    UNCHANGED = "UNCHANGED"
    PARTIAL = "PARTIAL"
    OVERSIZED = "OVERSIZED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of one intent.

    Attributes:
        kind: what was proved.
        position: the position last read, None when no read succeeded.
        filled: contracts of the entry that filled, None when that is not proved.
        resting_at: the entry's price while it works.
        others: working orders on the contract besides the entry: brackets, or ones left over.
        cause: for UNKNOWN, what was lost.
    """

    kind: VerdictKind
    position: Position | None = None
    filled: int | None = None
    resting_at: Price | None = None
    others: int = 0
    cause: Cause | None = None
