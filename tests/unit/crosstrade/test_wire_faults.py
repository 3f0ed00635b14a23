"""What a broken network or server does to a reading and to every order: nothing is sent twice."""

import gzip
import logging
import traceback
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ctpanel.crosstrade import orders, reads, transport
from ctpanel.crosstrade.errors import CrossTradeReadError, Garbled, Unreachable
from ctpanel.domain.outcomes import Accepted, Cause, NotSent, Unknown
from tests.fakes.examples import MES
from tests.fakes.raw_server import Connection, RawServer, Script, always, answer, closed_port
from tests.unit.crosstrade.clients import ORDERS, TOKEN, Call, client

TAKEN = answer({"orderId": "a1", "orderIds": ["a1"], "closedPositions": [], "success": True})
BOMB = gzip.compress(b"0" * 60_000_000)


@dataclass(frozen=True)
class Fault:
    """What the server does, and what that is for an order and for a reading."""

    script: Script
    cause: Cause
    reading: type[CrossTradeReadError]
    arrived: int = 1


async def reset_at_once(connection: Connection) -> None:
    connection.reset()


async def reset_after_reading(connection: Connection) -> None:
    await connection.request()
    connection.reset()


async def silence(connection: Connection) -> None:
    await connection.request()
    await connection.silence()


async def drip(connection: Connection) -> None:
    await connection.request()
    await connection.drip(TAKEN, every=0.04)


async def continue_then_silence(connection: Connection) -> None:
    await connection.request()
    await connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    await connection.silence()


async def endless_body(connection: Connection) -> None:
    await connection.request()
    await connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(1000):
        await connection.send(b"1000\r\n" + b" " * 0x1000 + b"\r\n")


async def endless_headers(connection: Connection) -> None:
    await connection.request()
    await connection.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        await connection.send(b"X-%d: %s\r\n" % (number, b"x" * 1000))


