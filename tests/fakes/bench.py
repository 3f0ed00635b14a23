"""The use-cases on a fake server: a panel without a window, in virtual time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ctpanel.app.book import IntentBook
from ctpanel.app.desk import Desk
from ctpanel.app.feed import Feed, heartbeat
from ctpanel.app.halt import Halt
from ctpanel.app.hotkeys import HotkeyDesk
from ctpanel.app.legs import Legs
from ctpanel.app.live import Live
from ctpanel.app.ports import Clock, ReadCause, SecretStore, Settings, Token, TokenHolder
from ctpanel.app.reconcile import Reconciler
from ctpanel.app.reverse import Reverser
from ctpanel.app.safety import Safety
from ctpanel.app.session import Session
from ctpanel.app.store import Store
from ctpanel.app.tasks import Tasks
from ctpanel.app.watch import Watch
from ctpanel.domain.limits import REQUESTS, SETTLE
from ctpanel.domain.report import Event
from ctpanel.domain.reverse import Plan, Shown
from ctpanel.domain.state import PanelState
from ctpanel.domain.ticket import Ticket
from ctpanel.local.secrets import SessionSecrets
from tests.fakes.clocks import LoopClock
from tests.fakes.examples import dice
from tests.fakes.fake_server import FakeServer, read_failed
from tests.fakes.hotkeys import FakeHotkeys
from tests.fakes.locks import FakeLock
from tests.fakes.memory import MemoryJournal, MemorySettings, MemorySwitch
from tests.fakes.sounds import FakeSounds
from tests.fakes.streams import FakeStream

TOKEN = "test-token-0123456789"


async def at_once() -> None:
    """A reading that need not wait for its turn."""


@dataclass(eq=False)
class Bench:
    """Every use-case, wired as main.py wires them; build it inside the running loop.

    Attributes:
        first_id: of its intents and orders; a second panel on the same server needs another.
    """

    server: FakeServer = field(default_factory=FakeServer)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    sounds: FakeSounds = field(default_factory=FakeSounds)
    lock: FakeLock = field(default_factory=FakeLock)
    settings: MemorySettings = field(default_factory=MemorySettings)
    secrets: SecretStore = field(default_factory=lambda: SessionSecrets(Token(TOKEN)))
    remembered: Settings = field(default_factory=Settings)
    clock: Clock = field(default_factory=LoopClock)
    wants_stream: bool | None = False
    errors: list[str] = field(default_factory=list)
    chance: Callable[[], float] = field(default_factory=lambda: dice(1))
    turn: Callable[[], Awaitable[None]] = at_once
    first_id: int = 1
    switch: MemorySwitch = field(default_factory=MemorySwitch)

    def __post_init__(self) -> None:
        ids = count(self.first_id)
        self.tasks = Tasks(self._failed)
        self.store = Store(self._first_state(), self.clock, self._failed)
        self.holder = TokenHolder()
        self.feed = Feed(
            store=self.store,
            reads=self.server,
            order_way=self.server,
            clock=self.clock,
            chance=self.chance,
            turn=self.turn,
        )
        reconciler = Reconciler(self.store, self.server, self.clock)
        new_id: Callable[[], str] = lambda: f"{next(ids):08x}".ljust(32, "0")  # noqa: E731 - shared by three
        book = IntentBook(self.journal, self.store)
        legs = Legs(
            store=self.store,
            orders=self.server,
            book=book,
            reconciler=reconciler,
            clock=self.clock,
            tasks=self.tasks,
            switch=self.switch,
            new_id=new_id,
        )
        watch = Watch(
            store=self.store,
            reconciler=reconciler,
            book=book,
            clock=self.clock,
            tasks=self.tasks,
        )
        self.reverser = Reverser(
            store=self.store, legs=legs, book=book, watch=watch, tasks=self.tasks
        )
        self.safety = Safety(
            store=self.store,
            reads=self.server,
            orders=self.server,
            journal=self.journal,
            reconciler=reconciler,
            tasks=self.tasks,
            new_id=new_id,
        )
        self.halt = Halt(
            store=self.store,
            switch=self.switch,
            journal=self.journal,
            tasks=self.tasks,
            new_id=new_id,
        )
        self.hotkeys = HotkeyDesk(
            store=self.store,
            reverser=self.reverser,
            safety=self.safety,
            halt=self.halt,
            reconciler=reconciler,
            reads=self.server,
            clock=self.clock,
            tasks=self.tasks,
            call_soon=lambda call: asyncio.get_running_loop().call_soon_threadsafe(call),
        )
        self.keys = FakeHotkeys(self.hotkeys.heard, self.clock.monotonic)
        self.hotkeys.keys = self.keys
        self.stream = FakeStream()
        self.live = Live(
            store=self.store,
            feed=self.feed,
            stream=self.stream,
            clock=self.clock,
            tasks=self.tasks,
        )
        self.session = Session(
            store=self.store,
            try_out=self._try_out,
            secrets=self.secrets,
            holder=self.holder,
            feed=self.feed,
            live=self.live,
            tasks=self.tasks,
        )
        self.desk = Desk(
            store=self.store,
            feed=self.feed,
            settings_store=self.settings,
            tasks=self.tasks,
            settings=self.remembered,
            new_id=new_id,
        )

    async def _try_out(self, token: Token) -> None:
        if token.reveal() in self.server.refused_tokens:
            raise read_failed(ReadCause.TOKEN_REFUSED)
        await self.server.accounts()

    def _first_state(self) -> PanelState:
        return PanelState(
            origin="https://example.test",
            on_paper=self.server.on_paper,
            now=self.clock.monotonic(),
            today=self.clock.today(),
            wants_stream=self.wants_stream,
            ticket=Ticket(account=self.remembered.account),
            presets=self.remembered.presets,
            confirmations=self.remembered.confirmations,
            limits=self.remembered.limits,
        )

    def _failed(self, name: str, error: BaseException) -> None:
        self.errors.append(f"{name}: {error!r}")

    # --- driving it ---------------------------------------------------------------------------

    @property
    def state(self) -> PanelState:
        return self.store.state

    @property
    def events(self) -> list[Event]:
        """What was reported, oldest first."""
        return [report.event for report in self.state.reports]

    def start(self) -> None:
        """As the window's opening does."""
        self.store.subscribe(self.desk.follow)
        self.store.subscribe(self.halt.follow)
        self.tasks.spawn(self.hotkeys.run(), "hotkeys")
        self.tasks.spawn(heartbeat(self.store, lambda: float(REQUESTS)), "heartbeat")
        self.session.start()

    async def until(self, holds: Callable[[PanelState], bool], seconds: float = 60.0) -> None:
        """Wait for the state."""
        async with asyncio.timeout(seconds):
            while not holds(self.state):
                await asyncio.sleep(0.01)

    async def ready(self) -> Plan:
        """Start, and wait until Reverse may be pressed; what it then says."""
        self.start()
        await self.until(lambda s: isinstance(s.offer, Plan) and s.now - s.offer_since > SETTLE)
        assert isinstance(self.state.offer, Plan)
        return self.state.offer

    def shown(self) -> Shown | None:
        """What the button says now."""
        return self.state.offer.shown if isinstance(self.state.offer, Plan) else None

    def press(self) -> None:
        """Press the button as it is."""
        self.reverser.press(self.shown())

    async def idle(self) -> None:
        """Wait until nothing is in flight."""
        await self.until(lambda s: not s.in_flight and not s.acts)

    async def still(self) -> None:
        """Nothing reads any more by itself."""
        await self.tasks.cancel_all()

    async def stop(self) -> None:
        """End everything."""
        await self.desk.saved()
        await self.tasks.cancel_all()


@asynccontextmanager
async def ready_panel(server: FakeServer | None = None, **parts: Any) -> AsyncIterator[Bench]:  # noqa: ANN401 - parts by name
    """A panel that is ready to reverse long 3, and ended afterwards without an error."""
    bench = Bench(server or FakeServer(), **parts)
    try:
        await bench.ready()
        yield bench
    finally:
        await bench.stop()
    assert not bench.errors
