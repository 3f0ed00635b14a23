"""How a panel that runs a script ends; ordinary ends are seen in tests/e2e."""

import asyncio

from ctpanel.lifetime import INTERRUPTED, until_stopped


async def forever() -> int:
    await asyncio.Event().wait()
    return 0


async def failing() -> int:
    await asyncio.sleep(0)
    return 3


async def test_a_script_that_is_through_gives_its_own_status() -> None:
    assert await until_stopped(asyncio.Event(), failing()) == 3


async def test_a_closed_window_ends_a_script_as_an_interrupt_does() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, stop.set)
    assert await until_stopped(stop, forever()) == INTERRUPTED


async def test_without_a_script_the_window_is_open_until_it_is_closed() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, stop.set)
    assert await until_stopped(stop, None) == 0
