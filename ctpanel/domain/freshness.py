"""Which of the things the panel shows have grown old. What follows from it is in rules.py."""

from collections.abc import Iterator
from enum import Enum
from math import inf

from ctpanel.domain.state import PanelState


class Feed(Enum):
    """What is read again and again, each by itself: one can stop while the others go on."""

    POSITIONS = "positions"
    PRICES = "prices"
    ORDERS = "orders"


def stale(state: PanelState) -> dict[Feed, float]:
    """The feeds of the ticket that are too old to rely on, and their ages in seconds."""
    return {feed: age for feed, age in _ages(state) if state.fresh_for < age < inf}


def _ages(state: PanelState) -> Iterator[tuple[Feed, float]]:
    yield Feed.POSITIONS, state.age(state.position)
    yield Feed.PRICES, state.age(state.quote)
    yield Feed.ORDERS, state.age(state.orders.get(state.ticket.account))
