"""The paper exchange of the soak, as a process of its own: accounts and positions by the score.

Its token is the first line of its stdin; it ends when its stdin closes.
"""

import sys
from collections.abc import Mapping
from datetime import date
from typing import Final

from ctpanel import resources
from ctpanel.domain.instrument import InstrumentSpec, read_table
from ctpanel.paper.exchange import Exchange
from ctpanel.paper.faults import Faults
from ctpanel.paper.market import OPENING, front_month
from ctpanel.paper.server import PaperOptions, serve

QUOTES_EVERY: Final = 20
"""Milliseconds between two quotes of each instrument."""

ROOTS: Final = tuple(OPENING)[:20]
ACCOUNTS: Final = tuple(f"Sim{number}" for number in range(101, 121))


def crowded(
    *, seed: int, today: date, specs: Mapping[str, InstrumentSpec], faults: Faults
) -> Exchange:
    """Each account holds two instruments, so that each instrument is held twice."""
    exchange = Exchange(seed=seed, today=today, specs=specs, templates={}, faults=faults)
    for number, name in enumerate(ACCOUNTS):
        exchange.open_account(name, "Simulator")
        for root in (ROOTS[number], ROOTS[number - 1]):
            contract = front_month(specs[root], today)
            book = exchange.market.book(contract)
            exchange.give(name, contract, 1 + number % 3, book.price(book.bid))
    return exchange


def main() -> int:
    options = PaperOptions(
        token=sys.stdin.readline().strip(), faults=Faults(stream_quotes_ms=QUOTES_EVERY)
    )
    specs = read_table(resources.read_text("instruments.json"))
    return serve(options, specs, world=crowded, until_stdin_closes=True)


if __name__ == "__main__":
    sys.exit(main())
