"""What is heard of each report: the good end, the bad ends and the unproved ones never alike."""

from dataclasses import replace

import pytest

from ctpanel.domain.arming import Disarm
from ctpanel.domain.feedback import Sound, Trouble, needs_trader, sound_of, troubles
from ctpanel.domain.halt import HaltCause
from ctpanel.domain.outcomes import (
    Accepted,
    Cause,
    Code,
    NotSent,
    Refused,
    Unknown,
    Verdict,
    VerdictKind,
    WireOutcome,
    deny,
)
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.report import (
    Act,
    ActDenied,
    ActEnded,
    ActSending,
    Attested,
    Event,
    HaltPulled,
    HaltReleased,
    KeyIgnored,
    KeysArmed,
    KeysDisarmed,
    Notice,
    Noticed,
    PressDenied,
    ReverseEnded,
    ReverseFlat,
    ReverseSending,
    ReverseStopped,
    ReverseTaken,
    ReverseUnanswered,
)
from ctpanel.domain.state import InFlight, Link, PanelState, Phase
from tests.fakes.examples import LONG_3, MES, TODAY, intent, plan

PLAN = plan()
BUSY = deny(Code.BUSY)
GOOD = {VerdictKind.REVERSED, VerdictKind.CORRECTED, VerdictKind.WORKING}
STATE = PanelState("https://example.test", on_paper=True, now=0.0, today=TODAY)
FLYING = {intent().key: InFlight(intent(), Phase.SENDING, 0.0)}


def ended(kind: VerdictKind) -> ReverseEnded:
    return ReverseEnded(PLAN, Verdict(kind), 0.9)


def acted(
    act: Act, outcome: WireOutcome, position: Position | None = None, working: int | None = None
) -> ActEnded:
    return ActEnded(act, "Sim101", MES, outcome, position, working)


@pytest.mark.parametrize("kind", VerdictKind)
def test_only_what_was_asked_for_sounds_like_the_good_end(kind: VerdictKind) -> None:
    assert (sound_of(ended(kind)) is Sound.REVERSED) == (kind in GOOD)


@pytest.mark.parametrize("kind", VerdictKind)
def test_only_an_unproved_end_sounds_unknown(kind: VerdictKind) -> None:
    assert (sound_of(ended(kind)) is Sound.UNKNOWN) == (kind is VerdictKind.UNKNOWN)


@pytest.mark.parametrize("kind", VerdictKind)
def test_every_end_is_heard_and_every_bad_one_calls_the_trader(kind: VerdictKind) -> None:
    assert sound_of(ended(kind)) is not None
    assert needs_trader(ended(kind)) == (kind not in GOOD)


@pytest.mark.parametrize(
    ("event", "sound", "calls"),
    [
        (ReverseSending(PLAN), Sound.SENT, False),
        (ActSending(Act.CLOSE, "Sim101", MES), Sound.SENT, False),
        (ReverseTaken(PLAN, 12), None, False),
        (ReverseFlat(PLAN), None, False),
        (ReverseUnanswered(PLAN, Cause.DEADLINE), Sound.UNKNOWN, False),
        (ReverseStopped(PLAN, Refused("no")), Sound.REFUSED, True),
        (ReverseStopped(PLAN, NotSent(Cause.NO_CONNECTION)), Sound.REFUSED, True),
        (PressDenied(BUSY), Sound.REFUSED, True),
        (ActDenied(Act.CLOSE, BUSY), Sound.REFUSED, True),
        (KeysArmed("Sim101", 30), Sound.ARMED, False),
        (KeysDisarmed(Disarm.IDLE, 30), None, False),
        (KeysDisarmed(Disarm.KEYS, 30), None, True),
        (KeyIgnored("Reverse", BUSY), Sound.REFUSED, True),
        (HaltPulled(HaltCause.PER_DAY), Sound.REFUSED, True),
        (HaltReleased(), None, False),
        (Attested(PLAN, "it was flat"), None, False),
        (Noticed(Notice.LATE_NEWS), Sound.UNKNOWN, True),
        (Noticed(Notice.UNEXPLAINED), Sound.UNKNOWN, True),
        (Noticed(Notice.TOKEN_FORGOTTEN), None, False),
        (Noticed(Notice.STREAM_TAKEN_OVER), None, False),
        (acted(Act.CLOSE, Accepted(), FLAT, 0), None, False),
        (acted(Act.CLOSE, Accepted(), LONG_3, 0), Sound.REFUSED, True),
        (acted(Act.FLATTEN, Accepted(), LONG_3, 0), Sound.REFUSED, True),
        (acted(Act.CLOSE, Accepted()), Sound.UNKNOWN, True),
        (acted(Act.CANCEL, Accepted(), LONG_3, 0), None, False),
        (acted(Act.CANCEL, Accepted(), LONG_3, 2), Sound.REFUSED, True),
        (acted(Act.CLOSE, Refused("no")), Sound.REFUSED, True),
        (acted(Act.CLOSE, NotSent(Cause.NO_CONNECTION)), Sound.REFUSED, True),
        (acted(Act.CLOSE, Unknown(Cause.DEADLINE)), Sound.UNKNOWN, True),
    ],
)
def test_each_report_has_its_sound(event: Event, sound: Sound | None, *, calls: bool) -> None:
    assert (sound_of(event), needs_trader(event)) == (sound, calls)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"link": Link.CONNECTED}, set()),
        ({"link": Link.UNREACHABLE}, set()),
        ({"link": Link.CONNECTED, "in_flight": FLYING}, set()),
        ({"link": Link.UNREACHABLE, "in_flight": FLYING}, {Trouble.LINK_LOST}),
        ({"faults": ("KeyError in drawing",)}, {Trouble.FAULT}),
        ({"journal_fault": "disk full"}, {Trouble.FAULT}),
    ],
)
def test_a_lost_link_is_trouble_while_an_order_is_on_its_way(
    changes: dict[str, object], found: set[Trouble]
) -> None:
    assert troubles(replace(STATE, **changes)) == found  # type: ignore[arg-type]  # by name
