"""How the answer to something that was carried out goes wrong, over HTTP and over the stream."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final

from starlette.responses import JSONResponse, Response, StreamingResponse


class Dropped(Exception):
    """The connection is to be closed without an answer."""


async def spoiled(payload: object, reply: str) -> Response:
    """The answer to something that was carried out, as a fault leaves it."""
    if reply == "hang":
        await asyncio.sleep(60)
    if reply in ("hang", "drop"):
        raise Dropped
    if reply == "half":
        return StreamingResponse(_half(payload), headers={"Content-Length": "5000"})
    if reply == "slow":
        return StreamingResponse(_slowly(payload), media_type="application/json")
    if reply.isdigit():
        return JSONResponse({"error": "simulated fault"}, int(reply))
    return _ANSWERS.get(reply, lambda: JSONResponse(payload))()


_ANSWERS: Final[dict[str, Callable[[], Response]]] = {
    "html": lambda: Response("<html><b>Maintenance</b></html>", media_type="text/html"),
    "garbage": lambda: Response(b'{"orderId": \x00\xff NaN', media_type="application/json"),
    "redirect": lambda: Response(status_code=307, headers={"Location": "/v1/api/elsewhere"}),
    "no_id": lambda: JSONResponse({"success": True}),
    "false": lambda: JSONResponse({"success": False, "error": "simulated", "detail": "after all"}),
}


async def _half(payload: object) -> Any:  # noqa: ANN401 - an async generator of bytes
    yield json.dumps(payload).encode()
    raise Dropped


async def _slowly(payload: object) -> Any:  # noqa: ANN401 - an async generator of bytes
    for byte in json.dumps(payload).encode():
        yield bytes((byte,))
        await asyncio.sleep(0.1)


async def spoiled_frame(call_id: str, payload: object, reply: str) -> str:
    """The same over the stream; what only HTTP has is an error's text."""
    if reply == "hang":
        await asyncio.sleep(60)
    if reply in ("hang", "drop"):
        raise Dropped
    if reply == "slow":
        await asyncio.sleep(1)
    whole = json.dumps({"id": call_id, "data": _DATA.get(reply, payload)})
    if reply == "half":
        return whole[: len(whole) // 2]
    if reply in _TEXTS:
        return json.dumps({"id": call_id, "error": _TEXTS[reply]})
    return _NO_FRAMES.get(reply, whole)


_DATA: Final[dict[str, object]] = {
    "no_id": {"success": True},
    "false": {"success": False, "error": "simulated", "detail": "after all"},
}
_TEXTS: Final = {
    "500": "Internal server error",
    "503": "Service unavailable",
    "408": "addon_timeout",
    "429": "broker_rate_limited",
    "redirect": "Internal error: unexpected redirect",
}
_NO_FRAMES: Final = {
    "html": "<html><b>Maintenance</b></html>",
    "garbage": '{"orderId": \x00 NaN',
}
