"""A contender's own side: told by a line on stdin to take a shot, it answers with a line.

The clock is CLOCK_MONOTONIC, which is one and the same in every process of the machine.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import msgspec


class Shot(msgspec.Struct):
    """What came of it.

    Attributes:
        began: nanosecond at which the click came, when its bytes went to the server.
        orders: how many orders went there.
        found: milliseconds measured in the process itself, by row.
    """

    began: int = 0
    orders: int = 0
    found: dict[str, list[float]] = {}


Take: TypeAlias = Callable[[], Awaitable[Shot]]

now = time.monotonic_ns


def since(began: int) -> float:
    """Milliseconds since a nanosecond."""
    return (now() - began) / 1e6


async def take_shots(shots: Mapping[str, Take]) -> None:
    """Take what is asked for, until stdin closes."""
    loop = asyncio.get_running_loop()
    asked: asyncio.Queue[str] = asyncio.Queue()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(asked.put_nowait, line.strip())
        loop.call_soon_threadsafe(asked.put_nowait, "")

    threading.Thread(target=listen, daemon=True).start()
    while name := await asked.get():
        shot = await shots[name]()
        sys.stdout.buffer.write(msgspec.json.encode(shot) + b"\n")
        sys.stdout.buffer.flush()
