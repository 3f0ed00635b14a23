"""What the live stream brings: values that were pushed, and news of the stream itself.

What is pushed is not complete: a tick or an order may be missing between two that came. After each
of `CALLS_FOR_READING` only a reading says how things stand. Receiving is not done here.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

from ctpanel.domain.instrument import Contract, snap
from ctpanel.domain.market import Quote
from ctpanel.domain.order import Execution, Order
from ctpanel.domain.position import Position
from ctpanel.domain.values import Price


@dataclass(frozen=True, slots=True)
class QuoteTick:
    """The market of one contract; its prices still have the noise of binary floats."""

    contract: Contract
    bid: Price | None = None
    ask: Price | None = None
    last: Price | None = None

    def onto(self, known: Quote) -> Quote:
        """The quote as it is now: prices from the tick, everything else from the last reading."""
        bid, ask, last = (
            None if price is None else snap(price, known.tick_size)
            for price in (self.bid, self.ask, self.last)
        )
        return replace(known, bid=bid, ask=ask, last=last)


@dataclass(frozen=True, slots=True)
class AccountPnl:
    """Profit and loss of one account in its currency, as far as it was told."""

    account: str
    unrealised: Decimal | None = None
    realised: Decimal | None = None
    net_liquidation: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PnlUpdate:
    """Profit and loss of the accounts that were told about."""

    accounts: tuple[AccountPnl, ...]


@dataclass(frozen=True, slots=True)
class PositionPush:
    """A position has changed to this; flat is told as flat."""

    account: str
    contract: Contract
    position: Position


@dataclass(frozen=True, slots=True)
class OrderPush:
    """An order has changed to this."""

    order: Order


@dataclass(frozen=True, slots=True)
class ExecutionPush:
    """An order has filled, or a part of it."""

    account: str
    execution: Execution


@dataclass(frozen=True, slots=True)
class Opened:
    """The stream is connected. What happened before is not told."""


@dataclass(frozen=True, slots=True)
class GapSeen:
    """`missing` numbers were left out between two frames."""

    missing: int


@dataclass(frozen=True, slots=True)
class Resync:
    """The server asks to read again."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """`count` pushes were lost: the server said so, or they could not be read or kept here."""

    count: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be pushed.

    Attributes:
        quotes: contracts whose market is to be told.
        pnl_every: milliseconds between two tellings of profit and loss; 0: never.
        changes: whether changes of orders, executions and positions are to be told.
    """

    quotes: frozenset[Contract] = frozenset()
    pnl_every: int = 0
    changes: bool = False


class BridgeState(Enum):
    """How the server says it stands with the add-on; only READY vouches for what is pushed."""

    READY = "READY"
    SYNCING = "SYNCING"
    OFFLINE = "OFFLINE"
    UNCLEAR = "UNCLEAR"


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """The server has said how it stands; `word` is its own, plain and capped."""

    state: BridgeState
    word: str


@dataclass(frozen=True, slots=True)
class Evicted:
    """Another program of the same user has taken the stream over.

    The stream stays down until the trader asks for it: connecting again would throw the other one
    out in turn, perhaps in the middle of an order.
    """

    reason: str


class StreamCause(Enum):
    """Why there is no stream."""

    UNREACHABLE = "no connection"
    LOST = "the connection broke"
    SILENT = "the server does not answer pings"
    IDENTITY = "server identity not proven"
    TOKEN_REFUSED = "token refused"  # noqa: S105 - a cause, not a token
    NOT_OFFERED = "the server offers no stream"
    TOO_MUCH = "the server closed it for too many requests"
    GARBLED = "unreadable frames"
    LEFT = "closed by the server"
    FAULT = "fault in the panel"


@dataclass(frozen=True, slots=True)
class Closed:
    """The stream is down.

    Attributes:
        cause: why.
        detail: plain text, capped; may be the server's own words.
        retry_after: seconds until it is tried again; None: not before it is started anew.
    """

    cause: StreamCause
    detail: str
    retry_after: float | None


StreamEvent: TypeAlias = (
    QuoteTick
    | PnlUpdate
    | PositionPush
    | OrderPush
    | ExecutionPush
    | Opened
    | GapSeen
    | Resync
    | Dropped
    | ServerStatus
    | Evicted
    | Closed
)

CALLS_FOR_READING: Final = (Opened, GapSeen, Resync, Dropped)
"""After each of these, what was pushed before is no longer enough."""
