"""Every adapter of system-wide keys on a keyboard of its own: faked systems and a real X server."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ctpanel.app.ports import Hotkeys, KeyEvent
from ctpanel.domain.chord import Chord
from ctpanel.domain.places import PLACES
from ctpanel.hotkeys.macos import MacHotkeys
from ctpanel.hotkeys.portal import PortalHotkeys, preferred
from ctpanel.hotkeys.windows import WindowsHotkeys
from ctpanel.hotkeys.x11 import X11Hotkeys
from ctpanel.hotkeys.x_server import XServer
from tests.fakes import fake_carbon, fake_user32, fake_x
from tests.fakes.clocks import ManualClock
from tests.fakes.fake_carbon import FakeCarbon
from tests.fakes.fake_portal import FakePortal
from tests.fakes.fake_user32 import FakeUser32
from tests.fakes.fake_x import FakeX
from tests.fakes.hotkeys import FakeHotkeys
from tests.fakes.x_display import XDisplay, numbers

WITHIN: Final = 5.0
BARRIER: Final = Chord.parse("Ctrl+Alt+KeyB")
"""A key that every test binds under this name: once it is heard, so is all before it."""


class Rig:
    """An adapter, what it told, and the keyboard it listens to.

    Attributes:
        press: presses a key and keeps it down; presses it again when it is down, as repeats do.
        release: lets a key go.
        take: gives a key to another program.
        is_real: the keyboard repeats keys by itself, in its own time.
    """

    is_real = False

    def __init__(self) -> None:
        self.told: list[KeyEvent] = []
        self.clock = ManualClock()
        self.keys: Hotkeys
        self.press: Callable[[Chord], None]
        self.release: Callable[[Chord], None]
        self.take: Callable[[Chord], None]
        self.wait: Callable[[], None] = self._wait

    def _wait(self) -> None:
        self.clock.seconds += 1

    async def heard(self) -> list[KeyEvent]:
        """All that was told so far, without the barrier."""
        before = self._barriers
        self.wait()
        self.press(BARRIER)
        self.release(BARRIER)
        async with asyncio.timeout(WITHIN):
            while self._barriers == before or (self.keys.tells_release and self._is_open):
                await asyncio.sleep(0.002)
        return [event for event in self.told if event.name != "barrier"]

    @property
    def _barriers(self) -> int:
        return sum(event.name == "barrier" and event.is_press for event in self.told)

    @property
    def _is_open(self) -> bool:
        return next(e.is_press for e in reversed(self.told) if e.name == "barrier")

    async def presses(self) -> list[str]:
        return [event.name for event in await self.heard() if event.is_press]


@contextmanager
def in_memory() -> Iterator[Rig]:
    rig = Rig()
    fake = FakeHotkeys(rig.told.append, rig.clock.monotonic)

    def name_of(chord: Chord) -> str:
        return next((name for name, bound in fake.bound.items() if bound == chord), "")

    rig.keys = fake
    rig.press = lambda chord: fake.press(name_of(chord))
    rig.release = lambda chord: fake.release(name_of(chord))
    rig.take = lambda chord: fake.collisions.update({chord: f"{chord} is taken."})
    yield rig


@contextmanager
def x_faked() -> Iterator[Rig]:
    rig, server = Rig(), FakeX()

    def wait() -> None:
        server.stamp += 1

    def take(chord: Chord) -> None:
        server.others.add((fake_x.keycode(chord), sum(fake_x.BITS[m] for m in chord.modifiers)))

    rig.keys = X11Hotkeys(rig.told.append, lambda: server, rig.clock.monotonic)
    rig.press, rig.release, rig.take, rig.wait = server.press, server.release, take, wait
    yield rig


@contextmanager
def x_real() -> Iterator[Rig]:
    with XDisplay() as display:
        rig = Rig()
        rig.is_real = True
        other = XServer(display.display)

        def take(chord: Chord) -> None:
            code = numbers(chord)[-1]
            mask = sum(fake_x.BITS[modifier] for modifier in chord.modifiers)
            assert not other.grab({"other": [(code, mask)]})

        rig.keys = X11Hotkeys(rig.told.append, lambda: XServer(display.display))
        rig.press, rig.release, rig.take = display.press, display.release, take
        rig.wait = lambda: display.xdotool("sleep 0.15")
        try:
            yield rig
        finally:
            other.close()


@contextmanager
def windows_faked() -> Iterator[Rig]:
    rig, system = Rig(), FakeUser32()

    def wait() -> None:
        system.stamp += 1

    def take(chord: Chord) -> None:
        letter = ord(chord.key[-1])
        system.others.add((sum(fake_user32.BITS[m] for m in chord.modifiers), letter))

    rig.keys = WindowsHotkeys(rig.told.append, system.user32, rig.clock.monotonic)
    rig.press, rig.release, rig.take, rig.wait = system.press, system.release, take, wait
    yield rig


@contextmanager
def mac_faked() -> Iterator[Rig]:
    rig, system = Rig(), FakeCarbon()

    def take(chord: Chord) -> None:
        key = PLACES[chord.key].mac
        assert key is not None
        system.others.add((key, sum(fake_carbon.BITS[m] for m in chord.modifiers)))

    rig.keys = MacHotkeys(rig.told.append, system.carbon, rig.clock.monotonic)
    rig.press, rig.release, rig.take = system.press, system.release, take
    yield rig


@contextmanager
def portal_faked() -> Iterator[Rig]:
    rig, portal = Rig(), FakePortal()

    def wait() -> None:
        portal.wait_until_read(WITHIN)
        rig.clock.seconds += 1

    rig.keys = PortalHotkeys(rig.told.append, portal.connect, rig.clock.monotonic)
    rig.wait = wait
    rig.press, rig.release = portal.press, portal.release
    rig.take = lambda chord: portal.others.add(preferred(chord))
    yield rig


RIGS: Final = {
    "memory": in_memory, "x": x_faked, "real x": x_real, "windows": windows_faked,
    "mac": mac_faked, "portal": portal_faked,
}  # fmt: skip
