"""`python -m tests.benchmarks.delay PORT`: a proxy that makes loopback as slow as a network.

It prints its port. Every byte takes ONE_WAY seconds; the first ones of a connection take a round
trip more, the one in which TCP would have opened it.
"""

import asyncio
import sys
from asyncio import BaseTransport, Transport
from collections.abc import Callable
from typing import Final, cast

ONE_WAY: Final = 0.020


class Side(asyncio.Protocol):
    """One of the two connections: what comes in leaves by the other one, later.

    Attributes:
        other: set as soon as that is open; until then nothing has come in that is due.
    """

    def __init__(self, not_before: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._not_before = not_before
        self.other: Side | None = None
        self.transport: Transport | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        self.transport = cast("Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._later(lambda way_out: way_out.write(data))

    def connection_lost(self, _error: Exception | None) -> None:
        self._later(lambda way_out: way_out.close())

    def _later(self, act: Callable[[Transport], None]) -> None:
        due = max(self._loop.time() + ONE_WAY, self._not_before)
        self._loop.call_at(due, self._on_the_other, act)

    def _on_the_other(self, act: Callable[[Transport], None]) -> None:
        if self.other is not None and self.other.transport is not None:
            act(self.other.transport)


class Near(Side):
    """The client's side; opens the other one."""

    def __init__(self, upstream_port: int) -> None:
        super().__init__(asyncio.get_running_loop().time() + 3 * ONE_WAY)
        self._upstream_port = upstream_port
        self._opening: asyncio.Task[None] | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self._opening = self._loop.create_task(self._open())

    async def _open(self) -> None:
        far = Side(0.0)
        far.other = self
        await self._loop.create_connection(lambda: far, "127.0.0.1", self._upstream_port)
        self.other = far


async def serve(upstream_port: int) -> None:
    """Serve until stdin closes."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Near(upstream_port), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
