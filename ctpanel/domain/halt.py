"""Halt: nothing that opens risk leaves until the trader has released it by hand."""

from dataclasses import dataclass
from enum import Enum


class HaltCause(Enum):
    """What halted the panel; the value is how it says so."""

    BY_HAND = "you halted it"
    PER_MINUTE = "your limit of reverses in one minute was reached"
    PER_DAY = "your limit of reverses in one day was reached"
    SETTINGS = "the settings could not be read, so your limits are not known"
    RECORD = "the record of the halt cannot be read"


@dataclass(frozen=True, slots=True)
class Halted:
    """The panel is halted.

    Attributes:
        saved: whether a restart would know of it.
    """

    cause: HaltCause
    saved: bool = True
