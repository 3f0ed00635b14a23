"""Whom a stream talks to, and where its token goes: into one header of one proven server."""

import asyncio
import logging
import ssl
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Response

from ctpanel.app.ports import Token, TokenHolder
from ctpanel.crosstrade.stream.line import dialler
from ctpanel.crosstrade.transport import trusted_context
from ctpanel.domain.outcomes import Accepted
from ctpanel.domain.stream import Closed, Evicted, Resync, ServerStatus, StreamCause
from ctpanel.local.logs import start_logging, stop_logging
from tests.fakes.raw_server import Connection, RawServer
from tests.fakes.ws_server import Peer, WsServer
from tests.unit.crosstrade.certificates import server_context, write_certificate
from tests.unit.crosstrade.clients import ORDERS, TOKEN
from tests.unit.crosstrade.streams import stream_client
from tests.unit.crosstrade.test_stream_wire import stays, taken


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return write_certificate(tmp_path)


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    context = trusted_context()
    context.load_verify_locations(certificate)
    return context


async def takes(peer: Peer) -> None:
    while True:
        await peer.say(taken(await peer.call()))


# --- who it is --------------------------------------------------------------------------------


async def test_a_server_of_an_unknown_authority_learns_nothing(certificate: Path) -> None:
    async with (
        WsServer(stays, tls=server_context(certificate)) as server,
        stream_client(server.origin, opens=False) as panel,
    ):
        assert (await panel.event(Closed)).cause is StreamCause.IDENTITY
    assert server.headers == []


async def test_a_certificate_for_another_host_is_refused(
    certificate: Path, trusting: ssl.SSLContext
) -> None:
    async with WsServer(stays, tls=server_context(certificate)) as server:
        elsewhere = server.origin.replace("127.0.0.1", "localhost")
        async with stream_client(elsewhere, tls=trusting, opens=False) as panel:
            assert (await panel.event(Closed)).cause is StreamCause.IDENTITY
    assert server.headers == []


async def test_an_authority_of_the_environment_is_not_trusted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with (
        WsServer(stays, tls=server_context(certificate)) as server,
        stream_client(server.origin, opens=False) as panel,
    ):
        assert (await panel.event(Closed)).cause is StreamCause.IDENTITY


async def test_an_order_goes_to_a_proven_server_and_no_keys_are_logged(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    trusting = trusted_context()
    trusting.load_verify_locations(certificate)
    async with (
        WsServer(takes, tls=server_context(certificate)) as server,
        stream_client(server.origin, tls=trusting) as panel,
    ):
        assert isinstance(await ORDERS["reverse_position"](panel.orders), Accepted)
    assert not (tmp_path / "keys.log").exists()


@pytest.mark.parametrize(
    "name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SOCKS_PROXY", "ws_proxy", "all_proxy"]
)
async def test_a_proxy_of_the_environment_sees_nothing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def listens(connection: Connection) -> None:
        await connection.silence()

    async with RawServer(listens) as canary, WsServer(takes) as server:
        monkeypatch.setenv(name, canary.origin)
        async with stream_client(server.origin) as panel:
            assert isinstance(await ORDERS["reverse_position"](panel.orders), Accepted)
    assert canary.connections == 0


async def test_a_redirect_is_not_followed() -> None:
    async with WsServer(stays) as elsewhere, WsServer(stays) as server:

        def redirect(_: ServerConnection) -> Response:
            where = elsewhere.origin.replace("http", "ws", 1)
            return Response(307, "Temporary Redirect", Headers(Location=where), b"")

        server.deny = redirect
        async with stream_client(server.origin, opens=False) as panel:
            closed = await panel.event(Closed)
    assert closed.cause is StreamCause.NOT_OFFERED
    assert elsewhere.headers == []


async def test_nothing_is_compressed_even_if_the_server_would() -> None:
    async with WsServer(stays) as server, stream_client(server.origin):
        pass
    assert "sec-websocket-extensions" not in server.headers[0]


