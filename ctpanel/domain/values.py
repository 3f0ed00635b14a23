"""The small words of the field: sides, order types, kinds of account. No rules beyond the words."""

from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

Price: TypeAlias = Decimal
"""Always a Decimal, from the JSON byte to the label; a float never enters the domain."""

PRICE_CEILING: Final = Decimal(1_000_000_000)
"""No future trades near this; a larger number is garbage, typed or received."""


class Side(Enum):
    """Which way a position leans."""

    LONG = "LONG"
    SHORT = "SHORT"
    FLAT = "FLAT"

    @property
    def sign(self) -> int:
        """+1, -1 or 0: the factor that turns a size into a net position."""
        return {Side.LONG: 1, Side.SHORT: -1, Side.FLAT: 0}[self]

    @classmethod
    def of_net(cls, net: int) -> "Side":
        """The side of a signed net position."""
        if net == 0:
            return cls.FLAT
        return cls.LONG if net > 0 else cls.SHORT


class Action(Enum):
    """What the new order does; the value is the API's spelling."""

    BUY = "BUY"
    SELL = "SELL"

    @property
    def sign(self) -> int:
        """+1 for BUY, -1 for SELL."""
        return 1 if self is Action.BUY else -1

    @property
    def side(self) -> Side:
        """The side a position has when only this action filled."""
        return Side.LONG if self is Action.BUY else Side.SHORT

    @classmethod
    def against(cls, side: Side) -> "Action | None":
        """The action that reverses a position, or None when there is nothing to reverse."""
        return {Side.LONG: cls.SELL, Side.SHORT: cls.BUY, Side.FLAT: None}[side]


class OrderType(Enum):
    """The API's order types."""

    MARKET = "MARKET"
    LIMIT = "LIMIT"
    STOPMARKET = "STOPMARKET"
    STOPLIMIT = "STOPLIMIT"

    @property
    def needs_limit(self) -> bool:
        """Whether a limit price belongs to this type."""
        return self in (OrderType.LIMIT, OrderType.STOPLIMIT)

    @property
    def needs_stop(self) -> bool:
        """Whether a stop price belongs to this type."""
        return self in (OrderType.STOPMARKET, OrderType.STOPLIMIT)


class TimeInForce(Enum):
    """How long a resting order lives."""

    DAY = "DAY"
    GTC = "GTC"


class AccountKind(Enum):
    """How much a mistake costs. Whatever is not known to be harmless is LIVE."""

    PAPER = "PAPER"
    SIM = "SIM"
    LIVE = "LIVE"


class Confirming(Enum):
    """What a press on an account needs before it counts; the value is how the panel calls it."""

    ASK = "Ask"
    HOLD = "Hold to fire"
    INSTANT = "Instant"

    @classmethod
    def usual(cls, kind: AccountKind) -> "Confirming":
        """What holds until the trader chooses: whatever may cost money asks."""
        return cls.ASK if kind is AccountKind.LIVE else cls.INSTANT


class Entry(Enum):
    """The way a reverse is carried out; chosen in the ticket."""

    ONE_CALL = "One call"
    ONLY_WHEN_FLAT = "Only when flat"
