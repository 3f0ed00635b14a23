"""Everything a press is judged against, gathered in one value. Judging is in rules.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ctpanel.domain.limits import Limits
from ctpanel.domain.market import Account, Quote
from ctpanel.domain.outcomes import Denied
from ctpanel.domain.position import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known at one moment; nothing has a default, so that nothing is fresh by omission.

    Attributes:
        hold: why nothing at all may be sent now (not connected, busy, a fault), or None.
        accounts: the accounts the server listed.
        account: the listed account the ticket names, or None.
        unresolved: why the typed instrument has no contract yet, or None.
        quote: the last reading of the ticket's contract.
        quote_age: seconds since it was read.
        position: the last reading of the account's position in that contract.
        position_age: seconds since it was read.
        orders_age: seconds since the account's orders were read; they tell what was there before
            the press, and so what the press did.
        working: orders of the account that work in the contract.
        is_moving: position and orders were not both read since one of them last changed, so they
            do not tell together what was there before the press.
        used_oco_ids: OCO ids already seen on the account or sent by this panel.
        strategy_quantities: what the user recorded of each remembered ATM strategy.
        fresh_for: seconds a reading may be relied on.
        today: for expiry.
        decimal_sign: the locale's own decimal sign.
    """

    today: date
    hold: Denied | None
    accounts: tuple[Account, ...]
    account: Account | None
    unresolved: Denied | None
    quote: Quote | None
    quote_age: float
    position: Position | None
    position_age: float
    orders_age: float
    working: int
    is_moving: bool
    used_oco_ids: frozenset[str]
    strategy_quantities: Mapping[str, int]
    limits: Limits
    fresh_for: float
    decimal_sign: str

    @property
    def quote_is_fresh(self) -> bool:
        """Whether prices may be checked against the market."""
        return self.quote is not None and self.quote_age <= self.fresh_for

    @property
    def position_is_fresh(self) -> bool:
        """Whether a press may rely on the position."""
        return self.position is not None and self.position_age <= self.fresh_for
