"""Which report is heard, as which sound, and which the trader is called for. No words, no playing.

A bad end never sounds like the good one, and what is not proved sounds like neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from ctpanel.domain.arming import Disarm
from ctpanel.domain.outcomes import Accepted, Unknown, VerdictKind, WireOutcome
from ctpanel.domain.report import (
    Act,
    ActDenied,
    ActEnded,
    ActSending,
    Event,
    HaltPulled,
    KeyIgnored,
    KeysArmed,
    KeysDisarmed,
    Notice,
    Noticed,
    PressDenied,
    ReverseEnded,
    ReverseSending,
    ReverseStopped,
    ReverseUnanswered,
)
from ctpanel.domain.state import Link, PanelState


class Sound(Enum):
    """What is told apart by ear; the value is the name of its file.

    ARMED: a hotkey would be taken from now on.
    SENT: a press was taken; bytes may leave.
    REVERSED: it ended as asked for.
    REFUSED: it was not done, or not as asked for, and that is proved.
    UNKNOWN: nothing is proved; look at NinjaTrader.
    """

    ARMED = "armed"
    SENT = "sent"
    REVERSED = "reversed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SoundChoice:
    """What the trader chose for one sound; `file` is an own one, "" means the built-in one."""

    muted: bool = False
    file: str = ""


class Trouble(Enum):
    """How things can stand that the trader is called for, besides what is reported.

    LINK_LOST: an order is on its way and the server is not reached.
    FAULT: something happened that nobody expected; nothing is sent any more.
    """

    LINK_LOST = "LINK_LOST"
    FAULT = "FAULT"


_ENDS: Final = {
    VerdictKind.REVERSED: Sound.REVERSED,
    VerdictKind.CORRECTED: Sound.REVERSED,
    VerdictKind.WORKING: Sound.REVERSED,  # only ever said of an order that was meant to rest
    VerdictKind.FLAT_ONLY: Sound.REFUSED,
    VerdictKind.UNCHANGED: Sound.REFUSED,
    VerdictKind.PARTIAL: Sound.REFUSED,
    VerdictKind.OVERSIZED: Sound.REFUSED,
    VerdictKind.UNKNOWN: Sound.UNKNOWN,
}


_PLAIN: Final[Mapping[type[Event], Sound]] = {
    KeysArmed: Sound.ARMED,
    ReverseSending: Sound.SENT,
    ActSending: Sound.SENT,
    PressDenied: Sound.REFUSED,
    KeyIgnored: Sound.REFUSED,
    ActDenied: Sound.REFUSED,
    ReverseStopped: Sound.REFUSED,
    HaltPulled: Sound.REFUSED,  # so is every press that opens risk from then on
    ReverseUnanswered: Sound.UNKNOWN,
}


def sound_of(event: Event) -> Sound | None:
    """What a report sounds like; None for one that is only read.

    That a close was done is not heard: it would have to sound like a reverse that was.
    """
    match event:
        case ReverseEnded(verdict=found):
            return _ENDS[found.kind]
        case ActEnded():
            return _of_act(event)
        case Noticed(Notice.LATE_NEWS | Notice.UNEXPLAINED):
            return Sound.UNKNOWN
        case _:
            return _PLAIN.get(type(event))


_BY_ITSELF: Final = frozenset({Disarm.SLEPT, Disarm.STALE, Disarm.KEYS})
"""Disarmed by what nothing else tells of."""


def _of_act(ended: ActEnded) -> Sound | None:
    if not isinstance(ended.outcome, Accepted):
        return _of_outcome(ended.outcome)
    if ended.position is None or ended.working is None:
        return Sound.UNKNOWN
    left = bool(ended.working) if ended.act is Act.CANCEL else not ended.position.is_flat
    return Sound.REFUSED if left else None


def _of_outcome(outcome: WireOutcome) -> Sound:
    return Sound.UNKNOWN if isinstance(outcome, Unknown) else Sound.REFUSED


def needs_trader(event: Event) -> bool:
    """Whether to call a trader who does not see the window.

    Not for an answer that is missing: it is looked for at once, and its end is reported.
    """
    if isinstance(event, KeysDisarmed):
        return event.why in _BY_ITSELF
    is_bad = sound_of(event) in {Sound.REFUSED, Sound.UNKNOWN}
    return is_bad and not isinstance(event, ReverseUnanswered)


def troubles(state: PanelState) -> frozenset[Trouble]:
    """What stands wrong now."""
    is_lost = bool(state.in_flight or state.acts) and state.link is not Link.CONNECTED
    found = {Trouble.LINK_LOST: is_lost, Trouble.FAULT: bool(state.faults or state.journal_fault)}
    return frozenset(trouble for trouble, stands in found.items() if stands)
