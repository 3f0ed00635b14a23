"""Everything around an endpoint: token, allowance, faults, the record. Not the endpoint itself."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Literal, NoReturn, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from ctpanel.paper.faults import Faults
from ctpanel.paper.live import LiveExchange
from ctpanel.paper.model import PaperAccount

CAPACITY: Final = 20.0
REFILL: Final = 3.0
KEPT: Final = 20_000
"""Requests the record holds."""

Kind: TypeAlias = Literal["read", "order", "server"]
"""What a request is to the exchange; `server` is answered without the add-on in NinjaTrader."""


class Refusal(Exception):
    """An answer other than success, as the API gives it."""

    def __init__(self, status: int, text: str, code: str = "invalid_request") -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.code = code


class Dropped(Exception):
    """The connection is to be closed without an answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that passed the gate."""

    account: PaperAccount | None
    path: dict[str, str]
    query: dict[str, str]
    body: dict[str, Any]


Handler: TypeAlias = Callable[[Call], Awaitable[object]]


@dataclass(slots=True)
class Entry:
    """One request in the record; `executed` says whether its endpoint ran."""

    method: str
    path: str
    body: dict[str, Any]
    kind: Kind
    at_ms: int
    executed: bool = False
    status: int = 0


@dataclass(slots=True)
class Allowance:
    """The documented token bucket: 20 requests, 3 more a second."""

    level: float = CAPACITY
    at: float = 0.0

    def take(self, now: float) -> bool:
        """Whether one more request passes."""
        self.level = min(CAPACITY, self.level + (now - self.at) * REFILL)
        self.at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


@dataclass
class Gate:
    """Lets requests through to their endpoints, or does not."""

    live: LiveExchange
    token: str
    record: list[Entry] = field(default_factory=list)
    allowance: Allowance = field(default_factory=Allowance)

    @property
    def faults(self) -> Faults:
        """The faults in force."""
        return self.live.exchange.faults

    def endpoint(self, kind: Kind, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint of the API with everything that surrounds it."""

        async def answer(request: Request) -> Response:
            entry = Entry(request.method, request.url.path, {}, kind, self.live.now_ms)
            self.record.append(entry)
            del self.record[:-KEPT]
            response = await self._answer(request, entry, handler)
            entry.status = response.status_code
            return response

        return answer

    async def _answer(self, request: Request, entry: Entry, handler: Handler) -> Response:
        if self.faults.latency_ms:
            await asyncio.sleep(self.faults.latency_ms / 1000)
        self.live.tick()
        try:
            self._admit(request, entry.kind)
            call = await self._read(request, entry)
            if entry.kind == "order":
                await self._arrive()
            entry.executed = True
            payload = await handler(call)
        except Refusal as refusal:
            return self._refused(refusal)
        if entry.kind == "server":
            return JSONResponse(payload)
        reply = self.faults.order_reply if entry.kind == "order" else self.faults.read_reply
        return await spoiled(payload, reply)

    def _admit(self, request: Request, kind: Kind) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            raise Refusal(HTTPStatus.UNAUTHORIZED, "unauthorized", "unauthorized")
        if self.faults.plan == "none":
            raise Refusal(HTTPStatus.UNAUTHORIZED, "api_requires_pro", "api_requires_pro")
        if self.faults.rate_limit == "on" and not self.allowance.take(self.live.seconds()):
            raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, "Rate limit exceeded", "rate_limited")
        if self.faults.addon == "offline" and kind != "server":
            raise Refusal(HTTPStatus.REQUEST_TIMEOUT, "addon_disconnected", "addon_disconnected")
        if self.faults.addon == "old" and kind == "order":
            raise Refusal(HTTPStatus.BAD_REQUEST, "Unknown API command")

    async def _read(self, request: Request, entry: Entry) -> Call:
        entry.body = _json_object(await request.body())
        account = None
        if (name := request.path_params.get("account")) is not None:
            account = self.live.exchange.account(name)
            if account is None:
                raise Refusal(HTTPStatus.BAD_REQUEST, "account not found", "invalid_account")
        return Call(account, dict(request.path_params), dict(request.query_params), entry.body)

    async def _arrive(self) -> None:
        arrival = self.faults.order_arrival
        if arrival == "drop":
            raise Dropped
        if arrival == "hang":
            await asyncio.sleep(60)
            raise Dropped
        if arrival != "ok":
            raise Refusal(int(arrival), "simulated fault before execution", "simulated")

    def _refused(self, refusal: Refusal) -> Response:
        headers = {}
        if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
            headers["Retry-After"] = "1"
        body: dict[str, object] = {"error": refusal.text}
        if self.faults.errors == "llm" or refusal.status in _SHORT_CODES:
            body = {"success": False, "error": refusal.code, "detail": refusal.text}
        return JSONResponse(body, refusal.status, headers)


_SHORT_CODES: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT)


def _json_object(raw: bytes) -> dict[str, Any]:
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw, parse_constant=_refuse_constant)
        json.dumps(body, ensure_ascii=False).encode()  # half a character cannot be answered with
    except (ValueError, RecursionError):
        raise Refusal(HTTPStatus.BAD_REQUEST, "Invalid request") from None
    if not isinstance(body, dict):
        raise Refusal(HTTPStatus.BAD_REQUEST, "Invalid request")
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


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
