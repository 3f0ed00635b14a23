"""The proof of flat that lets an entry follow a close. Pure; reading is app/reconcile.py's work.

Position alone may be late, early, or about somebody else's fill. So it takes all of: our own close
on record, position and ledger both at zero, no order left working, and the same read twice.
"""

from typing import Final

from ctpanel.domain.evidence import Reading, ledger, new_orders, told_by_fills
from ctpanel.domain.reverse import Intent
from ctpanel.domain.verdict import looks_like_close

APART: Final = 0.4
"""Seconds between the two readings that must agree."""

FLAT_WITHIN: Final = 10.0
"""Seconds after the close was taken until an entry is given up."""

ENTER_WITHIN: Final = 15.0
"""Seconds after the press until an entry is given up: the decision is too old then."""


def is_proved_flat(intent: Intent, readings: tuple[Reading, ...]) -> bool:
    """Whether the readings, oldest first, prove that the close is over and nothing is held."""
    if not readings or not _shows_flat(intent, readings[-1]):
        return False
    last = readings[-1]
    for earlier in reversed(readings[:-1]):
        if not _shows_flat(intent, earlier) or earlier.orders != last.orders:
            return False
        if last.at - earlier.at >= APART:
            return True
    return False


def _shows_flat(intent: Intent, read: Reading) -> bool:
    reading = told_by_fills(intent, read)
    if reading is None:
        return False
    closed = any(
        looks_like_close(intent, order) and order.filled
        for order in new_orders(intent, reading.orders)
    )
    idle = not any(order.is_working for order in reading.orders)
    nothing = reading.position.is_flat and ledger(intent, reading.orders) == 0
    return closed and idle and nothing
