"""The composition root of a panel: the only file that knows every concrete class."""

import asyncio
import functools
import logging
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from filelock import FileLock

from ctpanel import resources
from ctpanel.app.book import IntentBook
from ctpanel.app.desk import Desk
from ctpanel.app.feed import Feed
from ctpanel.app.halt import Halt
from ctpanel.app.hotkeys import HotkeyDesk
from ctpanel.app.legs import Legs
from ctpanel.app.live import Live
from ctpanel.app.ports import Hotkeys, KeyEvent, SecretStore, Settings, Token, TokenHolder
from ctpanel.app.reconcile import Reconciler
from ctpanel.app.reverse import Reverser
from ctpanel.app.road import Road
from ctpanel.app.safety import Safety
from ctpanel.app.session import Session
from ctpanel.app.store import Store
from ctpanel.app.tasks import Tasks
from ctpanel.app.watch import Watch
from ctpanel.crosstrade.budget import Budget
from ctpanel.crosstrade.orders import CrossTradeOrders
from ctpanel.crosstrade.paths import Paths as ApiPaths
from ctpanel.crosstrade.reads import CrossTradeReads
from ctpanel.crosstrade.stream.line import dialler
from ctpanel.crosstrade.stream.live import Stream
from ctpanel.crosstrade.transport import Channel, trusted_context
from ctpanel.domain.desk import with_instrument_asked, with_instrument_typed
from ctpanel.domain.halt import HaltCause, Halted
from ctpanel.domain.instrument import read_table
from ctpanel.domain.report import Notice, Noticed
from ctpanel.domain.state import PanelState
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Entry
from ctpanel.hotkeys.choose import system_hotkeys
from ctpanel.lifetime import Panel, Script, live
from ctpanel.local import settings as settings_file
from ctpanel.local.audio import Speaker
from ctpanel.local.clock import SystemClock
from ctpanel.local.halt import HaltFile
from ctpanel.local.instance import was_knocked
from ctpanel.local.journal import SqliteJournal
from ctpanel.local.notifications import messages
from ctpanel.local.paths import Paths
from ctpanel.local.screen_lock import screen_lock
from ctpanel.local.secrets import KeyringSecrets, SessionSecrets
from ctpanel.local.settings import Loaded
from ctpanel.local.sounds import Loudspeaker
from ctpanel.options import CROSSTRADE, PanelCommand, host_of
from ctpanel.paper.child import PaperChild
from ctpanel.ui import aio
from ctpanel.ui.application import UseCases, decimal_sign, make_application

log = logging.getLogger("ctpanel")


def _no_hotkeys(_heard: Callable[[KeyEvent], None]) -> None:
    """A window that nobody sees takes no key of the whole desktop."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel runs: its files, its server, and what it knows of the token.

    Attributes:
        held: the folder's lock, kept while the panel runs.
        hotkeys: makes the system-wide keys, told whom they are heard by; None: there are none.
    """

    paths: Paths
    held: FileLock
    origin: str
    on_paper: bool
    holder: TokenHolder
    secrets: SecretStore
    switch: HaltFile
    hotkeys: Callable[[Callable[[KeyEvent], None]], Hotkeys | None] = _no_hotkeys


def open_window(  # noqa: PLR0913, PLR0917 - the one call that brings everything together
    command: PanelCommand,
    paths: Paths,
    held: FileLock,
    child: PaperChild | None,
    holder: TokenHolder,
    script: Script | None,
) -> int:
    """Open the window on ground that is taken (opening.py), and stay until it is closed."""
    app = make_application()
    origin = command.origin if child is None else child.origin()
    secrets: SecretStore = KeyringSecrets(origin)
    if child is not None:
        holder.token = child.token
        secrets = SessionSecrets(child.token)
    place = Place(
        paths,
        held,
        origin,
        child is not None,
        holder,
        secrets,
        HaltFile(paths.halt),
        system_hotkeys if app.platformName() != "offscreen" else _no_hotkeys,
    )
    return aio.run(app, lambda: live(app, functools.partial(build, place), script))


