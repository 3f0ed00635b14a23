"""What the exchange keeps of accounts, orders and fills. How they change is in exchange.py."""

from dataclasses import dataclass, field
from decimal import Decimal

from ctpanel.domain.instrument import Contract
from ctpanel.domain.order import OrderState
from ctpanel.domain.values import Action, OrderType, Price


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order as somebody asks for it, fields already read."""

    contract: Contract
    action: Action
    quantity: int
    order_type: OrderType
    time_in_force: str = "DAY"
    limit_price: Price | None = None
    stop_price: Price | None = None
    oco_id: str = ""
    strategy: str = ""
    order_id: str = ""
    name: str = ""


@dataclass(slots=True)
class PaperOrder:
    """An order and its life so far.

    Attributes:
        history: (milliseconds, state or event) in order.
        reason: why it was rejected.
        triggered: a stop that has become a market or limit order.
    """

    order_id: str
    account: str
    asked: NewOrder
    state: OrderState
    created_ms: int
    filled: int = 0
    paid: Decimal = Decimal(0)
    triggered: bool = False
    reason: str = ""
    history: list[tuple[int, str]] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        """Contracts still to fill."""
        return self.asked.quantity - self.filled

    @property
    def is_working(self) -> bool:
        """Whether it may still fill."""
        return not self.state.is_terminal

    @property
    def is_wanted(self) -> bool:
        """Whether it works and nobody has asked for its end."""
        return self.is_working and self.state is not OrderState.CANCEL_PENDING

    @property
    def average_fill(self) -> Price | None:
        """Average price of its fills."""
        return self.paid / self.filled if self.filled else None

    def enter(self, state: OrderState, now_ms: int) -> None:
        """Go to another state and write it down."""
        self.state = state
        self.history.append((now_ms, state.value))


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution."""

    fill_id: str
    at_ms: int
    order_id: str
    account: str
    contract: Contract
    action: Action
    quantity: int
    price: Price
    name: str


@dataclass(slots=True)
class Holding:
    """One position; `net` is signed."""

    net: int = 0
    average: Decimal = Decimal(0)
    realised: Decimal = Decimal(0)
    """In points times contracts."""

    def apply(self, signed: int, price: Price) -> None:
        """A fill of signed contracts."""
        closing = min(abs(signed), abs(self.net)) if self.net * signed < 0 else 0
        if closing:
            gained = (price - self.average) * (1 if self.net > 0 else -1)
            self.realised += gained * closing
        opening = abs(signed) - closing
        if opening:
            before = abs(self.net) - closing
            self.average = (self.average * before + price * opening) / (before + opening)
        self.net += signed


@dataclass(slots=True)
class PaperAccount:
    """One account."""

    name: str
    provider: str
    holdings: dict[Contract, Holding] = field(default_factory=dict)
    used_oco_ids: set[str] = field(default_factory=set)

    def holding(self, contract: Contract) -> Holding:
        """The position in a contract."""
        return self.holdings.setdefault(contract, Holding())

    def net(self, contract: Contract) -> int:
        """Signed contracts held."""
        held = self.holdings.get(contract)
        return held.net if held else 0


@dataclass(frozen=True, slots=True)
class AtmTemplate:
    """A bracket that is attached to an entry of exactly its quantity; distances in ticks."""

    quantity: int
    stop_ticks: int
    target_ticks: int
