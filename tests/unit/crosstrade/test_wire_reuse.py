"""Connections that are used again: what arrives late, early or twice on one of them."""

import asyncio
import ssl
from collections.abc import Awaitable
from pathlib import Path

import pytest

from ctpanel.crosstrade import orders
from ctpanel.crosstrade.transport import trusted_context
from ctpanel.domain.outcomes import Accepted, Cause, Unknown, WireOutcome
from tests.fakes.examples import MES
from tests.fakes.raw_server import Connection, RawServer, Script, always, answer
from tests.unit.crosstrade.certificates import server_context, write_certificate
from tests.unit.crosstrade.clients import ORDERS, Call, client

TAKEN = answer({"orderId": "a1", "orderIds": ["a1"], "closedPositions": [], "success": True})
FLAT = {"instrument": "MES 12-26", "marketPosition": "Flat", "quantity": 0, "success": True}


async def one_answer(connection: Connection) -> None:
    """Close after the first answer, without having announced it."""
    await connection.request()
    await connection.send(TAKEN)


def then(last: Script) -> Script:
    """Answer one request; do this with the next one on the same connection."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(TAKEN)
        await last(connection)

    return script


async def close_on_arrival(connection: Connection) -> None:
    await connection.request()


async def reset_on_arrival(connection: Connection) -> None:
    await connection.request()
    connection.reset()


async def answer_before_being_asked(connection: Connection) -> None:
    """What a proxy says to a connection that idled too long."""
    await connection.send(answer({"error": "idle"}, "408 Request Timeout"))


@pytest.mark.parametrize("call", ORDERS.values(), ids=ORDERS)
async def test_a_connection_that_closed_while_idle_is_replaced_and_the_order_sent_once(
    call: Call,
) -> None:
    async with RawServer(one_answer) as server, client(server.origin) as panel:
        await call(panel.orders)
        await asyncio.sleep(0.02)
        outcome = await call(panel.orders)
    assert isinstance(outcome, Accepted)
    assert (server.connections, len(server.requests)) == (2, 2)


async def test_a_reading_goes_through_after_its_connection_closed_while_idle() -> None:
    async def once(connection: Connection) -> None:
        await connection.request()
        await connection.send(answer(FLAT))

    async with RawServer(once) as server, client(server.origin) as panel:
        for _ in range(3):
            assert (await panel.reads.position("Sim101", MES)).is_flat
            await asyncio.sleep(0.02)
    assert server.connections == 3


@pytest.mark.parametrize("last", [close_on_arrival, reset_on_arrival])
@pytest.mark.parametrize("call", ORDERS.values(), ids=ORDERS)
async def test_an_order_that_lands_on_a_closing_connection_is_unknown_and_not_sent_again(
    call: Call, last: Script
) -> None:
    async with RawServer(then(last), always(TAKEN)) as server, client(server.origin) as panel:
        await call(panel.orders)
        outcome = await call(panel.orders)
    assert isinstance(outcome, Unknown)
    assert outcome.cause is Cause.CONNECTION_LOST
    assert (server.connections, len(server.requests)) == (1, 2)


async def test_an_answer_that_came_while_idle_is_not_the_next_orders_answer() -> None:
    server = RawServer(then(answer_before_being_asked), always(TAKEN))
    async with server, client(server.origin) as panel:
        await ORDERS["cancel_orders"](panel.orders)
        await asyncio.sleep(0.02)
        outcome = await ORDERS["reverse_position"](panel.orders)
    assert outcome == Accepted(("a1",))


STALE = answer({"orderId": "stale", "success": True})
QUEUE = 65536
"""Bytes that are read at once: what comes behind them waits in another place than the rest."""


def in_one_piece(connection: Connection) -> Awaitable[None]:
    return connection.send(TAKEN + STALE)


async def in_two_records(connection: Connection) -> None:
    """Over TLS: both reach the client in one go, the second one still encrypted."""
    await connection.send(TAKEN)
    await connection.send(STALE)


def behind_a_full_read(connection: Connection) -> Awaitable[None]:
    padding = "x" * (QUEUE - len(TAKEN) - len("X-Padding: \r\n"))
    body = {"orderId": "a1", "orderIds": ["a1"], "closedPositions": [], "success": True}
    first = answer(body, "200 OK", f"X-Padding: {padding}")
    assert len(first) == QUEUE
    return connection.send(first + STALE)


@pytest.fixture(params=["plain", "TLS"])
def tls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[ssl.SSLContext | None, ...]:
    """The server's context and the client's."""
    if request.param == "plain":
        return None, None
    certificate = write_certificate(tmp_path)
    trusting = trusted_context()
    trusting.load_verify_locations(certificate)
    return server_context(certificate), trusting


@pytest.mark.parametrize("twice", [in_one_piece, in_two_records, behind_a_full_read])
async def test_a_second_answer_to_one_order_is_not_the_next_orders_answer(
    twice: Script, tls: tuple[ssl.SSLContext | None, ...]
) -> None:
    async def script(connection: Connection) -> None:
        await connection.request()
        await twice(connection)
        await connection.request()

    async with (
        RawServer(script, always(TAKEN), tls=tls[0]) as server,
        client(server.origin, tls=tls[1]) as panel,
    ):
        await ORDERS["cancel_orders"](panel.orders)
        outcome = await ORDERS["reverse_position"](panel.orders)
    assert outcome == Accepted(("a1",))
    assert server.connections == 2


async def test_orders_in_turn_travel_on_one_connection(
    tls: tuple[ssl.SSLContext | None, ...],
) -> None:
    async with (
        RawServer(always(TAKEN), tls=tls[0]) as server,
        client(server.origin, tls=tls[1]) as panel,
    ):
        for _ in range(5):
            await ORDERS["cancel_orders"](panel.orders)
            await asyncio.sleep(0.01)
    assert server.connections == 1


async def test_orders_and_readings_travel_on_connections_of_their_own() -> None:
    async def read_then_hang(connection: Connection) -> None:
        await connection.request()
        await connection.silence()

    async with RawServer(read_then_hang, always(TAKEN)) as server, client(server.origin) as panel:
        hanging = asyncio.create_task(panel.reads.snapshot())
        while not server.requests:
            await asyncio.sleep(0.001)
        outcome = await ORDERS["flatten"](panel.orders)
        hanging.cancel()
        await asyncio.wait([hanging])
    assert outcome == Accepted()
    assert server.connections == 2


async def _all_at_once(panel_call: Call, times: int, server: RawServer) -> list[WireOutcome]:
    async with client(server.origin) as panel:
        sent: list[Awaitable[WireOutcome]] = [panel_call(panel.orders) for _ in range(times)]
        return list(await asyncio.gather(*sent))


async def test_twenty_slow_reverses_are_all_on_the_wire_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(orders, "REVERSE", 1.5)

    async def silence(connection: Connection) -> None:
        await connection.request()
        await connection.silence()

    async with RawServer(silence) as server:
        outcomes = await _all_at_once(ORDERS["reverse_position"], 20, server)
    assert [type(outcome) for outcome in outcomes] == [Unknown] * 20
    assert len(server.requests) == 20
