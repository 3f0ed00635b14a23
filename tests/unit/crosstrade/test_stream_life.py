"""The life of a stream in virtual time: connecting, health, silence, waiting, eviction."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from ctpanel.crosstrade.errors import Undelivered
from ctpanel.crosstrade.paths import PREFIX
from ctpanel.crosstrade.stream.ends import Ended, Ending, end_by_code
from ctpanel.crosstrade.stream.line import Line
from ctpanel.crosstrade.stream.live import PING_EVERY, Stream
from ctpanel.crosstrade.transport import Reply, Request
from ctpanel.domain.outcomes import Cause
from ctpanel.domain.stream import (
    Closed,
    Evicted,
    Opened,
    Resync,
    StreamCause,
    StreamEvent,
    Wanted,
)
from tests.fakes.clocks import VirtualLoop
from tests.fakes.examples import MES

REQUEST = Request("GET", f"{PREFIX}/accounts", 5.0)


@pytest.fixture
def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    return VirtualLoop


class FakeLine(Line):
    """A line whose other end is the test."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.pings: list[float] = []
        self.pong_after = 0.01
        self.how_it_ended = ""
        self._frames: asyncio.Queue[str | Ending] = asyncio.Queue()

    @property
    def is_open(self) -> bool:
        return not self.how_it_ended

    def send(self, frame: bytes) -> None:
        self.sent.append(frame)

    def say(self, **frame: object) -> None:
        self._frames.put_nowait(json.dumps(frame))

    def break_off(self, ending: Ending) -> None:
        self._frames.put_nowait(ending)

    async def receive(self) -> str | bytes:
        found = await self._frames.get()
        if isinstance(found, Ending):
            raise Ended(found)
        return found

    async def ping(self) -> None:
        self.pings.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.pong_after)

    async def hang_up(self) -> None:
        self.how_it_ended = "hung up"

    def discard(self) -> None:
        self.how_it_ended = "discarded"


class Server:
    """Attributes:
    lines: those that were opened, oldest first.
    told: what the consumer was told.
    dialled: when, in virtual seconds.
    refusals: endings of the next attempts.
    """

    def __init__(self) -> None:
        self.lines: list[FakeLine] = []
        self.told: list[StreamEvent] = []
        self.dialled: list[float] = []
        self.refusals: list[Ending] = []
        self.stream = Stream(self.dial, asyncio.get_running_loop().time, jitter=lambda: 0.0)

    @property
    def line(self) -> FakeLine:
        return self.lines[-1]

    async def dial(self) -> Line:
        self.dialled.append(asyncio.get_running_loop().time())
        if self.refusals:
            raise Ended(self.refusals.pop(0))
        self.lines.append(FakeLine())
        return self.line

    async def consume(self) -> None:
        while True:
            self.told.append(await self.stream.get())


@asynccontextmanager
async def running() -> AsyncIterator[Server]:
    server = Server()
    tasks = [asyncio.create_task(work) for work in (server.stream.run(), server.consume())]
    try:
        await asyncio.sleep(0.1)
        yield server
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


LOST = Ending(StreamCause.LOST, "reset")


async def test_a_stream_opens_and_is_healthy_once_a_ping_was_answered() -> None:
    server = Server()
    assert not server.stream.healthy
    async with running() as server:
        assert server.told == [Opened()]
        assert server.stream.healthy


async def test_a_slow_answer_to_a_ping_is_not_healthy() -> None:
    async with running() as server:
        server.line.pong_after = 3.0
        await asyncio.sleep(5 + 3 + 1)
        assert not server.stream.healthy
        server.line.pong_after = 0.01
        await asyncio.sleep(6)
        assert server.stream.healthy


async def test_a_stream_that_falls_silent_is_unhealthy_within_seconds_and_then_dropped() -> None:
    async with running() as server:
        first = server.line
        first.pong_after = 3600
        await asyncio.sleep(7.2)
        assert not server.stream.healthy
        assert first.is_open
        await asyncio.sleep(10)
        assert first.how_it_ended == "discarded"
        _, closed, opened = server.told
    assert isinstance(closed, Closed)
    assert (closed.cause, closed.retry_after) == (StreamCause.SILENT, 1.0)
    assert opened == Opened()


async def test_a_stream_that_was_asleep_with_the_machine_is_not_healthy() -> None:
    async with running() as server:
        asleep = asyncio.get_running_loop().time() + 3600
        server.stream._monotonic = lambda: asleep
        assert not server.stream.healthy


async def test_pings_go_on_at_their_pace() -> None:
    async with running() as server:
        await asyncio.sleep(60)
        gaps = [b - a for a, b in zip(server.line.pings, server.line.pings[1:], strict=False)]
    assert len(gaps) > 10
    assert all(PING_EVERY <= gap < PING_EVERY + 0.1 for gap in gaps)


