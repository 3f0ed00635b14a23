"""What keeps an order from leaving this machine: no way to the server, or no proof of who it is.

Each outage is a context that gives the address to be called, and a server that would take the order
if anything of it arrived.
"""

import resource
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from typing import TypeAlias

import httpx
import pytest
from anyio._backends import _asyncio  # noqa: F401 - loaded before no file can be opened

from ctpanel.crosstrade import transport
from tests.fakes.raw_server import Connection, RawServer, Script, always, closed_port
from tests.unit.crosstrade.test_wire_faults import TAKEN

Where: TypeAlias = tuple[str, RawServer]
Outage: TypeAlias = Callable[[pytest.MonkeyPatch], AbstractAsyncContextManager[Where]]

SHORT = 0.1
"""Seconds; only where giving up is what ends the call."""


def give_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    soon = httpx.Timeout(connect=SHORT, pool=SHORT, read=5.0, write=5.0)
    monkeypatch.setattr(transport, "_TIMEOUT", soon)


@asynccontextmanager
async def nobody_listens(_: pytest.MonkeyPatch) -> AsyncIterator[Where]:
    async with RawServer(always(TAKEN)) as server:
        yield f"http://127.0.0.1:{closed_port()}", server


@asynccontextmanager
async def no_such_name(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Where]:
    def fails(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with RawServer(always(TAKEN)) as server:
        monkeypatch.setattr(socket, "getaddrinfo", fails)
        yield server.origin.replace("127.0.0.1", "api.example"), server


@asynccontextmanager
async def packets_are_swallowed(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Where]:
    """A full queue of connections nobody accepts: the kernel drops who comes next."""
    give_up_soon(monkeypatch)
    async with RawServer(always(TAKEN)) as server:
        with closing(socket.socket()) as deaf, closing(socket.socket()) as first:
            deaf.bind(("127.0.0.1", 0))
            deaf.listen(0)
            first.connect(deaf.getsockname())
            yield f"http://127.0.0.1:{deaf.getsockname()[1]}", server


@asynccontextmanager
async def no_place_in_the_pool(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Where]:
    give_up_soon(monkeypatch)
    monkeypatch.setattr(httpx, "Limits", lambda **_: real(max_connections=0))
    async with RawServer(always(TAKEN)) as server:
        yield server.origin, server


real = httpx.Limits


@asynccontextmanager
async def no_more_files(_: pytest.MonkeyPatch) -> AsyncIterator[Where]:
    """Neither can a socket be made; what is open already stays open."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with RawServer(always(TAKEN)) as server:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
        try:
            yield server.origin, server
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def in_the_handshake(script: Script) -> Outage:
    """A server that never gets as far as proving who it is."""

    @asynccontextmanager
    async def outage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Where]:
        give_up_soon(monkeypatch)
        async with RawServer(script) as server:
            yield server.origin.replace("http:", "https:"), server

    return outage


async def hangs_up(connection: Connection) -> None:
    await connection._reader.read(1)


async def resets(connection: Connection) -> None:
    await connection._reader.read(1)
    connection.reset()


async def is_silent(connection: Connection) -> None:
    await connection.silence()


async def speaks_plainly(connection: Connection) -> None:
    await connection._reader.read(1)
    await connection.send(TAKEN)


OUTAGES: dict[str, Outage] = {
    "no such name": no_such_name,
    "nobody listens": nobody_listens,
    "packets are swallowed": packets_are_swallowed,
    "no place in the pool": no_place_in_the_pool,
    "no more files can be opened": no_more_files,
    "hung up in the handshake": in_the_handshake(hangs_up),
    "reset in the handshake": in_the_handshake(resets),
    "silence in the handshake": in_the_handshake(is_silent),
    "no TLS where it must be": in_the_handshake(speaks_plainly),
}
