"""Whether keys may open risk, and what takes that away again. Nothing arms but the trader."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

SLEPT: Final = 5.0
"""Seconds without any news of time passing after which the machine has slept, or the panel stood
still: nobody knows what the trader has seen meanwhile."""


UNREAD_FOR: Final = 6.0
"""Seconds without a reading of the positions after which keys are disarmed. A press on anything
older than `limits.FRESH_FOR` is denied long before; one slow reading is no reason to disarm."""


@dataclass(frozen=True, slots=True)
class Armed:
    """Hotkeys may open risk, for this account.

    Attributes:
        kind: the account's, when it was armed.
        used_at: monotonic second of arming or of the last use.
    """

    account: str
    kind: str
    used_at: float

    def left(self, now: float, minutes: int) -> float:
        """Seconds until it disarms itself."""
        return max(0.0, self.used_at + minutes * 60 - now)


class Disarm(Enum):
    """Why hotkeys are disarmed; the value is how the panel says so."""

    BY_HAND = "you disarmed them"
    ESC = "you pressed Esc"
    IDLE = "they were not used for {minutes} min"
    ACCOUNT = "another account is shown"
    LOCKED = "the screen was locked"
    SLEPT = "the computer slept, or the panel stood still"
    UNKNOWN = "a reverse is unproved"
    STALE = "positions are no longer read in time"
    HALTED = "the panel is halted"
    FAULT = "the panel has a fault"
    KEYS = "keys no longer reach the panel"
    CLOSING = "the panel is closing"
