"""The wire of a simulated run: the real client's requests into the paper exchange, in virtual time.

Everything of the client is real but httpx: this stands in for crosstrade.transport.Channel. It does
to each request what the run has drawn, and keeps what was sent and what was carried out.
"""

import asyncio
import json
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

from ctpanel.crosstrade.errors import Undelivered
from ctpanel.crosstrade.transport import Reply, Request
from ctpanel.domain.outcomes import Cause
from ctpanel.paper.endpoints import Endpoints
from ctpanel.paper.exchange import Exchange
from ctpanel.paper.gate import Call, Refusal
from ctpanel.paper.live import LiveExchange
from ctpanel.paper.reversal import Job
from tests.sim.profiles import Run

LATENCY: Final = 0.02
_PATH: Final = re.compile(r"/v1/api/(?:accounts/([^/]+)/)?(.+)")


class SimLive(LiveExchange):
    """The exchange in the time of the running loop."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange)
        self._began = asyncio.get_running_loop().time()

    def seconds(self) -> float:
        return asyncio.get_running_loop().time() - self._began

    async def finished(self, job: Job) -> Job:
        while not job.done:
            await asyncio.sleep(0.1)
            self.tick()
        return job


@dataclass(slots=True)
class Sent:
    """One order request: when it left, whether it may have, when it was carried out.

    Attributes:
        own_id: the id we gave it, "" for none.
    """

    what: str
    own_id: str
    at: float
    left: bool = True
    carried_out: list[float] = field(default_factory=list)


@dataclass(eq=False)
class Wire:
    """Both channels of a panel, and of the one after a crash.

    Attributes:
        sent: order requests, oldest first.
        is_calm: no faults: while the panel gets ready.
        before_sending: called with each order before it leaves.
        fault: what happens to the next order, "" for nothing.
    """

    run: Run
    live: LiveExchange
    endpoints: Endpoints
    sent: list[Sent] = field(default_factory=list)
    is_calm: bool = True
    before_sending: Callable[[Sent], None] = lambda _: None
    fault: str = field(init=False)
    _old: dict[str, Reply] = field(default_factory=dict)
    _late: list[asyncio.Task[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fault = self.run.order_fault
        self._rng = random.Random(f"{self.run.seed}/wire")  # noqa: S311 - a simulation
        self._routes: dict[str, Callable[[Call], Awaitable[Any]]] = {
            "accounts": self.endpoints.accounts,
            "accounts/snapshot": self.endpoints.snapshot,
            "market/quote": self.endpoints.quote,
            "position": self.endpoints.position,
            "orders": self.endpoints.orders,
            "executions": self.endpoints.executions,
            "positions/close": self.endpoints.close,
            "positions/reverseposition": self.endpoints.reverse_position,
            "orders/place": self.endpoints.place,
        }

    @property
    def is_busy(self) -> bool:
        """Whether a request is still on its way."""
        self._late = [task for task in self._late if not task.done()]
        return bool(self._late)

    def now(self) -> float:
        return self.live.seconds()

    async def exchange(self, request: Request) -> Reply:
        """As Channel.exchange."""
        if request.method == "POST":
            return await self._order(request)
        return await self._read(request)

    async def settled(self) -> None:
        """Wait until nothing is on its way any more."""
        while self._late:
            await self._late.pop()

    # --- reading ------------------------------------------------------------------------------

    async def _read(self, request: Request) -> Reply:
        profile, rng, key = self.run.profile, self._rng, f"{request.path}{request.query}"
        await asyncio.sleep(LATENCY)
        if self.is_calm:
            return await self._carry_out(request)
        if rng.random() < profile.read_slow:
            await asyncio.sleep(rng.uniform(0, 3))
        if rng.random() < profile.read_fails:
            raise Undelivered(Cause.CONNECTION_LOST, was_sent=True, detail="simulated")
        if key in self._old and rng.random() < profile.read_old:
            return self._old[key]  # a server that is behind the others
        reply = await self._carry_out(request)
        self._old[key] = reply
        if rng.random() < profile.read_slow:
            await asyncio.sleep(rng.uniform(0, 3))
        return reply

    # --- ordering -----------------------------------------------------------------------------

    async def _order(self, request: Request) -> Reply:
        what = request.path.rpartition("/")[2]
        own_id = json.loads(request.body or b"{}").get("orderId", "")
        fault, self.fault = self.fault, ""
        sent = Sent(what, own_id, self.now(), left=fault != "not_sent")
        self.before_sending(sent)
        self.sent.append(sent)
        await asyncio.sleep(LATENCY)
        if fault:
            return await self._spoiled(request, sent, fault)
        return await self._deliver(request, sent)

    async def _spoiled(self, request: Request, sent: Sent, fault: str) -> Reply:
        if fault in ("not_sent", "lost_before"):
            cause = Cause.NO_CONNECTION if fault == "not_sent" else Cause.CONNECTION_LOST
            raise Undelivered(cause, was_sent=sent.left, detail="simulated")
        if fault == "late":
            self._later(request, sent, request.deadline + self._rng.uniform(10, 25))
            return await _silence(request)
        if fault == "twice":
            self._later(request, sent, self._rng.uniform(0.01, 2))
            return await self._deliver(request, sent)
        if not fault.endswith("_after"):
            return _reply(int(fault[:3]), {"error": _TEXTS.get(fault, "simulated")})
        await self._deliver(request, sent)
        return await _ANSWERS[fault](request)

    def _later(self, request: Request, sent: Sent, seconds: float) -> None:
        async def arrive() -> None:
            await asyncio.sleep(seconds)
            await self._deliver(request, sent)

        self._late.append(asyncio.ensure_future(arrive()))

    async def _deliver(self, request: Request, sent: Sent) -> Reply:
        """A client that gives up, or dies, does not stop what has arrived."""
        self.live.tick()
        before = len(self.live.exchange.orders)
        job = asyncio.ensure_future(self._carry_out(request))
        self._late.append(job)
        reply = await asyncio.shield(job)
        if len(self.live.exchange.orders) > before:
            sent.carried_out.append(self.now())
        return reply

    async def _carry_out(self, request: Request) -> Reply:
        self.live.tick()
        match = _PATH.fullmatch(request.path)
        if match is None:
            raise AssertionError(request.path)
        name, what = match.groups()
        if name is not None and f"{name}/{what}" == "snapshot":
            name, what = None, "accounts/snapshot"
        account = None if name is None else self.live.exchange.account(unquote(name))
        body = json.loads(request.body) if request.body else {}
        call = Call(account, {}, dict(request.query), body)
        try:
            return _reply(200, await self._answer(request.path, what, call))
        except Refusal as refusal:
            return _reply(refusal.status, {"error": refusal.text})

    async def _answer(self, path: str, what: str, call: Call) -> object:
        if what.endswith("/lifecycle"):
            ours = replace(call, path={"order": what.split("/")[1]})
            return await self.endpoints.lifecycle(ours)
        return await self._routes[_route(path, what)](call)


async def _silence(request: Request) -> Reply:
    await asyncio.sleep(request.deadline)
    raise Undelivered(Cause.DEADLINE, was_sent=True, detail="simulated")


async def _broken(_request: Request) -> Reply:
    raise Undelivered(Cause.CONNECTION_LOST, was_sent=True, detail="simulated")


async def _garbage(_request: Request) -> Reply:
    return Reply(200, b'{"orderId": \x00')


async def _timeout(_request: Request) -> Reply:
    return _reply(408, {"error": "simulated"})


async def _server_error(_request: Request) -> Reply:
    return _reply(500, {"error": "simulated"})


_TEXTS: Final = {"429": "Rate limit exceeded"}
_ANSWERS: Final = {
    "408_after": _timeout,
    "500_after": _server_error,
    "garbage_after": _garbage,
    "silent_after": _silence,
    "lost_after": _broken,
}


def _route(path: str, what: str) -> str:
    return "accounts/snapshot" if path.endswith("/accounts/snapshot") else what


def _reply(status: int | HTTPStatus, body: object) -> Reply:
    return Reply(int(status), json.dumps(body).encode())
