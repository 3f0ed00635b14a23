"""Everything a press is judged against, gathered in one value. Judging is in rules.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from ctpanel.domain.limits import Limits
from ctpanel.domain.market import Account, Quote
from ctpanel.domain.order import Order
from ctpanel.domain.outcomes import Denied
from ctpanel.domain.position import Position
from ctpanel.domain.sent import Sent
from ctpanel.domain.values import Confirming


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
        resting: orders of the account that work in the contract.
        is_moving: position and orders were not both read since one of them last changed, so they
            do not tell together what was there before the press.
        used_oco_ids: OCO ids already seen on the account or sent by this panel.
        strategy_quantities: what the user recorded of each remembered ATM strategy.
        fresh_for: seconds a reading may be relied on.
        sent: what was sent lately, by any press of this panel.
        day_result: what the account has made today, realised and unrealised; None when not told.
        confirms: what a press on the account needs before it counts.
        at: this moment, in monotonic seconds.
        today: for expiry.
        time_of_day: this moment, by the local clock.
        decimal_sign: the locale's own decimal sign.
    """

    at: float
    today: date
    time_of_day: time
    hold: Denied | None
    accounts: tuple[Account, ...]
    account: Account | None
    unresolved: Denied | None
    quote: Quote | None
    quote_age: float
    position: Position | None
    position_age: float
    orders_age: float
    resting: tuple[Order, ...]
    is_moving: bool
    used_oco_ids: frozenset[str]
    strategy_quantities: Mapping[str, int]
    sent: tuple[Sent, ...]
    day_result: Decimal | None
    confirms: Confirming
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
