"""What happened, as data: the status line and the activity list are written from these."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from ctpanel.domain.arming import Disarm
from ctpanel.domain.halt import HaltCause
from ctpanel.domain.instrument import Contract
from ctpanel.domain.outcomes import Cause, Denied, NotSent, Refused, Verdict, WireOutcome
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Plan


class Act(Enum):
    """What the panel can do besides reversing; the value is the button's text."""

    CLOSE = "Close position"
    CANCEL = "Cancel orders"
    FLATTEN = "Flatten account"


@dataclass(frozen=True, slots=True)
class PressDenied:
    """A press was refused before the wire."""

    denied: Denied


@dataclass(frozen=True, slots=True)
class KeyIgnored:
    """A hotkey was pressed and nothing was sent."""

    preset: str
    denied: Denied


@dataclass(frozen=True, slots=True)
class KeysArmed:
    """Hotkeys may open risk from now on, for so many idle minutes."""

    account: str
    minutes: int


@dataclass(frozen=True, slots=True)
class KeysDisarmed:
    """They no longer may; `minutes` is the idle limit."""

    why: Disarm
    minutes: int


@dataclass(frozen=True, slots=True)
class HaltPulled:
    """Nothing that opens risk is sent any more."""

    cause: HaltCause


@dataclass(frozen=True, slots=True)
class HaltReleased:
    """The trader has re-enabled the panel."""


@dataclass(frozen=True, slots=True)
class ReverseSending:
    """The latch is set; bytes may leave."""

    plan: Plan


class Leg(Enum):
    """What one order call is for; the value is how a trader calls it."""

    REVERSE = "reverse"
    CLOSE = "close"
    ENTRY = "entry"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class ReverseTaken:
    """The server took a request; `millis` after it was sent."""

    plan: Plan
    millis: int
    leg: Leg = Leg.REVERSE


@dataclass(frozen=True, slots=True)
class ReverseUnanswered:
    """The outcome is unknown; reading back has begun."""

    plan: Plan
    cause: Cause
    leg: Leg = Leg.REVERSE


@dataclass(frozen=True, slots=True)
class ReverseFlat:
    """Only when flat: the close is proved to have left nothing; the entry is being sent."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class ReverseStopped:
    """Proven not executed."""

    plan: Plan
    outcome: NotSent | Refused


@dataclass(frozen=True, slots=True)
class ReverseEnded:
    """Reading back gave a verdict, `seconds` after the press."""

    plan: Plan
    verdict: Verdict
    seconds: float


@dataclass(frozen=True, slots=True)
class ActDenied:
    """Closing, cancelling or flattening was not sent."""

    act: Act
    denied: Denied


@dataclass(frozen=True, slots=True)
class ActSending:
    """A safety action is on its way."""

    act: Act
    account: str
    contract: Contract | None


@dataclass(frozen=True, slots=True)
class ActEnded:
    """A safety action was answered, and what was read afterwards.

    Attributes:
        position: the position read back after closing or flattening, None when not read.
        working: working orders read back, None when not read.
    """

    act: Act
    account: str
    contract: Contract | None
    outcome: WireOutcome
    position: Position | None = None
    working: int | None = None


@dataclass(frozen=True, slots=True)
class Attested:
    """The trader looked in NinjaTrader and released an unknown reverse."""

    plan: Plan
    statement: str


class Notice(Enum):
    """Things outside trading that the trader must know."""

    SETTINGS_UNREADABLE = "SETTINGS_UNREADABLE"
    SETTINGS_NOT_SAVED = "SETTINGS_NOT_SAVED"
    LATE_NEWS = "LATE_NEWS"
    UNEXPLAINED = "UNEXPLAINED"
    HALT_NOT_SAVED = "HALT_NOT_SAVED"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    STREAM_TAKEN_OVER = "STREAM_TAKEN_OVER"
    TOKEN_FOR_SESSION_ONLY = "TOKEN_FOR_SESSION_ONLY"  # noqa: S105 - a notice, not a token
    TOKEN_FORGOTTEN = "TOKEN_FORGOTTEN"  # noqa: S105 - a notice, not a token
    TOKEN_NOT_FORGOTTEN = "TOKEN_NOT_FORGOTTEN"  # noqa: S105 - a notice, not a token


@dataclass(frozen=True, slots=True)
class Noticed:
    """A notice with its detail, e.g. the name of the file kept aside."""

    notice: Notice
    detail: str = ""


ReverseEvent: TypeAlias = (
    ReverseSending | ReverseTaken | ReverseUnanswered | ReverseFlat | ReverseStopped | ReverseEnded
)
"""What one reverse goes through."""

KeyEvent: TypeAlias = KeyIgnored | KeysArmed | KeysDisarmed | HaltPulled | HaltReleased
"""What hotkeys and the halt go through."""

Event: TypeAlias = (
    ReverseEvent | KeyEvent | PressDenied | ActDenied | ActSending | ActEnded | Attested | Noticed
)


@dataclass(frozen=True, slots=True)
class Report:
    """An event and the wall time it happened at."""

    at: datetime
    event: Event
