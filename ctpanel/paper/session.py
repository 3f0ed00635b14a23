"""One connection of the stream: what it is asked, what it is told, how it ends.

What a call does is in rpc.py, what is pushed in pushes.py, how frames go wrong in wire.py.
"""

import asyncio
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any, Final

from starlette.websockets import WebSocket

from ctpanel.domain.instrument import Contract
from ctpanel.paper.gate import Allowance, Gate, Refusal, json_object
from ctpanel.paper.pushes import Changes, Pushes
from ctpanel.paper.rpc import Rpc
from ctpanel.paper.spoiled import Dropped
from ctpanel.paper.wire import Wire

TICK: Final = 0.01
"""Seconds between two looks at what is to be pushed."""
AT_ONCE: Final = 5.0
REFILL: Final = 20 / 60
"""Changes of subscriptions: so many at once, so many a second."""
MOST_VIOLATIONS: Final = 10
"""In a row, after which the connection is closed."""
ELSEWHERE: Final = "Session active elsewhere"

_EVENTS: Final = frozenset({"orders", "executions", "positions"})


class Session:
    """Follows one client until it goes, or has to."""

    def __init__(self, socket: WebSocket, gate: Gate, rpc: Rpc, pushes: Pushes) -> None:
        self._socket = socket
        self._header = socket.headers.get("Authorization")
        self._gate = gate
        self._faults = gate.faults
        self._rpc = rpc
        self._pushes = pushes
        self._wire = Wire(socket, gate.faults)
        self._allowance = Allowance(AT_ONCE, gate.live.seconds(), AT_ONCE, REFILL)
        self._violations = 0
        self._quotes: dict[Contract, None] = {}
        self._pnl_every = 0
        self._changes: Changes | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until it ends."""
        self._spawn(self._push())
        try:
            while (message := await self._socket.receive())["type"] == "websocket.receive":
                await self._read(message.get("text") or "")
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def evict(self) -> None:
        """A newer connection of the same user is here."""
        self._spawn(self._go())

    async def _go(self) -> None:
        how = self._faults.stream_eviction
        if how == "unsaid":
            await self._wire.close(4000, "")
            return
        await self._wire.send({"error": ELSEWHERE})
        if how == "drop":
            self._wire.drop()
        else:
            await self._wire.close(int(how), ELSEWHERE)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- what it is asked -------------------------------------------------------------------------

    async def _read(self, text: str) -> None:
        try:
            message = json_object(text.encode())
            if message.get("action") == "rpc":
                self._spawn(self._call(message))
            else:
                await self._wire.send(self._act(message))
                self._violations = 0
        except Refusal as refusal:
            await self._violated(self._gate.told(refusal))

    async def _call(self, message: dict[str, Any]) -> None:
        try:
            frames = await self._rpc.answers(message, self._header)
        except Dropped:
            self._wire.drop()
        except Refusal as refusal:
            frame = self._rpc.refusal(str(message.get("id", "")), refusal)
            if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
                await self._violated(frame)
            else:
                await self._wire.send(frame)
        else:
            self._violations = 0
            for frame in frames:
                await self._wire.send(frame)

    async def _violated(self, told: dict[str, object] | str) -> None:
        await self._wire.send(told)
        self._violations += 1
        if self._violations >= MOST_VIOLATIONS and self._faults.stream_limits == "on":
            await self._wire.close(1008, "Too many violations")

    def _act(self, message: dict[str, Any]) -> dict[str, Any]:
        """Everything but calls; gives the frame that acknowledges it."""
        match message.get("action"):
            case "subscribe" | "unsubscribe" as action:
                self._count()
                return self._subscribe(message, on=action == "subscribe")
            case "streamPnl":
                self._count()
                every = message.get("interval", 1000)
                wanted = message.get("enabled") is True and isinstance(every, int)
                self._pnl_every = max(100, every) if wanted else 0
                return {"status": "streaming" if wanted else "stopped"}
            case "ping" if self._faults.stream_ping == "pong":
                return {"type": "pong"}
            case "ping":
                return {"status": "ok"}
            case _:
                raise Refusal(HTTPStatus.BAD_REQUEST, "Unknown action")

    def _count(self) -> None:
        if self._faults.stream_limits == "off":
            return
        if not self._allowance.take(self._gate.live.seconds()):
            raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, "Subscription limit exceeded")

    def _subscribe(self, message: dict[str, Any], *, on: bool) -> dict[str, Any]:
        events, names = message.get("events"), message.get("instruments")
        status = "subscribed" if on else "unsubscribed"
        if isinstance(events, list) and set(map(str, events)) <= _EVENTS:
            self._changes = Changes(self._pushes) if on else None
            return {"status": status, "events": events}
        if not isinstance(names, list):
            raise Refusal(HTTPStatus.BAD_REQUEST, "Invalid request")
        for contract in [self._contract(str(name)) for name in names]:
            if on:
                self._quotes[contract] = None
            else:
                self._quotes.pop(contract, None)
        return {"status": status, "instruments": names}

    def _contract(self, name: str) -> Contract:
        found = self._gate.live.exchange.market.resolve(name)
        if found is None:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"Instrument '{name}' was not found")
        return found

    # --- what it is told --------------------------------------------------------------------------

    async def _push(self) -> None:
        status: str | None = "syncing"
        await self._say(status)
        quotes_at = pnl_at = resync_at = self._gate.live.now_ms
        while True:
            self._gate.live.tick()
            self._wire.follow()
            now = self._gate.live.now_ms
            if self._status() != status:
                status = self._status()
                await self._say(status)
            for frame in self._changes.look() if self._changes else ():
                await self._wire.send(frame)
            if self._quotes and now >= quotes_at:
                quotes_at = max(now, quotes_at + self._faults.stream_quotes_ms)
                await self._wire.send(self._pushes.quotes(list(self._quotes)))
            if self._pnl_every and now >= pnl_at:
                pnl_at = max(now, pnl_at + self._pnl_every)
                await self._wire.send(self._pushes.pnl())
            if self._faults.stream_resync_ms and now >= resync_at:
                resync_at = now + self._faults.stream_resync_ms
                await self._wire.send({"type": "resync"})
            await asyncio.sleep(TICK)

    def _status(self) -> str | None:
        if self._faults.stream_status == "none":
            return None
        return "disconnected" if self._faults.addon == "offline" else self._faults.stream_status

    async def _say(self, status: str | None) -> None:
        if status is not None and self._faults.stream_status != "none":
            await self._wire.send({"type": "status", "state": status})
