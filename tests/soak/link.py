"""The network of the soak, as a process of its own: what goes through it can be cut.

It follows `cut` and `join` on its stdin, and ends when that closes.
"""

import asyncio
import sys
from contextlib import suppress
from typing import Final

HOST: Final = "127.0.0.1"


class Link:
    """Carries bytes to a port while it is joined; nobody listens while it is cut."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._carriers: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def join(self) -> None:
        """Let connections in, always at the same port."""
        self._server = await asyncio.start_server(self._carry, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Break everything that is open, with a reset, and let nothing in."""
        assert self._server is not None
        self._server.close()
        for carrier in self._carriers:
            carrier.cancel()

    async def _carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        carrier = asyncio.current_task()
        assert carrier is not None
        self._carriers.add(carrier)
        writers = [back]
        try:
            with suppress(OSError, asyncio.CancelledError):
                far, forth = await asyncio.open_connection(HOST, self._target)
                writers.append(forth)
                async with asyncio.TaskGroup() as both:
                    both.create_task(_pump(near, forth))
                    both.create_task(_pump(far, back))
        except* OSError:
            pass  # one side has gone: so goes the other
        finally:
            for writer in writers:
                writer.transport.abort()
            self._carriers.discard(carrier)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while chunk := await source.read(65536):
        sink.write(chunk)
        await sink.drain()
    raise ConnectionResetError


async def main(target: int) -> None:
    link = Link(target)
    await link.join()
    print(f"listening on http://{HOST}:{link.port}", flush=True)  # noqa: T201 - as the exchange says it
    while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if word == "cut":
            link.cut()
        else:
            await link.join()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
