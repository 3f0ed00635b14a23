"""A plain WebSocket into the paper exchange: says and hears frames, understands none of them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.contracts.servers import PaperThread
from tests.unit.crosstrade.clients import TOKEN

Json = dict[str, Any]
WITHIN = 3.0


@dataclass
class Socket:
    """Attributes:
    heard: every frame so far.
    """

    plain: ClientConnection
    heard: list[Json] = field(default_factory=list)

    async def say(self, **frame: Any) -> None:  # noqa: ANN401 - any JSON
        await self.plain.send(json.dumps(frame))

    async def call(self, api: str, call_id: str = "c1", **args: Any) -> Json:  # noqa: ANN401 - same
        """The frame that answers it."""
        await self.say(action="rpc", id=call_id, api=api, args=args)
        return await self.hear(id=call_id)

    async def hear(self, **wanted: Any) -> Json:  # noqa: ANN401 - same
        """The next frame with these fields; `...` stands for any value."""
        async with asyncio.timeout(WITHIN):
            while True:
                found: Json = json.loads(await self.plain.recv())
                self.heard.append(found)
                if all(found.get(k) == v or (v is ... and k in found) for k, v in wanted.items()):
                    return found

    async def end(self) -> tuple[int, str]:
        """Close code and reason of its end; 1006 when it only broke."""
        try:
            async with asyncio.timeout(WITHIN):
                while True:
                    self.heard.append(json.loads(await self.plain.recv()))
        except ConnectionClosed as closed:
            return (1006, "") if closed.rcvd is None else (closed.rcvd.code, closed.rcvd.reason)


@asynccontextmanager
async def socket(exchange: PaperThread, header: str = f"Bearer {TOKEN}") -> AsyncIterator[Socket]:
    where = f"ws{exchange.origin.removeprefix('http')}/ws/stream"
    headers = {"Authorization": header} if header else {}
    async with connect(
        where, additional_headers=headers, proxy=None, ping_interval=None, close_timeout=0.2
    ) as plain:
        yield Socket(plain)


async def refused(exchange: PaperThread, header: str = f"Bearer {TOKEN}") -> tuple[int, Json]:
    """Status and body with which the door stays shut."""
    try:
        async with socket(exchange, header):
            raise AssertionError("it was let in")
    except InvalidStatus as error:
        return error.response.status_code, json.loads(error.response.body or b"{}")
