"""Waiting in a test for what another thread tells or makes true."""

import asyncio
from collections.abc import Callable
from typing import Final

from ctpanel.domain.chord import Chord

WITHIN: Final = 5.0

REVERSE, CLOSE = Chord.parse("Ctrl+Alt+KeyR"), Chord.parse("Ctrl+Shift+KeyK")


async def until(is_so: Callable[[], object]) -> None:
    """Wait until it is so; fails when it never is."""
    async with asyncio.timeout(WITHIN):
        while not is_so():
            await asyncio.sleep(0.002)
