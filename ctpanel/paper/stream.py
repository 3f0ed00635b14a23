"""The stream's door: who gets in, who is thrown out. What is said inside is in session.py.

https://docs.crosstrade.io/api/websocket-api; that one user has one connection, and the newer takes
it over, is reported by clients.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from starlette.responses import JSONResponse, Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from ctpanel.paper.gate import Gate, Refusal
from ctpanel.paper.pushes import Pushes
from ctpanel.paper.rpc import Rpc
from ctpanel.paper.session import Session
from ctpanel.paper.spoiled import Dropped

PATH: Final = "/ws/stream"


class StreamDoor:
    """Lets connections in, one of a user at a time."""

    def __init__(self, gate: Gate, rpc: Rpc, pushes: Pushes) -> None:
        self._gate = gate
        self._rpc = rpc
        self._pushes = pushes
        self._inside: list[Session] = []

    def route(self) -> WebSocketRoute:
        """Where the stream is."""
        return WebSocketRoute(PATH, self._enter)

    async def _enter(self, socket: WebSocket) -> None:
        header = socket.headers.get("Authorization")
        try:
            self._gate.know(header)
        except Refusal as refusal:
            body = self._gate.told(refusal)
            await socket.send_denial_response(JSONResponse(body, refusal.status))
            return
        if (denied := _DOORS.get(self._gate.faults.stream_door)) is not None:
            await socket.send_denial_response(await denied())
            return
        await socket.accept()
        await self._stay(Session(socket, self._gate, self._rpc, self._pushes))

    async def _stay(self, session: Session) -> None:
        if self._gate.faults.stream_sessions == "one":
            for other in self._inside:
                other.evict()
        self._inside.append(session)
        try:
            await session.run()
        finally:
            self._inside.remove(session)


async def _hang() -> Response:
    await asyncio.sleep(60)
    raise Dropped


async def _drop() -> Response:
    raise Dropped


def _says(status: HTTPStatus, **headers: str) -> Callable[[], Awaitable[Response]]:
    async def answer() -> Response:
        return JSONResponse({"error": status.phrase}, status, headers)

    return answer


_DOORS: Final = {
    "off": _says(HTTPStatus.NOT_FOUND),
    "401": _says(HTTPStatus.UNAUTHORIZED),
    "403": _says(HTTPStatus.FORBIDDEN),
    "429": _says(HTTPStatus.TOO_MANY_REQUESTS),
    "503": _says(HTTPStatus.SERVICE_UNAVAILABLE),
    "redirect": _says(HTTPStatus.TEMPORARY_REDIRECT, Location="/elsewhere"),
    "hang": _hang,
    "drop": _drop,
}
