"""Memory that runs out in the middle of a call, in processes of their own.

Such a process may end, or say "not written", "not sent", "unknown". It may not say that something
was done which was not.
"""

import asyncio
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ctpanel.app.ports import JournalFailed
from ctpanel.local.journal import SqliteJournal
from tests.fakes.clocks import ManualClock
from tests.fakes.raw_server import Connection, RawServer, Script, answer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")

ROOT = Path(__file__).parents[3]
LEFT = (0, 1 << 13, 1 << 15, 1 << 17, 1 << 20, 1 << 24)
"""Bytes that are left to use; the last are enough."""

DIED = ""
PATIENCE = 15.0
"""Seconds after which a process that has no memory left, even to end, is taken to say nothing."""

TAKEN = {"success": True, "orderId": "a1"}


async def starved(act: str, where: object, left: int) -> str:
    """What a process said of the call it made with little memory; DIED when it said nothing."""
    from tests.unit.local.starved import ENVIRONMENT  # noqa: PLC0415 - there is no such module elsewhere

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.unit.local.starved", act, str(where), str(left)),
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return DIED
    return said.decode().strip()


def rows(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "journal.sqlite3") as connection:
        return [intent for (intent,) in connection.execute("SELECT intent FROM journal")]


async def test_a_row_is_said_to_be_written_only_when_it_is(tmp_path: Path) -> None:
    heard: Counter[str] = Counter()
    for left in LEFT:
        folder = tmp_path / str(left)
        folder.mkdir()
        said = await starved("record", folder, left)
        heard[said] += 1
        if said == "written":
            assert rows(folder) == ["i1", "i2"], left
    assert heard["written"], heard
    assert heard["failed"], heard


async def test_a_row_there_was_no_memory_for_is_a_failed_journal(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite3", ManualClock())

    def no_memory() -> None:
        raise MemoryError

    with pytest.raises(JournalFailed, match="out of memory"):
        await journal._do(no_memory, within=1.0)


def twice(second: Script) -> Script:
    """Take the first order; then what is asked of the second."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(answer(TAKEN))
        await second(connection)

    return script


async def take(connection: Connection) -> None:
    await connection.request()
    await connection.send(answer(TAKEN))


async def take_and_say_nothing(connection: Connection) -> None:
    await connection.request()


@asynccontextmanager
async def server(second: Script) -> AsyncIterator[RawServer]:
    """Whether the second order comes over the first one's connection or a new one."""
    async with RawServer(twice(second), second) as found:
        yield found


async def test_an_order_that_was_carried_out_is_never_called_not_sent() -> None:
    heard: Counter[str] = Counter()
    for left in LEFT:
        async with server(take) as exchange:
            said = await starved("order", exchange.origin, left)
            heard[said] += 1
            if len(exchange.orders) > 1:
                assert said in {DIED, "Accepted", "Unknown"}, left
    assert heard["Accepted"], heard
    assert heard["Unknown"], heard


async def test_an_order_without_an_answer_is_never_called_taken() -> None:
    for left in LEFT:
        async with server(take_and_say_nothing) as exchange:
            said = await starved("order", exchange.origin, left)
            assert said in {DIED, "NotSent", "Unknown"}, left
            assert len(exchange.orders) <= 2