def build(place: Place) -> Panel:
    """Every object of a panel, wired. Called inside the running loop."""
    clock = SystemClock()
    loaded = settings_file.load(place.paths.settings, clock.wall())
    on_error = _Faults()
    state = _first_state(place, loaded.settings, clock, decimal_sign())
    store = Store(replace(state, halted=_halted(place, loaded)), clock, on_error)
    on_error.store = store
    tasks = Tasks(on_error)

    tls, budget, api_paths = trusted_context(), Budget(clock.monotonic), ApiPaths()
    order_channel = Channel(place.origin, place.holder, tls)
    read_channel = Channel(place.origin, place.holder, tls)
    rest = CrossTradeOrders(order_channel, api_paths, budget)
    background = CrossTradeReads(
        read_channel, api_paths, budget, reserve=None, on_paper=place.on_paper
    )
    urgent = CrossTradeReads(read_channel, api_paths, budget, reserve=0.0, on_paper=place.on_paper)

    async def try_out(token: Token) -> None:
        channel = Channel(place.origin, TokenHolder(token), tls)
        try:
            await CrossTradeReads(
                channel, ApiPaths(), budget, reserve=0.0, on_paper=place.on_paper
            ).accounts()
        finally:
            await channel.close()

    loudspeaker = Loudspeaker(Speaker(), clock.monotonic)
    loudspeaker.use(on=loaded.settings.sound_on, choices=loaded.settings.sounds)
    journal = SqliteJournal(place.paths.journal, clock)
    reconciler = Reconciler(store, urgent, clock)
    switch = place.switch
    halt = Halt(store=store, switch=switch, journal=journal, tasks=tasks, new_id=_new_id)
    order_way = CrossTradeReads(
        order_channel, api_paths, budget, reserve=None, on_paper=place.on_paper
    )
    feed = Feed(
        store=store,
        reads=background,
        order_way=order_way,
        clock=clock,
        chance=random.random,
        turn=budget.take_in_turn,
    )
    stream = Stream(dialler(place.origin, place.holder, tls), clock.monotonic, random.random)
    live = Live(store=store, feed=feed, stream=stream, clock=clock, tasks=tasks)
    fast = CrossTradeOrders(stream.rpc, api_paths, budget)
    orders = Road(fast, rest, lambda: live.is_live)
    book = IntentBook(journal, store)
    legs = Legs(
        store=store,
        orders=orders,
        book=book,
        reconciler=reconciler,
        clock=clock,
        tasks=tasks,
        switch=switch,
        new_id=_new_id,
    )
    watch = Watch(store=store, reconciler=reconciler, book=book, clock=clock, tasks=tasks)
    reverser = Reverser(store=store, legs=legs, book=book, watch=watch, tasks=tasks)
    safety = Safety(
        store=store,
        reads=urgent,
        orders=orders,
        journal=journal,
        reconciler=reconciler,
        tasks=tasks,
        new_id=_new_id,
    )
    hotkeys = HotkeyDesk(
        store=store,
        reverser=reverser,
        safety=safety,
        halt=halt,
        reconciler=reconciler,
        reads=urgent,
        clock=clock,
        tasks=tasks,
        call_soon=asyncio.get_running_loop().call_soon_threadsafe,
    )
    hotkeys.keys = place.hotkeys(hotkeys.heard)
    parts = UseCases(
        store=store,
        reverser=reverser,
        safety=safety,
        halt=halt,
        hotkeys=hotkeys,
        session=Session(
            store=store,
            try_out=try_out,
            secrets=place.secrets,
            holder=place.holder,
            feed=feed,
            live=live,
            tasks=tasks,
        ),
        live=live,
        desk=Desk(
            store=store,
            feed=feed,
            settings_store=settings_file.SettingsFile(place.paths.settings),
            tasks=tasks,
            settings=loaded.settings,
            new_id=_new_id,
        ),
        sounds=loudspeaker,
        lock=screen_lock(),
        messages=messages(),
    )
    specs = read_table(resources.read_text("instruments.json"))
    return Panel(
        parts,
        journal,
        (order_channel, read_channel),
        tasks,
        lambda: budget.level,
        specs,
        on_error,
        functools.partial(was_knocked, place.paths.knock),
        clock.second_of,
        loudspeaker.end,
        tuple(_notices(loaded)),
    )


def _notices(loaded: Loaded) -> Iterator[Noticed]:
    if loaded.kept_aside:
        yield Noticed(Notice.SETTINGS_UNREADABLE, loaded.kept_aside)
    if loaded.unknown_keys:
        yield Noticed(Notice.KEY_UNKNOWN, ", ".join(loaded.unknown_keys))


def _halted(place: Place, loaded: Loaded) -> Halted | None:
    """Whether an earlier run was halted; limits that could not be read halt, they may be wider."""
    found = place.switch.load()
    if found is None and loaded.kept_aside:
        return place.switch.pull(HaltCause.SETTINGS)
    return found


class _Faults:
    """Where every error that nobody caught ends: in the log, on the screen, before any order."""

    store: Store | None = None

    def __call__(self, name: str, error: BaseException) -> None:
        """Take one error. Its text stays in the log: it may quote what it failed on."""
        log.error("uncaught in %s", name, exc_info=error)
        text = f"{type(error).__name__} in {name}"
        if self.store is not None and text not in self.store.state.faults:
            self.store.update(lambda state: replace(state, faults=(*state.faults, text)))


def _first_state(
    place: Place, settings: Settings, clock: SystemClock, decimal_sign: str
) -> PanelState:
    state = PanelState(
        origin=place.origin,
        on_paper=place.on_paper,
        now=clock.monotonic(),
        today=clock.today(),
        decimal_sign=decimal_sign,
        elsewhere="" if place.on_paper or place.origin == CROSSTRADE else host_of(place.origin),
        ticket=Ticket(
            account=settings.account, entry=settings.entries.get(settings.account, Entry.ONE_CALL)
        ),
        wants_stream=True if place.on_paper else settings.streams.get(place.origin),
        entries=settings.entries,
        confirmations=settings.confirmations,
        presets=settings.presets,
        recents=settings.recents,
        strategies=settings.strategies,
        limits=settings.limits,
    )
    return with_instrument_asked(with_instrument_typed(state, settings.instrument))


def _new_id() -> str:
    return uuid.uuid4().hex