async def test_a_broken_connection_is_opened_again_after_a_pause_and_everything_said_anew() -> None:
    async with running() as server:
        server.stream.want(Wanted(quotes=frozenset({MES}), changes=True))
        await asyncio.sleep(0.1)
        said = server.line.sent
        server.line.break_off(LOST)
        await asyncio.sleep(2)
        assert len(server.lines) == 2
        assert server.line.sent == said
        assert len(said) == 2
        _, closed, opened = server.told
    assert (closed, opened) == (Closed(StreamCause.LOST, "reset", 1.0), Opened())


async def test_attempts_that_fail_come_ever_more_slowly() -> None:
    async with running() as server:
        server.refusals = [Ending(StreamCause.UNREACHABLE, "refused")] * 7
        server.line.break_off(LOST)
        await asyncio.sleep(300)
        gaps = [b - a for a, b in zip(server.dialled[1:], server.dialled[2:], strict=False)]
    assert gaps == pytest.approx([2, 4, 8, 16, 30, 30, 30])


async def test_after_a_close_for_too_much_a_minute_passes() -> None:
    async with running() as server:
        server.line.break_off(end_by_code(1008, "Too many violations"))
        await asyncio.sleep(59)
        assert len(server.dialled) == 1
        await asyncio.sleep(2)
        assert len(server.dialled) == 2
        _, closed, _ = server.told
    assert isinstance(closed, Closed)
    assert (closed.cause, closed.retry_after) == (StreamCause.TOO_MUCH, 60.0)


def by_frame(line: FakeLine) -> None:
    line.say(error="Session active elsewhere")


def by_close(line: FakeLine) -> None:
    line.break_off(end_by_code(1008, "Session active elsewhere"))


def by_private_code(line: FakeLine) -> None:
    line.break_off(end_by_code(4001, ""))


@pytest.mark.parametrize("evict", [by_frame, by_close, by_private_code])
async def test_an_evicted_stream_never_comes_back_by_itself(
    evict: Callable[[FakeLine], None],
) -> None:
    async with running() as server:
        evict(server.line)
        await asyncio.sleep(86_400)
        assert len(server.dialled) == 1
        _, evicted = server.told
        assert isinstance(evicted, Evicted)
        assert not server.stream.healthy
        assert server.line.how_it_ended == "hung up"


async def test_an_evicted_stream_can_be_started_anew_by_hand() -> None:
    async with running() as server:
        by_frame(server.line)
        await asyncio.sleep(1)
        again = asyncio.create_task(server.stream.run())
        await asyncio.sleep(1)
        assert len(server.lines) == 2
        assert server.stream.healthy
        again.cancel()
        await asyncio.gather(again, return_exceptions=True)


async def test_a_refused_token_is_not_tried_again() -> None:
    async with running() as server:
        server.refusals = [Ending(StreamCause.TOKEN_REFUSED, "HTTP 401")]
        server.line.break_off(LOST)
        await asyncio.sleep(3600)
        assert len(server.dialled) == 2
        *_, closed = server.told
    assert closed == Closed(StreamCause.TOKEN_REFUSED, "HTTP 401", None)


async def test_subscriptions_follow_what_is_wanted_without_ever_being_too_many() -> None:
    async with running() as server:
        for number in range(40):
            server.stream.want(Wanted(pnl_every=1000 + number))
            await asyncio.sleep(1)
        assert len(server.line.sent) <= 5 + 40 / 3
        await asyncio.sleep(4)
        assert json.loads(server.line.sent[-1])["interval"] == 1039


async def test_what_is_pushed_reaches_the_consumer() -> None:
    async with running() as server:
        server.line.say(type="resync")
        await asyncio.sleep(0.1)
        assert server.told == [Opened(), Resync()]


async def test_a_flood_of_frames_lets_everything_else_have_its_turn() -> None:
    async with running() as server:
        turns, frames = 0, 2000
        for _ in range(frames):
            server.line.say(type="resync")
        while not server.line._frames.empty():
            await asyncio.sleep(0)
            turns += 1
    assert turns >= frames / 64


# --- calls ------------------------------------------------------------------------------------


async def exchanged(server: Server) -> "asyncio.Task[Reply]":
    task = asyncio.create_task(server.stream.rpc.exchange(REQUEST))
    await asyncio.sleep(0.01)
    return task


async def undelivered(task: "asyncio.Task[Reply]") -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        await task
    return caught.value


