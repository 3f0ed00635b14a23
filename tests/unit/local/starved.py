"""A process of the core that runs out of memory in the middle of one call; started by a test.

`python -m tests.unit.local.starved record FOLDER LEFT` appends to a journal, `order ORIGIN LEFT`
sends a reverse. The first call goes well; in the second LEFT bytes may be used and no more.
"""

import asyncio
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ctpanel.app.ports import JournalFailed, Token, TokenHolder
from ctpanel.crosstrade.budget import Budget
from ctpanel.crosstrade.orders import CrossTradeOrders
from ctpanel.crosstrade.paths import Paths
from ctpanel.crosstrade.transport import Channel, trusted_context
from ctpanel.local.clock import SystemClock
from ctpanel.local.journal import SqliteJournal
from tests.fakes.examples import intent

ENVIRONMENT: Final = {"PYTHONMALLOC": "malloc", "MALLOC_ARENA_MAX": "1"}
"""One heap for everything, Python's objects and every thread, so that it can be used up."""

SIZES: Final = (1 << 20, 1 << 16, 1 << 12, 512, 64, 16)

LONG: Final = {"text": "x" * 50_000}
"""Facts that take some memory: there is a good deal between what suffices and what does not."""


@contextmanager
def starving(left: int) -> Iterator[None]:
    """Meanwhile there are `left` bytes of memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limits = resource.getrlimit(resource.RLIMIT_AS)
    spare = [bytes(1024) for _ in range(left // 1024)]
    hog: list[bytes] = []
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize(), limits[1]))
    try:
        for size in SIZES:
            _eat(hog, size)
        spare.clear()
        yield
    finally:
        hog.clear()
        resource.setrlimit(resource.RLIMIT_AS, limits)


def _eat(hog: list[bytes], size: int) -> None:
    try:
        while True:
            hog.append(bytes(size))
    except MemoryError:
        return


async def record(folder: Path, left: int) -> str:
    journal = SqliteJournal(folder / "journal.sqlite3", SystemClock())
    await journal.open()
    await journal.append("i1", "SENDING", {})
    said = "written"
    try:
        with starving(left):
            await journal.append("i2", "SENDING", LONG)
    except JournalFailed:
        said = "failed"
    await journal.close()
    return said


async def order(origin: str, left: int) -> str:
    paths = Paths()
    paths.list_accounts(("Sim101",))
    channel = Channel(origin, TokenHolder(Token("test-token")), trusted_context())
    orders = CrossTradeOrders(channel, paths, Budget(time.monotonic))
    await orders.reverse_position(intent())
    with starving(left):
        outcome = await orders.reverse_position(intent())
    await channel.close()
    return type(outcome).__name__


if __name__ == "__main__":
    act, where, left = sys.argv[1:]
    said = asyncio.run(
        record(Path(where), int(left)) if act == "record" else order(where, int(left))
    )
    print(said)  # noqa: T201 - what the test reads
