"""The exchange's end of one stream connection: numbers its frames, and lets the connection fail."""

import json
from asyncio import Transport
from contextlib import suppress
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from ctpanel.paper.faults import Faults
from ctpanel.paper.views import Json

TRANSPORT: Final = "ctpanel.transport"
"""Where the server leaves the transport for what ASGI has no word for."""


class Wire:
    """Sends frames, as the faults leave them."""

    def __init__(self, socket: WebSocket, faults: Faults) -> None:
        self._socket = socket
        self._faults = faults
        self._transport: Transport = socket.scope[TRANSPORT]
        self._number = 0
        self._is_deaf = False

    async def send(self, body: Json | str | bytes) -> None:
        """Send one frame; a client that is gone gets none."""
        if self._is_deaf:
            return
        with suppress(WebSocketDisconnect, RuntimeError):
            if isinstance(body, bytes):
                await self._socket.send_bytes(body)
                return
            text = self._numbered(body if isinstance(body, str) else json.dumps(body))
            for _ in range(2 if self._faults.stream_numbers == "repeat" else 1):
                await self._socket.send_text(text)

    def _numbered(self, text: str) -> str:
        """With `seq`, and with `dropped` where a fault asks for it; what is broken stays so."""
        told = {}
        self._number += 2 if self._faults.stream_numbers == "gap" else 1
        if self._faults.stream_numbers != "none":
            swapped = self._faults.stream_numbers == "backwards"
            told["seq"] = self._number + (self._number % 2 or -1) if swapped else self._number
        if self._faults.stream_dropped:
            told["dropped"], self._faults.stream_dropped = self._faults.stream_dropped, 0
        if not told or not text.endswith("}"):
            return text
        return f"{text[:-1]}, {json.dumps(told)[1:]}"

    def follow(self) -> None:
        """Go deaf and dumb, pings included, or hear again."""
        deaf = self._faults.stream_link == "half_open"
        if deaf != self._is_deaf and not self._transport.is_closing():
            self._is_deaf = deaf
            (self._transport.pause_reading if deaf else self._transport.resume_reading)()

    async def close(self, code: int, reason: str) -> None:
        """End it in good order."""
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.close(code, reason)

    def drop(self) -> None:
        """End it without a word."""
        self._transport.abort()
