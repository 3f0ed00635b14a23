"""Everything around an endpoint: token, allowance, faults, the record. Not the endpoint itself."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Literal, NoReturn, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ctpanel.paper.faults import Faults
from ctpanel.paper.live import LiveExchange
from ctpanel.paper.model import PaperAccount
from ctpanel.paper.spoiled import Dropped, spoiled

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
    """A token bucket; as documented for requests: 20, and 3 more a second."""

    level: float = CAPACITY
    at: float = 0.0
    capacity: float = CAPACITY
    refill: float = REFILL

    def take(self, now: float) -> bool:
        """Whether one more request passes."""
        self.level = min(self.capacity, self.level + (now - self.at) * self.refill)
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
            path = request.url.path
            entry = self.note(Entry(request.method, path, {}, kind, self.live.now_ms))
            response = await self._answer(request, entry, handler)
            entry.status = response.status_code
            return response

        return answer

    async def _answer(self, request: Request, entry: Entry, handler: Handler) -> Response:
        try:
            await self.let_pass(entry.kind, request.headers.get("Authorization"))
            call = await self._read(request, entry)
            payload = await self.carry_out(call, entry, handler)
        except Refusal as refusal:
            return self._refused(refusal)
        if entry.kind == "server":
            return JSONResponse(payload)
        reply = self.faults.order_reply if entry.kind == "order" else self.faults.read_reply
        return await spoiled(payload, reply)

    async def let_pass(self, kind: Kind, header: str | None) -> None:
        """What stands before every call, whichever way it comes.

        Raises:
            Refusal: it does not pass.
        """
        if self.faults.latency_ms:
            await asyncio.sleep(self.faults.latency_ms / 1000)
        self.live.tick()
        self.know(header)
        if self.faults.rate_limit == "on" and not self.allowance.take(self.live.seconds()):
            raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, "Rate limit exceeded", "rate_limited")
        if self.faults.addon == "offline" and kind != "server":
            raise Refusal(HTTPStatus.REQUEST_TIMEOUT, "addon_disconnected", "addon_disconnected")
        if self.faults.addon == "old" and kind == "order":
            raise Refusal(HTTPStatus.BAD_REQUEST, "Unknown API command")

    def know(self, header: str | None) -> None:
        """Check an Authorization line.

        Raises:
            Refusal: it is not the token's, or the token has no plan.
        """
        if header != f"Bearer {self.token}":
            raise Refusal(HTTPStatus.UNAUTHORIZED, "unauthorized", "unauthorized")
        if self.faults.plan == "none":
            raise Refusal(HTTPStatus.UNAUTHORIZED, "api_requires_pro", "api_requires_pro")

    async def carry_out(self, call: Call, entry: Entry, handler: Handler) -> object:
        """Let a call that passed arrive, or not, as a fault has it.

        Raises:
            Refusal: it was refused, by a fault or by its endpoint.
            Dropped: the connection is to be closed.
        """
        if entry.kind == "order":
            await self._arrive()
        entry.executed = True
        return await handler(call)

    def account(self, name: str) -> PaperAccount:
        """The account of this name.

        Raises:
            Refusal: there is none.
        """
        found = self.live.exchange.account(name)
        if found is None:
            raise Refusal(HTTPStatus.BAD_REQUEST, "account not found", "invalid_account")
        return found

    def note(self, entry: Entry) -> Entry:
        """Put a request into the record."""
        self.record.append(entry)
        del self.record[:-KEPT]
        return entry

    async def _read(self, request: Request, entry: Entry) -> Call:
        entry.body = json_object(await request.body())
        name = request.path_params.get("account")
        account = None if name is None else self.account(name)
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
        return JSONResponse(self.told(refusal), refusal.status, headers)

    def told(self, refusal: Refusal) -> dict[str, object]:
        """A refusal in the shape that is in force."""
        if self.faults.errors == "llm" or refusal.status in _SHORT_CODES:
            return {"success": False, "error": refusal.code, "detail": refusal.text}
        return {"error": refusal.text}


_SHORT_CODES: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT)


def json_object(raw: bytes) -> dict[str, Any]:
    """The JSON object of a request, {} of nothing at all.

    Raises:
        Refusal: it is none.
    """
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
