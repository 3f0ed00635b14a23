"""Quotes and accounts as the server tells them. Fetching them is not done here."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ctpanel.domain.instrument import Contract
from ctpanel.domain.values import AccountKind, Price


@dataclass(frozen=True, slots=True)
class Quote:
    """One reading of a contract's market.

    Attributes:
        contract: the dated contract the server resolved the question to.
        bid: best bid, or None when there is none.
        ask: best ask, or None when there is none.
        last: last trade, or None before the first.
        tick_size: smallest price step, in points.
        point_value: currency per point per contract.
        expires: the contract's expiry date when told.
        is_open: whether the market trades now; None when not told.
    """

    contract: Contract
    bid: Price | None
    ask: Price | None
    last: Price | None
    tick_size: Price
    point_value: Decimal
    expires: date | None = None
    is_open: bool | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One account the server listed.

    Attributes:
        name: the exact name the server listed; the only spelling that is ever sent.
        kind: how much a mistake costs.
        provider: the server's word for the connection, shown to the trader.
        connection: its word for how NinjaTrader stands with that provider, "" when not told.
        largest_order: contracts in one order that NinjaTrader allows, None when it sets no limit.
        largest_position: contracts in one position, the same.
        loss_limit: a day's loss at which NinjaTrader stops it, in its currency, the same.
    """

    name: str
    kind: AccountKind
    provider: str
    connection: str = ""
    largest_order: int | None = None
    largest_position: int | None = None
    loss_limit: Decimal | None = None

    @property
    def is_cut_off(self) -> bool:
        """Whether the server says that NinjaTrader is not connected to the account's broker."""
        return self.connection.casefold() not in ("", "connected")


def account_kind(provider: str, *, on_paper: bool) -> AccountKind:
    """PAPER on our own exchange, SIM for NinjaTrader's simulators, everything else LIVE.

    A broker's demo or a prop firm's evaluation account counts as LIVE: a provider that is not
    known to be a simulator is never taken for one.
    """
    if on_paper:
        return AccountKind.PAPER
    return AccountKind.SIM if provider in ("Simulator", "Playback") else AccountKind.LIVE