async def test_a_call_is_answered_under_its_own_id() -> None:
    async with running() as server:
        first, second = await exchanged(server), await exchanged(server)
        ids = [json.loads(frame)["id"] for frame in server.line.sent]
        server.line.say(id=ids[1], data={"n": 2})
        server.line.say(id=ids[0], data={"n": 1})
        assert [json.loads((await task).body)["n"] for task in (first, second)] == [1, 2]


async def test_ids_are_never_used_again_not_on_a_new_connection_either() -> None:
    async with running() as server:
        tasks = [await exchanged(server), await exchanged(server)]
        server.line.break_off(LOST)
        await asyncio.sleep(2)
        tasks.append(await exchanged(server))
        await asyncio.gather(*tasks, return_exceptions=True)
        frames = [frame for line in server.lines for frame in line.sent]
        assert len({json.loads(frame)["id"] for frame in frames}) == len(frames) == 3


async def test_a_call_while_there_is_no_connection_is_not_sent() -> None:
    async with running() as server:
        server.line.break_off(LOST)
        await asyncio.sleep(0.1)
        lost = await undelivered(await exchanged(server))
        assert (lost.cause, lost.was_sent) == (Cause.NO_CONNECTION, False)
        await asyncio.sleep(2)
        assert server.line.sent == []


async def test_a_call_on_a_connection_that_is_closing_is_not_sent() -> None:
    async with running() as server:
        server.line.how_it_ended = "closing"
        lost = await undelivered(await exchanged(server))
        assert (lost.cause, lost.was_sent) == (Cause.NO_CONNECTION, False)
        assert server.line.sent == []


async def test_a_call_that_is_out_when_the_connection_breaks_is_lost_and_not_sent_again() -> None:
    async with running() as server:
        task = await exchanged(server)
        server.line.break_off(LOST)
        lost = await undelivered(task)
        assert (lost.cause, lost.was_sent) == (Cause.CONNECTION_LOST, True)
        await asyncio.sleep(10)
        assert (len(server.lines), server.line.sent) == (2, [])


async def test_a_call_that_is_out_at_an_eviction_is_lost() -> None:
    async with running() as server:
        task = await exchanged(server)
        by_frame(server.line)
        lost = await undelivered(task)
    assert (lost.cause, lost.was_sent) == (Cause.CONNECTION_LOST, True)


async def test_a_call_that_is_out_when_the_stream_is_stopped_is_lost() -> None:
    async with running() as server:
        task = await exchanged(server)
    lost = await undelivered(task)
    assert (lost.cause, lost.was_sent) == (Cause.CONNECTION_LOST, True)


async def test_a_call_without_an_answer_ends_at_its_deadline() -> None:
    async with running() as server:
        began = asyncio.get_running_loop().time()
        lost = await undelivered(asyncio.create_task(server.stream.rpc.exchange(REQUEST)))
        assert asyncio.get_running_loop().time() - began == pytest.approx(5)
    assert (lost.cause, lost.was_sent) == (Cause.DEADLINE, True)


async def test_a_sending_that_fails_half_way_counts_as_sent() -> None:
    async with running() as server:

        def fails(_: bytes) -> None:
            raise Ended(LOST)

        server.line.send = fails  # type: ignore[method-assign,assignment]  # a line that breaks right then
        lost = await undelivered(await exchanged(server))
    assert (lost.cause, lost.was_sent) == (Cause.CONNECTION_LOST, True)


async def test_what_has_no_frame_is_not_sent() -> None:
    async with running() as server:
        nowhere = Request("POST", f"{PREFIX}/positions/flatten", 1.0, body=b"{}")
        lost = await undelivered(asyncio.create_task(server.stream.rpc.exchange(nowhere)))
        assert (lost.cause, lost.was_sent) == (Cause.INTERNAL, False)
        assert server.line.sent == []


async def test_calls_without_answers_do_not_pile_up_without_end() -> None:
    async with running() as server:
        tasks = [await exchanged(server) for _ in range(65)]
        lost = await undelivered(tasks[-1])
        assert (lost.cause, lost.was_sent, len(server.line.sent)) == (
            Cause.NO_CONNECTION,
            False,
            64,
        )
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_an_answer_longer_than_its_question_allows_is_not_read() -> None:
    async with running() as server:
        short = Request("GET", f"{PREFIX}/accounts", 5.0, longest=10)
        task = asyncio.create_task(server.stream.rpc.exchange(short))
        await asyncio.sleep(0.01)
        call_id = json.loads(server.line.sent[0])["id"]
        server.line.say(id=call_id, data={"x": "y" * 20})
        lost = await undelivered(task)
    assert (lost.cause, lost.was_sent) == (Cause.UNREADABLE, True)


async def test_a_call_that_was_given_up_leaves_nothing_behind() -> None:
    async with running() as server:
        task = await exchanged(server)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert server.stream.rpc._open == {}
