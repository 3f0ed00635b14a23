"""The world at the start: accounts, open positions, ATM templates. Data, and one builder."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, Protocol

from ctpanel.domain.instrument import Contract, InstrumentSpec
from ctpanel.paper.exchange import Exchange
from ctpanel.paper.faults import Faults
from ctpanel.paper.market import front_month
from ctpanel.paper.model import AtmTemplate

EXAMPLE_TOKEN: Final = "my-secret-token"  # noqa: S105 - the placeholder of the API's own example
"""Taken when no other is set, so that the documentation's example program runs as it stands."""

ACCOUNTS: Final = (
    ("Sim101", "Simulator"),
    ("Sim102", "Simulator"),
    ("DEMO4021", "Tradovate"),
    ("LIVE-001", "Rithmic"),
)
HELD: Final = (
    ("Sim101", "MES", 3, "5011.00"),
    ("Sim101", "MGC", 1, "2029.8"),
    ("Sim102", "MNQ", -2, "17655.25"),
    ("DEMO4021", "MCL", 1, "78.31"),
    ("LIVE-001", "MES", -2, "5013.75"),
)
"""Account, root, signed contracts, average price; in each root's front month."""

EXAMPLE_POSITION: Final = ("Sim101", Contract("MES", 2025, 12), -1, "5020.00")
"""The contract of the API's own example program, which buys one: held short, so that it has
something to reverse however long ago that contract expired."""

TEMPLATES: Final = {
    "Scalp 1": AtmTemplate(1, 8, 8),
    "Scalp 3": AtmTemplate(3, 8, 8),
    "Runner 3": AtmTemplate(3, 16, 40),
}


class World(Protocol):
    """How an exchange begins."""

    def __call__(
        self, *, seed: int, today: date, specs: Mapping[str, InstrumentSpec], faults: Faults
    ) -> Exchange:
        """Open it."""
        ...


def open_world(
    *, seed: int, today: date, specs: Mapping[str, InstrumentSpec], faults: Faults
) -> Exchange:
    """An exchange with accounts and a few open positions."""
    exchange = Exchange(seed=seed, today=today, specs=specs, templates=TEMPLATES, faults=faults)
    for name, provider in ACCOUNTS:
        exchange.open_account(name, provider)
    for account, root, net, average in HELD:
        exchange.give(account, front_month(specs[root], today), net, Decimal(average))
    account, contract, net, average = EXAMPLE_POSITION
    exchange.give(account, contract, net, Decimal(average))
    return exchange
