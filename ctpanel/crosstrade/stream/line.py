"""One connection of the stream: opening, sending, receiving, ending. Not what is said over it.

As for REST: no proxy, redirect or certificate setting of the environment, and the token goes into
one header and nowhere else. The only file that talks through websockets; its errors are read in
ends.py.
"""

import asyncio
import logging
import socket
import ssl
import struct
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeAlias

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.connection import broadcast
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from ctpanel import __version__
from ctpanel.app.ports import TokenHolder
from ctpanel.crosstrade.errors import describe
from ctpanel.crosstrade.stream.ends import Ended, Ending, end_of_attempt, end_of_connection
from ctpanel.domain.stream import StreamCause

PATH: Final = "/ws/stream"
MAX_FRAME: Final = 16_000_000
"""Bytes; a list of orders may come over the stream too."""
OPEN_WITHIN: Final = 5.0
"""Seconds for name, connection, TLS and handshake together."""
GOODBYE: Final = 0.5
"""Seconds for closing in good order."""
_MOST_WAITING: Final = 8
"""Frames read ahead, before the network is made to wait."""

_SILENT: Final = logging.Logger("ctpanel.crosstrade.stream", logging.CRITICAL + 1)  # noqa: LOG001 - on purpose:
"""Outside of logging's tree: websockets writes the Authorization line at DEBUG, and no setting of
anybody's is to make it do so."""

_HIDDEN: Final = "[token]"
_DISCARD: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)

Dial: TypeAlias = Callable[[], Awaitable["Line"]]


class _Connect(connect):
    """WORKAROUND: websockets follows redirects and has no option against it.

    https://github.com/python-websockets/websockets/blob/main/src/websockets/asyncio/client.py
    """

    def process_redirect(self, exc: Exception) -> Exception:
        """A redirect is an error like any other status."""
        return exc


class Line:
    """An open connection."""

    def __init__(self, connection: ClientConnection, secret: str = "") -> None:
        self._connection = connection
        self._secret = secret

    @property
    def is_open(self) -> bool:
        """Whether something could be sent in this very moment."""
        connection = self._connection
        return connection.state is State.OPEN and not connection.transport.is_closing()

    def send(self, frame: bytes) -> None:
        """Hand a frame to the network, now: nothing else runs before it is handed over.

        `broadcast` is websockets' own way to write without waiting for what was written before.

        Raises:
            Ended: something failed after bytes may have left.
        """
        try:
            broadcast((self._connection,), frame, text=True, raise_exceptions=True)
        except Exception as error:
            raise Ended(Ending(StreamCause.LOST, describe(error))) from error

    async def receive(self) -> str | bytes:
        """The next frame, bytes for a binary one; the token is never in it.

        Raises:
            Ended: there is none.
        """
        try:
            raw = await self._connection.recv()
        except Exception as error:  # noqa: BLE001 - the table is total
            raise Ended(_without(self._secret, end_of_connection(error))) from None
        if isinstance(raw, str) and self._secret and self._secret in raw:
            return raw.replace(self._secret, _HIDDEN)
        return raw

    async def ping(self) -> None:
        """Send a ping and wait for its answer, for ever.

        Raises:
            Ended: the connection has.
        """
        try:
            await (await self._connection.ping())
        except ConnectionClosed as error:
            raise Ended(_without(self._secret, end_of_connection(error))) from None

    async def hang_up(self) -> None:
        """Say goodbye, and close; what does not go in a moment is dropped."""
        try:
            async with asyncio.timeout(GOODBYE):
                await self._connection.close()
        except TimeoutError:
            self.discard()

    def discard(self) -> None:
        """Drop the connection with everything that the network has not taken yet.

        An order that still waits in a dead connection must not arrive when it comes to life.
        """
        transport = self._connection.transport
        with suppress(OSError, AttributeError):
            found = transport.get_extra_info("socket")
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DISCARD)
        transport.abort()


def dialler(origin: str, holder: TokenHolder, tls: ssl.SSLContext) -> Dial:
    """How to open a connection to a server's stream, with the token of that moment."""
    uri = f"ws{origin.removeprefix('http')}{PATH}"

    async def dial() -> Line:
        secret = "" if holder.token is None else holder.token.reveal()
        try:
            connection = await _Connect(
                uri,
                additional_headers={"Authorization": f"Bearer {secret}"} if secret else None,
                user_agent_header=f"ctpanel/{__version__}",
                proxy=None,
                compression=None,
                open_timeout=OPEN_WITHIN,
                ping_interval=None,
                close_timeout=1.0,
                max_size=MAX_FRAME,
                max_queue=_MOST_WAITING,
                logger=_SILENT,
                happy_eyeballs_delay=0.25,  # else a dead IPv6 takes all the time there is
                ssl=tls if uri.startswith("wss:") else None,
            )
        except Exception as error:  # noqa: BLE001 - the table is total
            raise Ended(_without(secret, end_of_attempt(error))) from None
        connection.request = None  # it holds the header
        return Line(connection, secret)

    return dial


def _without(secret: str, ending: Ending) -> Ending:
    """A server's last words may quote the token."""
    if not secret:
        return ending
    return Ending(ending.cause, ending.detail.replace(secret, _HIDDEN))
