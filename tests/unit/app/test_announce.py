"""Every report is announced once, and announcing disturbs nothing."""

import asyncio
import logging
from dataclasses import replace

import pytest

from ctpanel.app.announce import Announcer, Call
from ctpanel.app.ports import Clock
from ctpanel.app.store import Store
from ctpanel.domain.feedback import Sound, Trouble
from ctpanel.domain.outcomes import Code, Verdict, VerdictKind, deny
from ctpanel.domain.report import Event, PressDenied, ReverseEnded, ReverseSending, ReverseTaken
from ctpanel.domain.state import KEPT_REPORTS, InFlight, Link, PanelState, Phase
from tests.fakes.bench import Bench
from tests.fakes.clocks import ManualClock
from tests.fakes.examples import TODAY, intent, plan
from tests.fakes.fake_server import FakeServer

SENDING = ReverseSending(plan())
ENDED = ReverseEnded(plan(), Verdict(VerdictKind.REVERSED), 0.9)
LOST = ReverseEnded(plan(), Verdict(VerdictKind.UNKNOWN), 15.0)
DENIED = PressDenied(deny(Code.BUSY))
FLYING = {intent().key: InFlight(intent(), Phase.SENDING, 0.0)}


class Room:
    """A store, and all that is heard and called out of it."""

    def __init__(self, *before: Event) -> None:
        self.heard: list[Sound] = []
        self.called: list[Call] = []
        self.errors: list[BaseException] = []
        clock: Clock = ManualClock()
        state = PanelState("https://example.test", on_paper=True, now=0.0, today=TODAY)
        self.store = Store(state, clock, lambda _, error: self.errors.append(error))
        self.report(*before)
        announcer = Announcer(play=self.heard.append, call=self.called.append)
        announcer.follow(self.store.state)
        self.store.subscribe(announcer.follow)

    def report(self, *events: Event) -> None:
        for event in events:
            self.store.report(event)


def test_each_report_is_heard_once_however_often_the_state_changes() -> None:
    room = Room()
    room.report(SENDING)
    room.store.touch()
    room.report(ReverseTaken(plan(), 12), ENDED)
    room.store.touch()
    assert room.heard == [Sound.SENT, Sound.REVERSED]


def test_what_happened_before_is_not_heard_again() -> None:
    room = Room(SENDING, LOST)
    room.store.touch()
    assert (room.heard, room.called) == ([], [])


def test_two_reports_in_one_change_are_both_heard_in_their_order() -> None:
    room = Room()
    reports = Room(SENDING, ENDED).store.state.reports
    room.store.update(lambda state: replace(state, reports=reports))
    assert room.heard == [Sound.SENT, Sound.REVERSED]


def test_a_report_is_heard_once_when_the_oldest_have_been_dropped() -> None:
    room = Room(*[ENDED] * KEPT_REPORTS)
    room.report(SENDING)
    assert room.heard == [Sound.SENT]


def test_the_trader_is_called_for_what_is_bad_and_not_for_what_is_as_asked() -> None:
    room = Room()
    room.report(SENDING, ENDED, DENIED, LOST)
    assert room.called == [DENIED, LOST]


def test_a_link_that_is_lost_while_an_order_is_on_its_way_is_called_once() -> None:
    room = Room()
    room.store.update(lambda s: replace(s, link=Link.CONNECTED, in_flight=FLYING))
    for link in (Link.UNREACHABLE, Link.UNREACHABLE, Link.CONNECTED, Link.UNREACHABLE):
        room.store.update(lambda s, link=link: replace(s, link=link))  # type: ignore[misc]  # same
    assert room.called == [Trouble.LINK_LOST, Trouble.LINK_LOST]


def test_a_loudspeaker_that_fails_is_logged_and_is_no_fault_of_the_panel(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = Room()

    def broken(_: Sound) -> None:
        raise OSError("no sound")

    room.store.subscribe(Announcer(play=broken, call=room.called.append).follow)
    room.store.touch()
    room.report(SENDING)
    assert room.errors == []
    loud = [r for r in caplog.records if r.levelno > logging.INFO]
    assert [record.levelno for record in loud] == [logging.ERROR]
    caplog.clear()


async def test_a_reverse_is_heard_as_sent_and_as_reversed() -> None:
    bench, heard = Bench(FakeServer()), list[Sound]()
    await bench.ready()
    announcer = Announcer(play=heard.append, call=lambda _: None)
    announcer.follow(bench.state)
    bench.store.subscribe(announcer.follow)
    bench.reverser.press(bench.shown())
    await bench.until(lambda s: isinstance(s.last_event, ReverseEnded))
    await bench.stop()
    await asyncio.sleep(0)
    assert heard == [Sound.SENT, Sound.REVERSED]