# --- the token --------------------------------------------------------------------------------


async def test_the_token_goes_into_the_header_and_nowhere_else() -> None:
    async with WsServer(takes) as server, stream_client(server.origin) as panel:
        await ORDERS["reverse_position"](panel.orders)
    (headers,) = server.headers
    assert headers.pop("authorization") == f"Bearer {TOKEN}"
    assert TOKEN not in repr(headers) + repr(server.calls)


async def test_no_log_is_so_loud_that_it_has_the_token(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("websockets", "websockets.client", "ctpanel.crosstrade.stream", "asyncio"):
        caplog.set_level(logging.DEBUG, name)
    handler = start_logging(tmp_path / "log.txt", TokenHolder(Token("another")))
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        async with WsServer(takes) as server, stream_client(server.origin) as panel:
            await ORDERS["reverse_position"](panel.orders)
    finally:
        stop_logging(handler)
    assert "Authorization" not in caplog.text
    assert TOKEN not in caplog.text + (tmp_path / "log.txt").read_text()


def test_websockets_itself_is_kept_quiet_in_the_log(tmp_path: Path) -> None:
    handler = start_logging(tmp_path / "log.txt", TokenHolder())
    try:
        assert not logging.getLogger("websockets.client").isEnabledFor(logging.INFO)
    finally:
        stop_logging(handler)


async def quotes_token(peer: Peer) -> None:
    await peer.say({"type": "status", "state": TOKEN})
    await peer.say({"error": f"Session active elsewhere ({TOKEN})"})
    await peer.stay()


async def test_a_token_that_the_server_quotes_is_hidden() -> None:
    async with WsServer(quotes_token) as server, stream_client(server.origin) as panel:
        assert (await panel.event(ServerStatus)).word == "[token]"
        assert (await panel.event(Evicted)).reason == "Session active elsewhere ([token])"


async def test_a_token_in_a_servers_last_words_is_hidden() -> None:
    async def script(peer: Peer) -> None:
        await peer.plain.close(1012, TOKEN)

    async with WsServer(script) as server, stream_client(server.origin) as panel:
        closed = await panel.event(Closed)
    assert "[token]" in closed.detail
    assert TOKEN not in repr(closed)


async def test_an_open_line_does_not_keep_the_header() -> None:
    async with WsServer(stays) as server:
        line = await dialler(server.origin, TokenHolder(Token(TOKEN)), trusted_context())()
        kept: dict[str, Any] = vars(line._connection)
        assert TOKEN not in repr({k: v for k, v in kept.items() if k != "transport"})
        await line.hang_up()


# --- what the network has not taken -------------------------------------------------------------


async def test_a_dead_connection_is_discarded_with_what_it_has_not_delivered() -> None:
    discarded, arrived = asyncio.Event(), []

    async def deaf(peer: Peer) -> None:
        peer.plain.transport.pause_reading()
        await discarded.wait()
        peer.plain.transport.resume_reading()
        try:
            while True:
                arrived.append(await peer.plain.recv())
        except ConnectionClosed:
            pass

    async with WsServer(deaf) as server:
        line = await dialler(server.origin, TokenHolder(Token(TOKEN)), trusted_context())()
        sent = 0
        while not line._connection.transport.get_write_buffer_size():
            line.send(b"x" * 50_000)
            sent += 1
        line.discard()
        await line._connection.wait_closed()
        discarded.set()
        await asyncio.sleep(0.1)
    assert sent > 3
    assert len(arrived) < sent - 1


async def test_events_come_while_calls_are_out() -> None:
    async def both(peer: Peer) -> None:
        call = await peer.call()
        await peer.say({"type": "resync"})
        await peer.say(taken(call))
        await peer.stay()

    async with WsServer(both) as server, stream_client(server.origin) as panel:
        assert isinstance(await ORDERS["flatten"](panel.orders), Accepted)
        await panel.event(Resync)
