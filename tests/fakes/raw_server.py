"""A TCP server on loopback that does to each connection what a script says, HTTP or not."""

import asyncio
import contextlib
import json
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from typing import Self, TypeAlias

RST_ON_CLOSE = struct.pack("ii", 1, 0)


def answer(body: bytes | object, status: str = "200 OK", *headers: str) -> bytes:
    """A well-formed HTTP answer; anything but bytes is sent as JSON."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(payload)}", *headers)
    return "\r\n".join((*lines, "", "")).encode() + payload


class Connection:
    """One accepted connection, for a script to play with."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, requests: list[bytes]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._requests = requests

    async def request(self) -> bytes:
        """Read one whole request and record it.

        Raises:
            EOFError: the client went away before it was whole.
        """
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.decode("latin-1").splitlines():
            name, _, value = line.partition(":")
            if name.lower() == "content-length":
                length = int(value)
        whole = head + await self._reader.readexactly(length)
        self._requests.append(whole)
        return whole

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def drip(self, data: bytes, every: float) -> None:
        """Send one byte at a time."""
        for byte in data:
            await self.send(bytes((byte,)))
            await asyncio.sleep(every)

    async def silence(self) -> None:
        """Say nothing until the client goes away."""
        while await self._reader.read(1024):
            pass

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self._socket().setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RST_ON_CLOSE)
        self._writer.transport.abort()

    def _socket(self) -> socket.socket:
        found: socket.socket = self._writer.get_extra_info("socket")
        return found


Script: TypeAlias = Callable[[Connection], Awaitable[None]]


class RawServer:
    """Each connection runs the next script, the last one again and again, and is then closed.

    Attributes:
        connections: how many were accepted.
        requests: the bytes of every whole request that was read, oldest first.
    """

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self.requests: list[bytes] = []
        self.origin = ""
        self._scripts = scripts
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def orders(self) -> list[bytes]:
        """The requests that are not readings."""
        return [request for request in self.requests if not request.startswith(b"GET ")]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.origin = f"{'http' if self._tls is None else 'https'}://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = self._scripts[min(self.connections, len(self._scripts) - 1)]
        self.connections += 1
        self._tasks.add(asyncio.create_task(self._play(script, reader, writer)))

    async def _play(
        self, script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._tls is not None and not await _handshake(writer, self._tls):
            return
        try:
            await script(Connection(reader, writer, self.requests))
        except (EOFError, OSError):
            pass  # the client went away
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _handshake(writer: asyncio.StreamWriter, tls: ssl.SSLContext) -> bool:
    """Whether the client went through with it."""
    done = False
    try:
        await writer.start_tls(tls)
        done = True
    except OSError:
        pass
    finally:
        if not done:
            writer.transport.abort()
    return done


def always(*parts: bytes) -> Script:
    """Answer every request of a connection with these bytes."""

    async def script(connection: Connection) -> None:
        while True:
            await connection.request()
            for part in parts:
                await connection.send(part)

    return script


def closed_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