def sends(data: bytes) -> Script:
    """Answer with these bytes, then close."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(data)

    return script


def encoded(body: bytes, coding: str = "gzip") -> Script:
    return sends(answer(body, "200 OK", f"Content-Encoding: {coding}"))


CALLS = {
    name: ORDERS[name]
    for name in ("reverse_position", "close_position", "cancel_orders", "flatten", "place")
}
LOST = (Cause.CONNECTION_LOST, Unreachable)
LATE = (Cause.DEADLINE, Unreachable)
UNREADABLE = (Cause.UNREADABLE, Garbled)

FAULTS = {
    "reset before the request is read": Fault(reset_at_once, *LOST, arrived=0),
    "reset after the request is read": Fault(reset_after_reading, *LOST),
    "closed without an answer": Fault(sends(b""), *LOST),
    "half a status line": Fault(sends(TAKEN[:7]), *LOST),
    "half the headers": Fault(sends(TAKEN[:30]), *LOST),
    "half a body": Fault(sends(TAKEN[:-5]), *LOST),
    "half a chunked body": Fault(
        sends(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"orderId'), *LOST
    ),
    "not HTTP": Fault(sends(b"\x15\x03\x01\x00\x02\x02\x50\r\n\r\n"), *LOST),
    "another protocol": Fault(sends(b"220 smtp.example ESMTP\r\n\r\n"), *LOST),
    "two lengths": Fault(sends(answer(b"{}", "200 OK", "Content-Length: 5")), *LOST),
    "a negative length": Fault(sends(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}"), *LOST),
    "headers without end": Fault(endless_headers, *LOST),
    "no answer": Fault(silence, *LATE),
    "an answer byte by byte": Fault(drip, *LATE),
    "100 Continue, then nothing": Fault(continue_then_silence, *LATE),
    "a body over the cap": Fault(sends(answer(b" " * (transport.MAX_BODY + 1))), *UNREADABLE),
    "a body without end": Fault(endless_body, *UNREADABLE),
    "not gzip": Fault(encoded(b"not gzip at all"), *UNREADABLE),
    "half a gzip": Fault(encoded(gzip.compress(TAKEN)[:-9]), *UNREADABLE),
    "a gzip bomb": Fault(encoded(BOMB), *UNREADABLE),
    "a coding nobody asked for": Fault(encoded(b"{}", "br"), *UNREADABLE),
    "two codings": Fault(encoded(gzip.compress(b"{}"), "gzip, gzip"), *UNREADABLE),
    "a page": Fault(sends(answer(b"<html>Wi-Fi log-in</html>")), *UNREADABLE),
    "nothing but a status": Fault(sends(answer(b"", "204 No Content")), *UNREADABLE),
    "JSON with NaN": Fault(sends(answer(b'{"orderId":NaN,"success":true}')), *UNREADABLE),
    "JSON with a key twice": Fault(
        sends(answer(b'{"success":false,"success":true,"orderId":"a1"}')), *UNREADABLE
    ),
}


SHORT = 0.2
"""Seconds; only where the deadline is what ends the call: a busy computer changes nothing."""


@pytest.fixture
def deadlines(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    if fault.cause is Cause.DEADLINE:
        for module, name in ((orders, "SINGLE"), (orders, "REVERSE"), (reads, "DEADLINE")):
            monkeypatch.setattr(module, name, SHORT)


@pytest.fixture(autouse=True)
def token_is_in_no_record(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert TOKEN not in caplog.text


@pytest.mark.usefixtures("deadlines")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_an_order_that_may_have_left_is_unknown_and_sent_once(
    call: Call, fault: Fault
) -> None:
    async with RawServer(fault.script) as server, client(server.origin) as panel:
        outcome = await call(panel.orders)
    assert isinstance(outcome, Unknown)
    assert outcome.cause is fault.cause
    assert outcome.detail
    assert TOKEN not in repr(outcome)
    assert (server.connections, len(server.requests)) == (1, fault.arrived)


@pytest.mark.usefixtures("deadlines")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_reading_without_a_whole_answer_fails_with_its_kind_and_is_asked_once(
    fault: Fault,
) -> None:
    async with RawServer(fault.script) as server, client(server.origin) as panel:
        with pytest.raises(CrossTradeReadError) as caught:
            await panel.reads.position("Sim101", MES)
    assert type(caught.value) is fault.reading
    assert caught.value.detail
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert (server.connections, len(server.requests)) == (1, fault.arrived)


ABSENT = {
    "refused": f"http://127.0.0.1:{closed_port()}",
    "no such name": "http://no-such-host.invalid:8080",
}


@pytest.mark.parametrize("origin", ABSENT.values(), ids=ABSENT)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_an_order_to_a_server_that_cannot_be_reached_is_not_sent(
    call: Call, origin: str
) -> None:
    async with client(origin) as panel:
        outcome = await call(panel.orders)
    assert isinstance(outcome, NotSent)
    assert outcome.cause is Cause.NO_CONNECTION
    assert TOKEN not in repr(outcome)


@pytest.mark.parametrize("origin", ABSENT.values(), ids=ABSENT)
async def test_a_reading_from_a_server_that_cannot_be_reached_is_unreachable(
    origin: str,
) -> None:
    async with client(origin) as panel:
        with pytest.raises(Unreachable):
            await panel.reads.snapshot()


async def test_a_gzip_bomb_is_never_unpacked_beyond_the_cap() -> None:
    async with RawServer(encoded(BOMB)) as server, client(server.origin) as panel:
        tracemalloc.start()
        try:
            with pytest.raises(Garbled):
                await panel.reads.snapshot()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 8 * transport.MAX_BODY


async def test_gzip_that_nobody_asked_for_is_read_all_the_same() -> None:
    body = gzip.compress(b'{"orderId":"a1","success":true}')
    async with RawServer(encoded(body)) as server, client(server.origin) as panel:
        outcome = await ORDERS["reverse_position"](panel.orders)
    assert outcome == Accepted(("a1",))


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_redirected_order_is_unknown_and_goes_nowhere_else(call: Call, status: str) -> None:
    async with RawServer(always(TAKEN)) as elsewhere:
        away = answer(b"", status, f"Location: {elsewhere.origin}/v1/api/positions/flatten")
        async with RawServer(always(away)) as server, client(server.origin) as panel:
            outcome = await call(panel.orders)
        assert isinstance(outcome, Unknown)
        assert outcome.cause is Cause.REDIRECT
        assert (len(server.requests), elsewhere.connections) == (1, 0)


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
async def test_a_redirected_reading_is_garbled_and_asks_nobody_else(status: str) -> None:
    away = answer(b"", status, "Location: /v1/api/accounts/snapshot")
    async with RawServer(always(away)) as server, client(server.origin) as panel:
        with pytest.raises(Garbled):
            await panel.reads.accounts()
    assert len(server.requests) == 1
