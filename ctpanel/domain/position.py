"""A position as it was read from the server, and what it is worth. Reading it is not done here."""

from dataclasses import dataclass
from decimal import Decimal

from ctpanel.domain.values import Price, Side


@dataclass(frozen=True, slots=True)
class Position:
    """Contracts held in one account and contract.

    Attributes:
        side: which way.
        quantity: contracts, never negative; 0 exactly when flat.
        average_price: the average entry, or None when flat or not told.
    """

    side: Side
    quantity: int
    average_price: Price | None = None

    def __post_init__(self) -> None:
        """Refuse a contradiction.

        Raises:
            ValueError: flat with contracts, or a side without any.
        """
        if self.quantity < 0 or (self.side is Side.FLAT) != (self.quantity == 0):
            raise ValueError(f"a position cannot be {self.side.value} {self.quantity}")

    @property
    def net(self) -> int:
        """Signed contracts: long positive, short negative."""
        return self.side.sign * self.quantity

    @property
    def is_flat(self) -> bool:
        """Whether nothing is held."""
        return self.side is Side.FLAT

    @classmethod
    def of_net(cls, net: int, average_price: Price | None = None) -> "Position":
        """The position of a signed size."""
        return cls(Side.of_net(net), abs(net), average_price if net else None)

    def __str__(self) -> str:
        return self.side.value if self.is_flat else f"{self.side.value} {self.quantity}"


FLAT = Position(Side.FLAT, 0)


def open_points(position: Position, last: Price) -> Decimal | None:
    """Points gained per contract at a price; None without an average to measure from."""
    if position.average_price is None:
        return None
    return (last - position.average_price) * position.side.sign


def open_profit(position: Position, last: Price, point_value: Decimal) -> Decimal | None:
    """Unrealised profit in the contract's currency, before costs."""
    points = open_points(position, last)
    return None if points is None else points * point_value * position.quantity
