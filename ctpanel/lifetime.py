"""One panel from its window's opening to its end: what starts in which order, what ends in which.

It is given everything built; building is main's work.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Final

from PySide6.QtWidgets import QApplication

from ctpanel.app.announce import Announcer
from ctpanel.app.away import disarm_when_away
from ctpanel.app.feed import heartbeat
from ctpanel.app.ports import JournalFailed
from ctpanel.app.record import DamagedRecord
from ctpanel.app.reopen import open_intents, sent_on
from ctpanel.app.tasks import Tasks
from ctpanel.crosstrade.transport import Channel
from ctpanel.domain.instrument import InstrumentSpec
from ctpanel.domain.report import Noticed
from ctpanel.domain.state import PanelState
from ctpanel.local.journal import PUT_ASIDE, SqliteJournal
from ctpanel.ui.application import PanelView, UseCases

LONGEST_GOODBYE: Final = 35.0
"""Seconds a closing panel waits: a reverse's deadline and the time to read it back."""

KNOCKS_EVERY: Final = 0.3
"""Seconds between two looks at whether the window is to be shown."""

INTERRUPTED: Final = 130
"""Exit status of a script that a signal or a closed window ended, as a shell gives it."""

log = logging.getLogger("ctpanel")


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel, built; `at` turns a moment of the day into a monotonic second."""

    parts: UseCases
    journal: SqliteJournal
    channels: tuple[Channel, ...]
    tasks: Tasks
    allowance: Callable[[], float]
    specs: Mapping[str, InstrumentSpec]
    on_error: Callable[[str, BaseException], None]
    was_knocked: Callable[[], bool]
    at: Callable[[datetime], float]
    end_sounds: Callable[[], None]
    notices: tuple[Noticed, ...] = ()


Script = Callable[[Panel, PanelView], Coroutine[Any, Any, int]]
"""Something that drives a panel by itself and then ends it, giving an exit status."""


async def live(app: QApplication, build: Callable[[], Panel], script: Script | None = None) -> int:
    """Open the window, run until it is closed, and end in good order."""
    stop = asyncio.Event()
    panel = build()
    _catch_everything(panel.on_error)
    with suppress(NotImplementedError):  # Windows has no signal handlers on a loop
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    view = PanelView(app, panel.parts, panel.specs)
    view.dialogs.close_confirmed.connect(stop.set)
    view.window.show()
    await _start(panel)
    panel.tasks.spawn(_answer_knocks(panel, view), "knocks")
    disarm_when_away(panel.parts.lock, panel.parts.hotkeys)
    if script is None:  # what drives a panel by itself does not look away from it
        _announce(panel, view)
    status = await until_stopped(stop, script(panel, view) if script else None)
    await _end(panel, view)
    return status


def _announce(panel: Panel, view: PanelView) -> None:
    """Have what happens from now on heard, and called out."""
    store = panel.parts.store
    announcer = Announcer(play=panel.parts.sounds.play, call=view.call)
    announcer.follow(store.state)
    store.subscribe(announcer.follow)


async def until_stopped(stop: asyncio.Event, script: Coroutine[Any, Any, int] | None) -> int:
    """Run until the window is closed, a signal comes, or the script is through."""
    if script is None:
        await stop.wait()
        return 0
    stopped, scripted = asyncio.ensure_future(stop.wait()), asyncio.ensure_future(script)
    await asyncio.wait({stopped, scripted}, return_when=asyncio.FIRST_COMPLETED)
    is_through = scripted.done()
    for task in (stopped, scripted):
        task.cancel()
    await asyncio.wait({stopped, scripted})
    return scripted.result() if is_through else INTERRUPTED


def _catch_everything(on_error: Callable[[str, BaseException], None]) -> None:
    """Log and show what nobody caught; a panel with a fault sends nothing."""

    def hook(
        _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        on_error("a callback", error)

    def from_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        text = str(context.get("message", "the event loop"))
        on_error(text, error if isinstance(error, BaseException) else RuntimeError(text))

    sys.excepthook = hook
    asyncio.get_running_loop().set_exception_handler(from_loop)


async def _start(panel: Panel) -> None:
    """Open the record first: without it nothing may be sent."""
    store = panel.parts.store
    for noticed in panel.notices:
        store.update(partial(_with_notice, noticed=noticed))
    try:
        await panel.journal.open()
        rows = await panel.journal.rows()
        await panel.parts.reverser.restore(open_intents(rows, store.state.origin))
        sent = sent_on(rows, store.state.today, panel.at)
        store.update(lambda state: replace(state, sent=sent))
    except (JournalFailed, DamagedRecord) as error:
        reason = str(error) if isinstance(error, JournalFailed) else f"{error}. {PUT_ASIDE}"
        store.update(lambda state: replace(state, journal_fault=reason))
    store.subscribe(panel.parts.desk.follow)
    store.subscribe(panel.parts.halt.follow)
    panel.tasks.spawn(panel.parts.hotkeys.run(), "hotkeys")
    panel.tasks.spawn(heartbeat(store, panel.allowance), "heartbeat")
    panel.parts.session.start()


def _with_notice(state: PanelState, noticed: Noticed) -> PanelState:
    return replace(state, notices=(*state.notices, noticed))


async def _answer_knocks(panel: Panel, view: PanelView) -> None:
    """Show the window when the program is started once more on the same folder."""
    while True:
        if panel.was_knocked():
            view.window.come_forward()
        await asyncio.sleep(KNOCKS_EVERY)


async def _end(panel: Panel, view: PanelView) -> None:
    """Let what is in flight come to its end - an order is never cut off - then close."""
    store = panel.parts.store
    store.update(lambda state: replace(state, is_closing=True))
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_GOODBYE):
            while store.state.in_flight or store.state.acts:
                await asyncio.sleep(0.05)
    view.keep_place()
    store.unsubscribe(panel.parts.desk.follow)
    store.unsubscribe(panel.parts.halt.follow)
    await panel.parts.hotkeys.close()
    await panel.parts.desk.saved()
    await panel.tasks.cancel_all()
    for channel in panel.channels:
        await channel.close()
    with suppress(JournalFailed):
        await panel.journal.close()
    panel.parts.lock.end()
    panel.end_sounds()
    view.close()
