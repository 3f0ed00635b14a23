"""What is done with the panel under measurement: presses, rows, and looking at its loop."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Final

from ctpanel.app.record import facts_of_intent
from ctpanel.crosstrade.transport import Channel
from ctpanel.domain.limits import HOLD_AFTER_PRESS, SETTLE
from ctpanel.domain.reverse import Plan
from ctpanel.domain.state import PanelState
from ctpanel.domain.steps import Step
from ctpanel.domain.values import Action
from ctpanel.hotkeys.held import UP_FOR
from ctpanel.lifetime import Panel
from ctpanel.ui.application import PanelView
from tests.benchmarks.keyboard import Hand
from tests.benchmarks.painted import PaintWatch
from tests.benchmarks.shots import Shot, now, since
from tests.benchmarks.world import ACCOUNTS, CONTRACT
from tests.fakes.examples import intent

TICK: Final = 0.002
"""Seconds between two looks at the loop."""

LOOKS: Final = 4000

TO_BE_PAINTED: Final = 0.02
"""Seconds in which what has just been read is on the screen."""

LONGEST: Final = 10
"""Seconds after which a press that came to nothing is a fault of the benchmark."""


class Presser:
    """Presses the real button of a real window. `leap` sets the panel's clock forward."""

    def __init__(self, panel: Panel, view: PanelView, leap: Callable[[float], None]) -> None:
        self._panel = panel
        self._store = panel.parts.store
        self._button = view.window.reverse
        self._watch = PaintWatch(self._button)
        self._leap = leap

    async def press_over_rest(self) -> Shot:
        """One press without the stream."""
        await self._take(live=False)
        return await self._press()

    async def press_over_stream(self) -> Shot:
        """One press over the stream."""
        await self._take(live=True)
        return await self._press(live=True)

    async def _take(self, *, live: bool) -> None:
        """Have orders take this way; asked for again when the clock was set forward.

        The newest answer of the stream seems older then, and orders may take REST for a moment.
        """
        use = self._panel.parts.live
        if self._store.state.wants_stream is not live:
            use.choose(use=live)
        async with asyncio.timeout(LONGEST):
            while use.is_live is not live:
                await asyncio.sleep(0.005)

    async def _press(self, *, live: bool = False) -> Shot:
        """From the click on."""
        await self._be_ready()
        await self._take(live=live)
        painted = self._watch.next_change()
        began = now()
        self._button.click()
        await self._until(lambda state: bool(state.in_flight))
        painted_at = await asyncio.wait_for(painted, LONGEST)
        await self._until(lambda state: not state.in_flight)
        return Shot(began, 1, {"press_to_painted": [(painted_at - began) / 1e6]})

    async def press_by_hotkey(self) -> Shot:
        """One press of a system-wide key, armed, over REST like the button's."""
        await self._take(live=False)
        await self._be_ready()
        if self._store.state.armed is None:
            self._panel.parts.hotkeys.arm()
        preset = self._store.state.presets[0]
        assert preset.chord is not None
        hand = self._hand()
        await asyncio.sleep(2 * UP_FOR)
        began = now()
        hand.press(preset.chord)
        await self._until(lambda state: bool(state.in_flight))
        hand.release(preset.chord)
        await self._until(lambda state: not state.in_flight)
        return Shot(began, 1)

    @cache  # noqa: B019 - one presser, one hand
    def _hand(self) -> Hand:
        return Hand(os.environ["DISPLAY"])

    async def press_cold(self) -> Shot:
        """One press after so long without one that the order connection has been closed."""
        await self._take(live=False)
        for connection in tuple(self._panel.channels[0]._transport._pool.connections):
            if connection.is_idle():
                await connection.aclose()
        shot = await self._press()
        return Shot(shot.began, shot.orders)

    async def fan_out(self) -> Shot:
        """Twenty reverses, each latched, recorded and sent as a press does it, in one call.

        A preset of a group presses at most five accounts; this is the way beneath it.
        """
        reverser = self._panel.parts.reverser
        await self._take(live=True)
        read = reverser.legs.reconciler.read
        await asyncio.gather(*(read((account, CONTRACT)) for account in ACCOUNTS))
        await self._be_ready()
        await self._take(live=True)
        plans = [_plan(self._store.state, account) for account in ACCOUNTS]
        began = now()
        for plan in plans:
            reverser._launch(self._store.state, plan)
        await self._until(lambda state: not state.in_flight)
        return Shot(began, len(plans))

    async def commit(self) -> Shot:
        """One row of a reverse."""
        facts = facts_of_intent(intent(), self._store.state.origin)
        began = now()
        await self._panel.journal.append("bench", Step.SENDING.value, facts)
        return Shot(found={"journal_commit": [since(began)]})

    async def gaps(self) -> Shot:
        """How late the loop comes back while the stream carries its load."""
        await self._take(live=True)
        late = []
        for _ in range(LOOKS):
            began = now()
            await asyncio.sleep(TICK)
            late.append(max(0.0, since(began) - TICK * 1000))
        return Shot(found={"loop_gap": late})

    async def _be_ready(self) -> None:
        """Let the hold after the last press pass, have fresh readings, and be idle."""
        await self._until(lambda state: not state.in_flight)
        self._leap(HOLD_AFTER_PRESS + SETTLE)
        self._store.update(lambda state: replace(state, sent=()))  # no same order, none too soon
        began = self._store.state.now
        self._panel.parts.desk.feed.nudge()
        self._panel.parts.desk.feed.reread()
        await self._until(lambda state: _is_read_since(state, began))
        self._leap(SETTLE)  # what the readings have made of the button has stood long enough
        self._store.update(lambda state: state)
        await self._until(_is_ready)
        async with asyncio.timeout(LONGEST):
            while any(map(_is_busy, self._panel.channels)) or not self._button.isEnabled():
                await asyncio.sleep(0.005)
        await asyncio.sleep(TO_BE_PAINTED)

    async def _until(self, holds: Callable[[PanelState], bool]) -> None:
        """Wait without making the panel do anything it would not do by itself."""
        reached = asyncio.Event()

        def look(state: PanelState) -> None:
            if holds(state):
                reached.set()

        self._store.subscribe(look)
        try:
            look(self._store.state)
            async with asyncio.timeout(LONGEST):
                await reached.wait()
        except TimeoutError:
            state = self._store.state
            raise TimeoutError(f"{state.last_event!r}, {state.offer!r}") from None
        finally:
            self._store.unsubscribe(look)


def _is_read_since(state: PanelState, began: float) -> bool:
    read = (state.quote, state.position, state.orders.get(state.ticket.account))
    return all(one is not None and one.at >= began for one in read)


def _is_ready(state: PanelState) -> bool:
    return isinstance(state.offer, Plan) and state.now - state.offer_since > SETTLE


def _is_busy(channel: Channel) -> bool:
    """Whether anything is on its way; a closed connection stays listed until the next request."""
    connections = channel._transport._pool.connections
    return not all(connection.is_idle() or connection.is_closed() for connection in connections)


def _plan(state: PanelState, account: str) -> Plan:
    """What the button would say if the ticket named this account."""
    held = state.position_of((account, CONTRACT))
    assert isinstance(state.offer, Plan)
    assert held is not None
    action = Action.SELL if held.value.net > 0 else Action.BUY
    order = replace(state.offer.order, action=action)
    listed = next(one for one in state.accounts if one.name == account)
    return replace(state.offer, account=listed, start=held.value, order=order)
