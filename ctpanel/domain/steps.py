"""The steps of one intent, and which may follow which. Pure: entering one is app/book.py's work.

Each step is on disk before anything it allows is done. What ended an intent is never changed:
later news is added behind it.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final


class Step(Enum):
    """Where an intent stands; the value is the word in the record.

    SENDING: bytes of the reverse, of its close, or of a correction, may leave.
    TAKEN, UNANSWERED: what came back.
    FLAT: only when flat: position and ledger both prove it.
    ENTERING: only when flat: bytes of the entry may leave.
    LOCKED: nothing was proved in time.
    PROVED, REFUSED, NOT_SENT, ATTESTED: ends.
    NEWS: something that came after the end.
    """

    SENDING = "SENDING"
    TAKEN = "TAKEN"
    UNANSWERED = "UNANSWERED"
    FLAT = "FLAT"
    ENTERING = "ENTERING"
    ENTRY_TAKEN = "ENTRY_TAKEN"
    ENTRY_UNANSWERED = "ENTRY_UNANSWERED"
    ENTRY_REFUSED = "ENTRY_REFUSED"
    LOCKED = "LOCKED"
    PROVED = "PROVED"
    REFUSED = "REFUSED"
    NOT_SENT = "NOT_SENT"
    ATTESTED = "ATTESTED"
    NEWS = "NEWS"

    @property
    def is_end(self) -> bool:
        """Whether the intent is over."""
        return self in _ENDS

    @property
    def lets_bytes_leave(self) -> bool:
        """Whether an order may be sent at this step, once."""
        return self in (Step.SENDING, Step.ENTERING)


class StepOutOfTurn(Exception):
    """A step that may not follow the one before: a fault in the panel, never a reason to send."""


_ENDS: Final = frozenset({Step.PROVED, Step.REFUSED, Step.NOT_SENT, Step.ATTESTED, Step.NEWS})
_OUTCOMES: Final = frozenset({Step.PROVED, Step.LOCKED})

FOLLOWS: Final[Mapping[Step | None, frozenset[Step]]] = {
    # NOT_SENT first: the row that would have let bytes leave could not be written.
    None: frozenset({Step.SENDING, Step.NOT_SENT}),
    Step.SENDING: frozenset(
        {Step.TAKEN, Step.UNANSWERED, Step.REFUSED, Step.NOT_SENT, Step.LOCKED}
    ),
    Step.TAKEN: _OUTCOMES | {Step.FLAT},
    Step.UNANSWERED: _OUTCOMES,
    Step.FLAT: _OUTCOMES | {Step.ENTERING},
    Step.ENTERING: frozenset(
        {Step.ENTRY_TAKEN, Step.ENTRY_UNANSWERED, Step.ENTRY_REFUSED, Step.LOCKED}
    ),
    Step.ENTRY_TAKEN: _OUTCOMES,
    Step.ENTRY_UNANSWERED: _OUTCOMES,
    Step.ENTRY_REFUSED: _OUTCOMES,
    Step.LOCKED: frozenset({Step.PROVED, Step.ATTESTED}),
    **{end: frozenset({Step.NEWS}) for end in _ENDS},
}


def follow(before: Step | None, step: Step) -> Step:
    """The step, when it may be entered from `before`.

    Raises:
        StepOutOfTurn: it may not.
    """
    if step not in FOLLOWS[before]:
        raise StepOutOfTurn(f"{step.value} after {before.value if before else 'nothing'}")
    return step
