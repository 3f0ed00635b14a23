"""What has been sent lately: what the guards count. Counting is in guards.py."""

from dataclasses import dataclass
from datetime import date

from ctpanel.domain.instrument import Contract


@dataclass(frozen=True, slots=True)
class Sent:
    """One reverse or correction whose bytes may have left.

    Attributes:
        order: what was to be entered, as `guards.fingerprint` writes it; "" of an earlier run.
        at: monotonic second of the press.
        day: the local date of the press.
    """

    account: str
    contract: Contract
    order: str
    at: float
    day: date
