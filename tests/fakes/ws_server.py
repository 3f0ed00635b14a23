"""A WebSocket server on loopback that does to each connection what a script says."""

import asyncio
import json
import logging
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, Self, TypeAlias

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

Json: TypeAlias = dict[str, Any]

_QUIET = logging.Logger("tests.ws_server", logging.CRITICAL + 1)  # noqa: LOG001 - outside the tree


class Peer:
    """The server's end of one connection, for a script to play with."""

    def __init__(self, plain: ServerConnection, calls: list[Json]) -> None:
        self.plain = plain
        self._calls = calls

    async def call(self) -> Json:
        """Read one call and record it; what is no call is passed over."""
        while True:
            found: Json = json.loads(await self.plain.recv())
            if found.get("action") == "rpc":
                self._calls.append(found)
                return found

    async def say(self, frame: Json | str | bytes) -> None:
        raw = json.dumps(frame) if isinstance(frame, dict) else frame
        await self.plain.send(raw)

    async def stay_deaf(self) -> None:
        """Read nothing more, not even pings, until the server ends."""
        self.plain.transport.pause_reading()
        await self.plain.wait_closed()

    def reset(self) -> None:
        """End without a close frame."""
        self.plain.transport.abort()

    async def stay(self) -> None:
        """Until the client goes."""
        with suppress(ConnectionClosed):
            while True:
                await self.plain.recv()


TURNS: Final = 10
"""Turns of the loop in which what has reached this machine's own socket has been seen."""

Script: TypeAlias = Callable[[Peer], Awaitable[None]]


class WsServer:
    """Each connection runs the next script, the last one again and again, and is then closed.

    Attributes:
        headers: the headers of every handshake.
        calls: every call that was read, oldest first.
    """

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None) -> None:
        self.headers: list[dict[str, str]] = []
        self.calls: list[Json] = []
        self.origin = ""
        self.deny: Callable[[ServerConnection], Response | None] = lambda _: None
        self._scripts = scripts
        self._tls = tls
        self._played = 0

    async def __aenter__(self) -> Self:
        self._server: Server = await serve(
            self._play,
            "127.0.0.1",
            0,
            process_request=self._handshake,
            ssl=self._tls,
            compression="deflate",
            ping_interval=None,
            close_timeout=0.2,
            max_size=None,
            logger=_QUIET,
        )
        port = next(iter(self._server.sockets)).getsockname()[1]
        self.origin = f"{'http' if self._tls is None else 'https'}://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self._server.connections:
            connection.transport.abort()
        self._server.close()
        await self._server.wait_closed()
        for _turn in range(TURNS):  # a connection that was just being made comes after the close
            await asyncio.sleep(0)
        for handler in self._server.handler_tasks:
            handler.cancel()
        await asyncio.gather(*self._server.handler_tasks, return_exceptions=True)

    def _handshake(self, connection: ServerConnection, request: Request) -> Response | None:
        self.headers.append({name.lower(): value for name, value in request.headers.raw_items()})
        return self.deny(connection)

    async def _play(self, connection: ServerConnection) -> None:
        script = self._scripts[min(self._played, len(self._scripts) - 1)]
        self._played += 1
        with suppress(ConnectionClosed, asyncio.IncompleteReadError):
            await script(Peer(connection, self.calls))
