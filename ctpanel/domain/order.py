"""Orders as the server reports them. What the trader wants is in ticket.py and reverse.py."""

from dataclasses import dataclass
from enum import Enum

from ctpanel.domain.instrument import Contract
from ctpanel.domain.values import Action, OrderType, Price


class OrderState(Enum):
    """NinjaTrader's order states; the value is the API's spelling.

    OTHER stands for a word we do not know: such an order is not taken for finished.
    """

    INITIALIZED = "Initialized"
    SUBMITTED = "Submitted"
    ACCEPTED = "Accepted"
    TRIGGER_PENDING = "TriggerPending"
    WORKING = "Working"
    CHANGE_PENDING = "ChangePending"
    CHANGE_SUBMITTED = "ChangeSubmitted"
    SUSPENDED = "Suspended"
    CANCEL_PENDING = "CancelPending"
    CANCEL_SUBMITTED = "CancelSubmitted"
    PART_FILLED = "PartFilled"
    CANCELLED = "Cancelled"
    REJECTED = "Rejected"
    FILLED = "Filled"
    UNKNOWN = "Unknown"
    OTHER = "?"

    @property
    def is_terminal(self) -> bool:
        """Whether the order can no longer fill, in NinjaTrader's own sense of the word."""
        return self in _TERMINAL

    @classmethod
    def of(cls, word: str) -> "OrderState":
        """The state a word names, whatever its case."""
        return _BY_WORD.get(word.replace(" ", "").lower(), cls.OTHER)


_TERMINAL = frozenset(
    {OrderState.CANCELLED, OrderState.REJECTED, OrderState.FILLED, OrderState.UNKNOWN}
)
_BY_WORD = {state.value.lower(): state for state in OrderState}


@dataclass(frozen=True, slots=True)
class Order:
    """One order of one account.

    Attributes:
        order_id: the id to look it up by.
        action: BUY or SELL.
        quantity: contracts ordered.
        filled: contracts filled so far; a cancelled order can have some.
        order_type: None when the server's word is not one of ours.
        name: NinjaTrader's label, e.g. "Stop1", "Target1", "Close".
        time_in_force: the server's word.
    """

    order_id: str
    account: str
    contract: Contract
    action: Action
    order_type: OrderType | None
    state: OrderState
    quantity: int
    filled: int = 0
    limit_price: Price | None = None
    stop_price: Price | None = None
    average_fill: Price | None = None
    oco_id: str = ""
    name: str = ""
    time_in_force: str = ""

    @property
    def is_working(self) -> bool:
        """Whether it can still fill."""
        return not self.state.is_terminal

    @property
    def remaining(self) -> int:
        """Contracts still to fill; below zero when it overfilled."""
        return self.quantity - self.filled

    @property
    def net_filled(self) -> int:
        """Signed contracts it has added to the position."""
        return self.action.sign * self.filled


@dataclass(frozen=True, slots=True)
class Execution:
    """One fill. `at` is the server's text: its clock is never compared with ours."""

    execution_id: str
    order_id: str
    contract: Contract
    quantity: int
    price: Price
    at: str


@dataclass(frozen=True, slots=True)
class LifecycleEvent:
    """One line of an order's history: a state it entered, a fill, or a request that reached it."""

    kind: str
    state: OrderState | None
    at: str
