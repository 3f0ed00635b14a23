"""Moving prices from a seed: the same seed and the same number of steps give the same market."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from ctpanel.domain.instrument import MONTH_CODES, Contract, InstrumentSpec, query_for
from ctpanel.domain.values import Price

STEP_MS: Final = 100
"""Milliseconds between two moves."""

_MOVE: Final = 0.06
"""Chance of one tick up, and of one tick down, in a step: about one tick a second, typically."""

_TRADE: Final = 0.5
_WIDE: Final = 0.05
_ROLL_DAY: Final = 12
"""Day of its delivery month from which a contract is no longer the front one."""

OPENING: Final[Mapping[str, str]] = {
    "ES": "5012.25",
    "MES": "5012.25",
    "NQ": "17650.50",
    "MNQ": "17650.50",
    "RTY": "2045.3",
    "M2K": "2045.3",
    "YM": "38610",
    "MYM": "38610",
    "NKD": "38250",
    "CL": "78.42",
    "MCL": "78.42",
    "NG": "2.874",
    "GC": "2031.4",
    "MGC": "2031.4",
    "SI": "23.115",
    "HG": "3.8615",
    "ZB": "119.5",
    "ZN": "110.5",
    "6E": "1.08215",
    "6J": "0.0067125",
}
"""Where prices start; other roots start at 1000 ticks."""


@dataclass(slots=True)
class Book:
    """The top of one contract's book, in ticks."""

    spec: InstrumentSpec
    rng: random.Random
    bid: int
    spread: int = 1
    last: int = 0
    volume: int = 0
    high: int = 0
    low: int = 0

    @property
    def ask(self) -> int:
        """Best offer, in ticks."""
        return self.bid + self.spread

    def price(self, ticks: int) -> Price:
        """Ticks as a price."""
        return ticks * self.spec.tick_size

    def step(self) -> None:
        """One move of the walk."""
        draw = self.rng.random()
        if draw < _MOVE:
            self.bid += 1
        elif draw < 2 * _MOVE:
            self.bid = max(1, self.bid - 1)
        self.spread = 2 if self.rng.random() < _WIDE else 1
        if self.rng.random() < _TRADE:
            self.trade(self.ask if self.rng.random() < _TRADE else self.bid, 1)

    def trade(self, ticks: int, quantity: int) -> None:
        """A trade prints."""
        self.last = ticks
        self.volume += quantity
        self.high, self.low = max(self.high, ticks), min(self.low, ticks)

    def move_to(self, bid: int) -> None:
        """Put the market somewhere: for tests that need a price to be hit."""
        self.bid = max(1, bid)
        self.trade(self.bid, 0)


class Market:
    """Books of all contracts anybody has asked for."""

    def __init__(self, seed: int, today: date, specs: Mapping[str, InstrumentSpec]) -> None:
        self._seed = seed
        self._today = today
        self._specs = specs
        self._books: dict[Contract, Book] = {}

    def resolve(self, text: str) -> Contract | None:
        """The contract an instrument text means; a root means its front month."""
        query = query_for(text, self._today)
        if query is None:
            return None
        if " " not in query:
            return front_month(self._specs[query], self._today) if query in self._specs else None
        found = Contract.from_name(query)
        spec = self._specs.get(found.root)
        return found if spec and MONTH_CODES[found.month - 1] in spec.months else None

    def book(self, contract: Contract) -> Book:
        """The book of a resolved contract, opened when it is first asked for."""
        if contract not in self._books:
            spec = self._specs[contract.root]
            price = Decimal(OPENING.get(contract.root, 1000 * spec.tick_size))
            bid = int(price / spec.tick_size)
            rng = random.Random(f"{self._seed}/{contract}")
            self._books[contract] = Book(spec, rng, bid, last=bid, high=bid, low=bid)
        return self._books[contract]

    def step(self) -> None:
        """Move every open book once."""
        for book in self._books.values():
            book.step()


def front_month(spec: InstrumentSpec, today: date) -> Contract:
    """The nearest listed month that has not rolled."""
    year, month = today.year, today.month
    if today.day >= _ROLL_DAY:
        year, month = _next_month(year, month)
    while MONTH_CODES[month - 1] not in spec.months:
        year, month = _next_month(year, month)
    return Contract(spec.root, year, month)


def _next_month(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == len(MONTH_CODES) else (year, month + 1)
