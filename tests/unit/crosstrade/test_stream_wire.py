"""Orders over a stream that fails, over real sockets, with both truths of what became of the order.

What failed before the first byte is NotSent. After it, whatever is not its own answer is Unknown,
carried out or not; the order is sent once, and never again on a new connection.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ctpanel.crosstrade import orders
from ctpanel.crosstrade.stream import ends
from ctpanel.crosstrade.stream.frames import Ignored
from ctpanel.crosstrade.transport import trusted_context
from ctpanel.domain.outcomes import Accepted, Cause, NotSent, Unknown, WireOutcome
from ctpanel.domain.stream import Closed, Evicted, Opened, StreamCause
from tests.fakes.raw_server import closed_port
from tests.fakes.ws_server import Json, Peer, Script, WsServer
from tests.unit.crosstrade.clients import ORDERS, TOKEN
from tests.unit.crosstrade.streams import StreamClient, stream_client

SHORT = 0.3
"""Seconds; only where a deadline is what ends the call."""

CALLS = pytest.mark.parametrize("name", ["reverse_position", "close_position", "place"])


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    """Made once: it reads the system's whole list of authorities."""
    return trusted_context()


@pytest.fixture(autouse=True)
def soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is lost is opened again at once."""
    monkeypatch.setattr(ends, "FIRST_WAIT", 0.01)


@pytest.fixture
def short_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SINGLE", "REVERSE"):
        monkeypatch.setattr(orders, name, SHORT)


def taken(call: Json, call_id: str | None = None) -> Json:
    """An answer that says yes to any order."""
    data = {"success": True, "orderId": "a1", "closedPositions": [], "orderIds": ["a1"]}
    return {"id": call["id"] if call_id is None else call_id, "data": data}


@dataclass
class Bridge:
    """Carries out every call that arrives, or none; the client cannot see which.

    Attributes:
        done: how many it has carried out.
    """

    carries_out: bool
    done: int = 0

    async def call(self, peer: Peer) -> Json:
        found = await peer.call()
        self.done += self.carries_out
        return found


Fault = Callable[[Bridge], Script]


def drops(bridge: Bridge) -> Script:
    async def script(peer: Peer) -> None:
        await bridge.call(peer)
        peer.reset()

    return script


def closes(code: int, reason: str) -> Fault:
    def fault(bridge: Bridge) -> Script:
        async def script(peer: Peer) -> None:
            await bridge.call(peer)
            await peer.plain.close(code, reason)

        return script

    return fault


def evicts(bridge: Bridge) -> Script:
    async def script(peer: Peer) -> None:
        await bridge.call(peer)
        await peer.say({"error": "Session active elsewhere"})
        await peer.stay()

    return script


def says(*frames: str | bytes | Json) -> Fault:
    def fault(bridge: Bridge) -> Script:
        async def script(peer: Peer) -> None:
            await bridge.call(peer)
            for frame in frames:
                await peer.say(frame)
            await peer.stay()

        return script

    return fault


def falls_silent(bridge: Bridge) -> Script:
    async def script(peer: Peer) -> None:
        await bridge.call(peer)
        await peer.stay_deaf()

    return script


def answers_another(bridge: Bridge) -> Script:
    async def script(peer: Peer) -> None:
        await peer.say(taken(await bridge.call(peer), "c999"))
        await peer.stay()

    return script


def answers_garbled(bridge: Bridge) -> Script:
    async def script(peer: Peer) -> None:
        call = await bridge.call(peer)
        await peer.say({"id": call["id"], "data": {"success": "true", "orderId": "a1"}})
        await peer.stay()

    return script


AT_ONCE: dict[str, tuple[Fault, Cause]] = {
    "dropped": (drops, Cause.CONNECTION_LOST),
    "evicted": (evicts, Cause.CONNECTION_LOST),
    "evicted by its close": (closes(1008, "Session active elsewhere"), Cause.CONNECTION_LOST),
    "closed for too much": (closes(1008, "Too many violations"), Cause.CONNECTION_LOST),
    "closed for a restart": (closes(1012, ""), Cause.CONNECTION_LOST),
    "text that is no text": (closes(1007, ""), Cause.CONNECTION_LOST),
    "answered garbled": (answers_garbled, Cause.UNREADABLE),
}
LATE: dict[str, tuple[Fault, Cause]] = {
    "half-open": (falls_silent, Cause.DEADLINE),
    "answered with garbage": (says('{"id":"c1","data":{"succ'), Cause.DEADLINE),
    "answered in binary": (says(b'{"id":"c1","data":{}}'), Cause.DEADLINE),
    "answered with a page": (says("<html>Maintenance</html>"), Cause.DEADLINE),
    "answered to another": (answers_another, Cause.DEADLINE),
    "refused without an id": (says({"error": "Rate limit exceeded"}), Cause.DEADLINE),
}
TRUTHS = pytest.mark.parametrize("carries_out", [False, True], ids=["not done", "done"])


async def stays(peer: Peer) -> None:
    await peer.stay()


async def unknown_and_sent_once(
    name: str, fault: Fault, cause: Cause, tls: ssl.SSLContext, *, carries_out: bool
) -> None:
    bridge = Bridge(carries_out=carries_out)
    async with (
        WsServer(fault(bridge), stays) as server,
        stream_client(server.origin, tls=tls) as panel,
    ):
        outcome = await ORDERS[name](panel.orders)
        await asyncio.sleep(0.05)  # time enough to connect again
    assert is_unknown(outcome, cause), outcome
    assert (len(server.calls), bridge.done) == (1, int(carries_out))


def is_unknown(outcome: WireOutcome, cause: Cause) -> bool:
    assert isinstance(outcome, Unknown), outcome
    return outcome.cause is cause and TOKEN not in repr(outcome)


@TRUTHS
@CALLS
@pytest.mark.parametrize("fault", AT_ONCE)
async def test_whether_or_not_it_was_carried_out_a_lost_order_is_unknown_and_sent_once(
    name: str,
    fault: str,
    tls: ssl.SSLContext,
    carries_out: bool,  # noqa: FBT001 - a parameter of a table
) -> None:
    await unknown_and_sent_once(name, *AT_ONCE[fault], tls, carries_out=carries_out)


@pytest.mark.usefixtures("short_deadlines")
@TRUTHS
@pytest.mark.parametrize("fault", LATE)
async def test_an_order_unanswered_in_time_is_unknown_and_sent_once(
    fault: str,
    tls: ssl.SSLContext,
    carries_out: bool,  # noqa: FBT001 - as above
) -> None:
    async with asyncio.TaskGroup() as group:
        for name in ("reverse_position", "close_position", "place"):
            work = unknown_and_sent_once(name, *LATE[fault], tls, carries_out=carries_out)
            group.create_task(work)


@TRUTHS
@CALLS
async def test_an_answer_that_comes_twice_is_taken_once(
    name: str,
    tls: ssl.SSLContext,
    carries_out: bool,  # noqa: FBT001 - as above
) -> None:
    bridge = Bridge(carries_out=carries_out)

    async def twice(peer: Peer) -> None:
        while True:
            call = await bridge.call(peer)
            for _ in range(2):
                await peer.say(taken(call))

    async with WsServer(twice) as server, stream_client(server.origin, tls=tls) as panel:
        for number in (1, 2):
            assert isinstance(await ORDERS[name](panel.orders), Accepted)
            await counted(panel, Ignored.UNKNOWN_ID, number)
    assert len(server.calls) == 2


async def counted(panel: StreamClient, why: Ignored, times: int) -> None:
    async with asyncio.timeout(3):
        while panel.stream.ignored[why] != times:
            await asyncio.sleep(0.001)


@pytest.mark.usefixtures("short_deadlines")
@CALLS
async def test_an_answer_after_the_deadline_changes_nothing_and_answers_nobody_else(
    name: str, tls: ssl.SSLContext
) -> None:
    given_up = asyncio.Event()

    async def late(peer: Peer) -> None:
        first = await peer.call()
        await given_up.wait()
        await peer.say(taken(first))
        second = await peer.call()
        await peer.say({"id": second["id"], "error": "Unknown API command"})
        await peer.stay()

    async with WsServer(late) as server, stream_client(server.origin, tls=tls) as panel:
        assert is_unknown(await ORDERS[name](panel.orders), Cause.DEADLINE)
        given_up.set()
        await counted(panel, Ignored.UNKNOWN_ID, 1)
        second = await ORDERS[name](panel.orders)
    assert not isinstance(second, Accepted)
    assert len(server.calls) == 2


# --- before the first byte ----------------------------------------------------------------------


async def of_every_call(panel: StreamClient, check: Callable[[WireOutcome], bool]) -> None:
    for name, call in ORDERS.items():
        assert check(await call(panel.orders)), name


def is_not_sent(outcome: WireOutcome) -> bool:
    assert isinstance(outcome, NotSent), outcome
    return outcome.cause is Cause.NO_CONNECTION and TOKEN not in repr(outcome)


async def test_without_a_server_no_order_is_sent(tls: ssl.SSLContext) -> None:
    origin = f"http://127.0.0.1:{closed_port()}"
    async with stream_client(origin, tls=tls, opens=False) as panel:
        closed = await panel.event(Closed)
        assert closed.cause is StreamCause.UNREACHABLE
        await of_every_call(panel, is_not_sent)


async def test_after_an_eviction_no_order_is_sent_and_nobody_is_thrown_out(
    tls: ssl.SSLContext,
) -> None:
    async def evicting(peer: Peer) -> None:
        await peer.say({"error": "Session active elsewhere"})
        await peer.stay()

    async with WsServer(evicting) as server, stream_client(server.origin, tls=tls) as panel:
        assert (await panel.event(Evicted)).reason == "Session active elsewhere"
        await panel.running
        await of_every_call(panel, is_not_sent)
    assert (len(server.headers), server.calls) == (1, [])


async def test_an_order_in_the_moment_of_the_close_is_not_sent_or_unknown_never_sent_twice(
    tls: ssl.SSLContext,
) -> None:
    async def closing(peer: Peer) -> None:
        await peer.plain.close(1012)

    async with WsServer(closing) as server, stream_client(server.origin, tls=tls) as panel:
        for _ in range(30):
            outcome = await ORDERS["close_position"](panel.orders)
            assert isinstance(outcome, NotSent | Unknown)
            await asyncio.sleep(0.001)
    assert server.calls == []


# --- frames that should not be ------------------------------------------------------------------


async def test_a_frame_beyond_all_bounds_ends_the_connection_and_it_is_opened_again(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctpanel.crosstrade.stream.line.MAX_FRAME", 100_000)

    async def huge(peer: Peer) -> None:
        await peer.say("x" * 200_000)
        await peer.stay()

    async with WsServer(huge, stays) as server, stream_client(server.origin, tls=tls) as panel:
        assert (await panel.event(Closed)).cause is StreamCause.GARBLED
        await panel.event(Opened)


async def test_fragments_without_end_are_one_frame_beyond_all_bounds(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctpanel.crosstrade.stream.line.MAX_FRAME", 100_000)

    async def without_end(peer: Peer) -> None:
        await peer.plain.send("x" * 1000 for _ in range(1000))

    async with (
        WsServer(without_end, stays) as server,
        stream_client(server.origin, tls=tls) as panel,
    ):
        assert (await panel.event(Closed)).cause is StreamCause.GARBLED


async def test_text_that_is_not_utf_8_ends_the_connection_and_it_is_opened_again(
    tls: ssl.SSLContext,
) -> None:
    async def broken(peer: Peer) -> None:
        await peer.plain.send(b"\xff\xfe", text=True)
        await peer.stay()

    async with WsServer(broken, stays) as server, stream_client(server.origin, tls=tls) as panel:
        assert (await panel.event(Closed)).cause is StreamCause.GARBLED
        await panel.event(Opened)


async def test_a_flood_of_garbage_ends_the_connection(tls: ssl.SSLContext) -> None:
    async def flood(peer: Peer) -> None:
        for _ in range(100):
            await peer.say("garbage")
        await peer.stay()

    async with WsServer(flood, stays) as server, stream_client(server.origin, tls=tls) as panel:
        closed = await panel.event(Closed)
    assert closed.cause is StreamCause.GARBLED


async def test_a_server_that_goes_silent_is_given_up(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctpanel.crosstrade.stream.live.SILENT_AFTER", 0.2)

    async def deaf(peer: Peer) -> None:
        await peer.stay_deaf()

    async with WsServer(deaf, stays) as server, stream_client(server.origin, tls=tls) as panel:
        assert (await panel.event(Closed)).cause is StreamCause.SILENT
        assert not panel.stream.healthy
        await panel.event(Opened)
