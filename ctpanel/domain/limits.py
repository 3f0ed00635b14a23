"""The numbers that bound a press. Careful by default; settings may change the trader's own ones."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

FRESH_FOR: Final = 3.0
"""Seconds a reading over REST may be relied on; older ones are stale and deny a press."""

REQUESTS: Final = 20
"""Requests the server allows in one burst, of all programs of a user together."""

FRESH_LIVE: Final = 2.0
"""Seconds the same, while the stream is up: then what is older has been missed."""

SETTLE: Final = 0.3
"""Seconds a changed button must have stood before a press on it counts: a press that began before
the eye could read the change was meant for what stood there before."""

HOLD_AFTER_PRESS: Final = 0.7
"""Seconds after a press during which another does nothing, however fast the first one ended: the
second half of a double click (500 ms on most systems) must not undo the first."""

PRESS_TO_WIRE: Final = 2.0
"""Seconds after a press in which its bytes must leave: later they would be about another market."""

VERDICT_WITHIN: Final = 15.0
"""Seconds of reading back after which a reverse without proof is called unknown."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the trader may change.

    Attributes:
        hard_quantity: more contracts than this are refused.
        soft_quantity: more contracts than this are asked about.
        far_fraction: a price further from the market than this part of it is asked about.
    """

    hard_quantity: int = 20
    soft_quantity: int = 5
    far_fraction: Decimal = Decimal("0.01")
