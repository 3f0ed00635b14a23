"""Disarms when nobody sits before the screen any more: a key could be anybody's."""

import asyncio
from typing import Final

from ctpanel.app.hotkeys import HotkeyDesk
from ctpanel.app.ports import Away, ScreenLock
from ctpanel.domain.arming import Disarm

_WHY: Final = {Away.LOCKED: Disarm.LOCKED, Away.SLEEPING: Disarm.SLEPT}


def disarm_when_away(lock: ScreenLock, hotkeys: HotkeyDesk) -> None:
    """Begin to watch; called in the running loop, while the lock is told in another thread."""
    loop = asyncio.get_running_loop()

    def left(away: Away) -> None:
        loop.call_soon_threadsafe(hotkeys.disarm, _WHY[away])

    lock.watch(left)
