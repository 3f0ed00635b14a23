"""What received frames do, one after the other: events, counts, and the end of a connection."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.crosstrade.stream.ends import Ending
from ctpanel.crosstrade.stream.frames import Ignored
from ctpanel.crosstrade.stream.inbox import Inbox
from ctpanel.crosstrade.stream.receiver import MOST_BAD, Receiver
from ctpanel.crosstrade.stream.rpc import RpcChannel
from ctpanel.crosstrade.stream.wanted import Subscriptions
from ctpanel.domain.stream import (
    Dropped,
    GapSeen,
    OrderPush,
    QuoteTick,
    Resync,
    StreamCause,
    StreamEvent,
    Wanted,
)
from tests.fakes.examples import MES
from tests.unit.crosstrade.test_stream_frames import ORDER, TICK

RESYNC = {"type": "resync"}


class Receiving:
    def __init__(self) -> None:
        self.rpc, self.inbox = RpcChannel(), Inbox()
        subscriptions = Subscriptions(lambda: 0.0)
        subscriptions.wanted = Wanted(quotes=frozenset({MES}))
        self.receiver = Receiver(self.rpc, self.inbox, subscriptions)

    def take(self, *frames: object) -> Ending | None:
        """The first Ending, if any comes."""
        for frame in frames:
            raw = frame if isinstance(frame, str | bytes) else json.dumps(frame)
            if ending := self.receiver.take(raw):
                return ending
        return None

    @property
    def events(self) -> list[StreamEvent]:
        return list(self.inbox._waiting.values())

    @property
    def ignored(self) -> dict[Ignored, int]:
        return dict(self.rpc.ignored)


def order(number: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"type": "orderUpdate", "order": {**ORDER, "orderId": str(number)}, **more}


def ids(events: list[StreamEvent]) -> list[str]:
    return [event.order.order_id for event in events if isinstance(event, OrderPush)]


def test_changes_in_order_are_events_in_order() -> None:
    here = Receiving()
    assert here.take(*(order(number, seq=number) for number in (1, 2, 3))) is None
    assert ids(here.events) == ["1", "2", "3"]
    assert here.ignored == {}


def test_a_gap_calls_for_reading_before_what_came_after_it() -> None:
    here = Receiving()
    here.take(order(1, seq=1), order(4, seq=4))
    assert here.events[1] == GapSeen(2)
    assert ids(here.events) == ["1", "4"]


def test_a_frame_that_comes_twice_has_its_effect_once() -> None:
    here = Receiving()
    here.take(order(1, seq=1), order(1, seq=1))
    assert ids(here.events) == ["1"]
    assert here.ignored == {Ignored.REPEATED: 1}


def test_a_frame_that_comes_too_late_has_none() -> None:
    here = Receiving()
    here.take(order(1, seq=1), order(3, seq=3), order(2, seq=2), order(4, seq=4))
    assert ids(here.events) == ["1", "3", "4"]
    assert here.ignored == {Ignored.REPEATED: 1}


def test_frames_without_numbers_are_taken_as_they_come() -> None:
    here = Receiving()
    here.take(order(1), order(1), order(2))
    assert ids(here.events) == ["1", "1", "2"]


def test_what_the_server_dropped_is_told_before_the_frame_that_says_so() -> None:
    here = Receiving()
    here.take(order(1, seq=1, dropped=3))
    assert here.events[0] == Dropped(3)


def test_quotes_of_what_was_asked_for_pass_and_no_others() -> None:
    here = Receiving()
    other = {**TICK, "instrument": "NQ 12-26"}
    here.take({"type": "marketData", "quotes": [other, TICK, {**TICK, "last": "NaN"}]})
    assert [type(event) for event in here.events] == [QuoteTick]
    assert here.ignored == {Ignored.NOT_ASKED_FOR: 1, Ignored.BAD_QUOTE: 1}


@pytest.mark.parametrize("raw", [b"\x00", "{", "[]", json.dumps({"x": "y" * 1_000_001})])
def test_what_cannot_be_read_is_counted_and_calls_for_reading(raw: str | bytes) -> None:
    here = Receiving()
    assert here.take(raw, raw) is None
    assert here.events == [Dropped(2)]
    assert list(here.ignored.values()) == [2]


@pytest.mark.parametrize("frame", [{"type": "marketDepth"}, {"error": "Subscription limit"}])
def test_what_is_only_unknown_is_counted_and_nothing_more(frame: object) -> None:
    here = Receiving()
    assert here.take(*[frame] * 100) is None
    assert here.events == []
    assert list(here.ignored.values()) == [100]


@pytest.mark.parametrize("bad", [b"\x00", "garbage", "[]", {"type": "resync", "seq": 1}], ids=str)
def test_a_connection_that_cannot_be_followed_is_given_up(bad: object) -> None:
    here = Receiving()
    assert here.take({"type": "resync", "seq": 7}, *[bad] * (MOST_BAD - 1)) is None
    ending = here.take(bad)
    assert ending is not None
    assert ending.cause is StreamCause.GARBLED


def test_a_proper_frame_in_between_keeps_the_connection() -> None:
    here = Receiving()
    for _ in range(10):
        assert here.take(*["garbage"] * (MOST_BAD - 1), RESYNC) is None


def test_an_eviction_is_the_end_whatever_its_number() -> None:
    here = Receiving()
    here.take({"type": "resync", "seq": 7})
    assert here.take({"error": "Session active elsewhere", "seq": 1}) == Ending(
        None, "Session active elsewhere"
    )


async def test_answers_to_nobody_are_counted() -> None:
    here = Receiving()
    here.take(*({"id": call_id, "data": {}} for call_id in ("c1", "x", "")))
    assert here.ignored == {Ignored.UNKNOWN_ID: 3}
    assert here.events == []


async def test_an_answer_counts_whatever_its_number() -> None:
    here = Receiving()
    here.take({"type": "resync", "seq": 7}, {"id": "c1", "data": {}, "seq": 2})
    assert here.ignored == {Ignored.UNKNOWN_ID: 1}
    assert here.events == [Resync()]


FRAMES = st.sampled_from(
    [
        *("", "{", b"\x00", "[]", '{"type":"resync","seq":3}', '{"id":"c1","data":{}}'),
        *map(json.dumps, (order(1, seq=2), order(2), {"type": "status", "state": "ready"})),
        json.dumps({"type": "marketData", "quotes": [TICK], "seq": 5, "dropped": 2}),
    ]
)


@given(st.lists(FRAMES | st.text() | st.binary(), max_size=60))
def test_no_sequence_of_frames_makes_it_raise(frames: list[str | bytes]) -> None:
    async def play() -> None:
        here = Receiving()
        for raw in frames:
            here.receiver.take(raw)

    asyncio.run(play())
