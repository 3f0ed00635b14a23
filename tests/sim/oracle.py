"""What must hold of every simulated run. It knows the exchange's truth; the panel does not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

from ctpanel.domain.outcomes import VerdictKind
from ctpanel.domain.report import (
    Event,
    Notice,
    Noticed,
    ReverseEnded,
    ReverseStopped,
    ReverseUnanswered,
)
from ctpanel.paper.exchange import Exchange
from tests.sim.profiles import Run
from tests.sim.wire import Sent

PROVED_WITHIN = 15.0
"""Seconds in which a lost answer to an order that was executed is to be understood."""

_NEWS = (Notice.LATE_NEWS, Notice.UNEXPLAINED)
_DONE = (VerdictKind.REVERSED, VerdictKind.CORRECTED)

SLOWEST_READING = 8.0
"""Seconds from what the server saw to what the panel said of it."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a client said, and when."""

    at: float
    event: Event


@dataclass(slots=True)
class Course:
    """A run as it went.

    Attributes:
        presses: reverses that were taken.
        corrections: suggestions that were confirmed and taken.
        sent_before_correcting: orders that had been sent when the first was confirmed.
        unwritten: orders that left without their row on disk.
        sent_by_restart: orders sent after a crash.
        is_garbled: the exchange has carried out two orders under one id, and the client refuses to
            read such a list: the panel says so, and sends nothing.
        is_locked: whether the account and contract are locked at the end.
    """

    run: Run
    exchange: Exchange
    said: list[Said] = field(default_factory=list)
    sent: Sequence[Sent] = ()
    presses: int = 0
    corrections: int = 0
    sent_before_correcting: int | None = None
    unwritten: int = 0
    sent_by_restart: int = 0
    is_garbled: bool = False
    is_locked: bool = False
    is_in_flight: bool = False
    errors: Sequence[BaseException] = ()

    @property
    def target(self) -> int:
        """Signed contracts that the press asked for, and a correction after it."""
        return self.run.quantity * (1 if self.run.start < 0 else -1)

    def sent_by(self, *, correction: bool) -> Sequence[Sent]:
        """The orders of the presses, or those of the correction."""
        first = self.sent_before_correcting
        if first is None:
            return () if correction else self.sent
        return self.sent[first:] if correction else self.sent[:first]

    def net(self, at_ms: int) -> int:
        """Signed contracts really held at a millisecond."""
        return self.run.start + sum(
            fill.action.sign * fill.quantity for fill in self.exchange.fills if fill.at_ms <= at_ms
        )

    def held_within(self, first: float, last: float) -> set[int]:
        """Everything really held at some time between two seconds."""
        ends = (int(first * 1000), int(last * 1000))
        times = [fill.at_ms for fill in self.exchange.fills if ends[0] <= fill.at_ms <= ends[1]]
        return {self.net(at_ms) for at_ms in (*ends, *times)}


def until_proved(course: Course) -> float | None:
    """Seconds from an answer that was lost to its proof, when the order had been executed by then.

    None when nothing was lost, when the order came later or never, and when the process died.
    """
    lost = [
        said.at
        for said in course.said
        if isinstance(said.event, ReverseUnanswered) and not said.event.plan.is_correction
    ]
    executed = [at for sent in course.sent[:1] for at in sent.carried_out]
    if not lost or not executed or executed[0] > lost[0] or course.run.crash_at:
        return None
    proved = (
        said.at
        for said in course.said
        if isinstance(said.event, ReverseEnded)
        and said.event.verdict.kind is not VerdictKind.UNKNOWN
    )
    return next(proved, inf) - lost[0]


def wrongs(course: Course) -> list[str]:
    """Everything that must not have happened, by name; empty for a good run."""
    found = [*_sending(course), *_ends(course), *_overshoot(course)]
    for said in course.said:
        if isinstance(said.event, ReverseEnded):
            found += _verdict(course, said.at, said.event)
        elif isinstance(said.event, ReverseStopped):
            found += _stopped(course, said.event)
    return [*found, *(f"error: {type(error).__name__}: {error}" for error in course.errors)]


def _sending(course: Course) -> list[str]:
    """No order twice, none without its row, none by a restart."""
    most = 2 if course.run.only_when_flat else 1
    kinds = [sent.what for sent in course.sent_by(correction=False)]
    corrected = [sent.what for sent in course.sent_by(correction=True)]
    twice = any(kinds.count(kind) > course.presses for kind in set(kinds))
    return [
        *(["duplicate order"] if twice or len(kinds) > course.presses * most else []),
        *(["duplicate correction"] if len(corrected) > course.corrections else []),
        *(["corrected by another order"] if set(corrected) - {"place"} else []),
        *(["sent without a durable row"] if course.unwritten else []),
        *(["sent by a restart"] if course.sent_by_restart else []),
    ]


def _ends(course: Course) -> list[str]:
    """Every press and correction has its end, or is locked where the trader sees it."""
    ends = sum(isinstance(s.event, ReverseEnded | ReverseStopped) for s in course.said)
    surfaced = course.is_locked or ends >= course.presses + course.corrections
    return [
        *(["never ended"] if course.is_in_flight else []),
        *([] if surfaced else ["an unknown outcome is nowhere to be seen"]),
    ]


def _overshoot(course: Course) -> list[str]:
    """Only when flat never stacks its entry: no more is ever held than was, or was asked for.

    What others trade, and closes that something delivered twice, are not of its making.
    """
    run = course.run
    pressed = course.sent_by(correction=False)
    entered = any(sent.what == "place" and sent.carried_out for sent in pressed)
    if not entered or run.others_at or "twice" in (run.order_fault, run.correction_fault):
        return []
    most = max(abs(run.start), run.quantity)
    held = course.held_within(0, SLOWEST_READING * 30)
    return ["overshoot only when flat"] if max(map(abs, held)) > most else []


def _stopped(course: Course, event: ReverseStopped) -> list[str]:
    """What was said not to have been carried out was not."""
    first = course.sent_by(correction=event.plan.is_correction)[:1]
    return ["said not executed, but it was"] if any(s.carried_out for s in first) else []


def _verdict(course: Course, at: float, event: ReverseEnded) -> list[str]:
    verdict = event.verdict
    if verdict.kind is VerdictKind.UNKNOWN or verdict.position is None:
        return []
    lag = course.run.lag_ms / 1000
    really = course.held_within(max(0.0, at - SLOWEST_READING - lag), at)
    found = [] if verdict.position.net in really else [f"wrong position in {verdict.kind.value}"]
    target = course.target
    if verdict.kind in _DONE and verdict.position.net != target:
        found.append("reversed, or corrected, to something else")
    is_over = verdict.position.net * target > 0 and abs(verdict.position.net) > abs(target)
    if event.plan.is_correction and verdict.position.net == event.plan.start.net:
        if verdict.kind is not VerdictKind.UNCHANGED:
            found.append("a correction that changed nothing, called something else")
    elif is_over != (verdict.kind is VerdictKind.OVERSIZED):
        found.append("an overshoot that is not called one, or the other way round")
    return [*found, *_released_early(course, at)]


def _released_early(course: Course, at: float) -> list[str]:
    """What is carried out after an end must have been told as news, when it came in time."""
    before = [sent for sent in course.sent if sent.at < at]
    late = [t for sent in before for t in sent.carried_out if t > at + 0.5]
    told = any(isinstance(s.event, Noticed) and s.event.notice in _NEWS for s in course.said)
    is_told = told or course.is_garbled
    return ["carried out after its end, and not told"] if late and not is_told else []
