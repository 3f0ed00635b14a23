"""Hotkeys: from a key that was heard to what its preset stands for. Which keys there are is theirs.

A key is heard in a thread of the system's. Halt is pulled in that thread; everything else waits for
the window's loop, and is judged there exactly as a press on the button is.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from ctpanel.app.halt import Halt
from ctpanel.app.ports import (
    Clock,
    Hotkeys,
    KeyEvent,
    ReadCause,
    ReadFailed,
    ServerReads,
)
from ctpanel.app.reconcile import Reconciler
from ctpanel.app.reverse import Reverser
from ctpanel.app.safety import Safety
from ctpanel.app.store import Store
from ctpanel.app.tasks import Tasks
from ctpanel.domain.arming import Armed, Disarm
from ctpanel.domain.chord import Chord, plain_label
from ctpanel.domain.halt import HaltCause
from ctpanel.domain.instrument import Contract
from ctpanel.domain.limits import HOLD_TO_FIRE, PRESS_TO_WIRE
from ctpanel.domain.offers import (
    aimed_offer,
    contract_of,
    needs_reading,
    why_key_ignored,
    why_not_arm,
)
from ctpanel.domain.outcomes import Code, Denied, deny
from ctpanel.domain.presets import Deed, Preset
from ctpanel.domain.readings import with_quote
from ctpanel.domain.report import Act, KeyIgnored, KeysArmed, KeysDisarmed
from ctpanel.domain.reverse import Plan
from ctpanel.domain.state import Aim, Focus, Keys, PanelState

ARM: Final = "Arm hotkeys"
LOOK_EVERY: Final = 1.0
"""Seconds between two looks at how the keys stand."""


@dataclass(frozen=True, slots=True)
class _Press:
    """A key that was heard: which preset, the monotonic second, and whether its end is told.

    Attributes:
        aims: what it is about, by what stood in the window then: that may change before the loop
            comes to it, or while it is read or held.
    """

    preset: Preset
    aims: tuple[Aim, ...]
    at: float
    tells_release: bool = True


@dataclass(kw_only=True, eq=False)
class HotkeyDesk:
    """What the hotkeys do.

    Attributes:
        call_soon: has something done in the window's loop, from any thread.
        rehearse: is told the preset whose key was pressed, instead of anything being done, while
            the trader is choosing or trying a key; Halt halts all the same.
    """

    store: Store
    reverser: Reverser
    safety: Safety
    halt: Halt
    reconciler: Reconciler
    reads: ServerReads
    clock: Clock
    tasks: Tasks
    call_soon: Callable[[Callable[[], None]], object]
    keys: Hotkeys | None = None
    rehearse: Callable[[str], None] | None = None
    _held: dict[str, tuple[_Press, asyncio.Task[None]]] = field(default_factory=dict, init=False)
    _up_since: dict[str, float] = field(default_factory=dict, init=False)

    # --- what is heard --------------------------------------------------------------------------

    def heard(self, event: KeyEvent) -> None:
        """A key went down or up; called in any thread."""
        self._hear(event, tells_release=self.keys is not None and self.keys.tells_release)

    def _hear(self, event: KeyEvent, *, tells_release: bool) -> None:
        state = self.store.state
        preset = next((p for p in state.presets if p.name == event.name), None)
        if preset is None:
            return
        if preset.deed is Deed.HALT:
            if event.is_press:
                halted = self.halt.switch.pull(HaltCause.BY_HAND)
                self.call_soon(lambda: self.halt.show(halted))
            return
        pressed = _Press(preset, _aims(preset, state), self.clock.monotonic(), tells_release)
        take = self._press if event.is_press else self._let_go
        self.call_soon(lambda: take(pressed))

    def press_in_window(self, name: str) -> None:
        """A preset's key was pressed in the window itself, where no system-wide one is heard.

        When it is let go is not told: what must be held is asked about instead.
        """
        self._hear(KeyEvent(name, is_press=True, at=0.0), tells_release=False)

    def _press(self, pressed: _Press) -> None:
        preset, state = pressed.preset, self.store.present()
        if self.rehearse is not None:
            self.rehearse(preset.name)
        elif (denied := self._why_ignored(pressed, state)) is not None:
            self._ignore(preset, denied)
        elif preset.deed is Deed.REVERSE:
            self._reverse(pressed, state)
        else:
            self._take_off(pressed, state)

    def _why_ignored(self, pressed: _Press, state: PanelState) -> Denied | None:
        late = self.clock.monotonic() - pressed.at
        if late > PRESS_TO_WIRE:
            return deny(Code.PRESS_TOO_OLD, seconds=f"{late:.1f}")
        if not pressed.preset.deed.opens_risk:
            return None
        if self.halt.switch.is_pulled:
            return deny(Code.HALTED, why=HaltCause.BY_HAND.value)
        if pressed.preset.name in self._held:
            return deny(Code.BUSY)
        return why_key_ignored(state, pressed.preset)

    def _ignore(self, preset: Preset, denied: Denied) -> None:
        self.store.report(KeyIgnored(preset.name, denied))

    # --- reversing ------------------------------------------------------------------------------

    def _reverse(self, pressed: _Press, state: PanelState) -> None:
        if any(needs_reading(state, aim) for aim in pressed.aims):
            name = pressed.preset.name
            self.store.update(lambda now: replace(now, preparing=now.preparing | {name}))
            self.tasks.spawn(self._read_first(pressed), f"preset {name}")
        else:
            self._go(pressed)
        self.store.update(_used)  # last: it is drawn, and drawing takes longer than an order

    async def _read_first(self, pressed: _Press) -> None:
        """What the window does not show is read once more; a reading that fails sends nothing."""
        name = pressed.preset.name
        try:
            async with asyncio.timeout(PRESS_TO_WIRE):
                await asyncio.gather(*self._readings(pressed), return_exceptions=True)
        except TimeoutError:
            pass  # what was not read is not fresh, and is judged so
        finally:
            self.store.update(lambda now: replace(now, preparing=now.preparing - {name}))
        state = self.store.present()
        if (denied := self._why_ignored(pressed, state)) is not None:
            self._ignore(pressed.preset, denied)
        else:
            self._go(pressed)

    def _readings(self, pressed: _Press) -> Iterator[Awaitable[object]]:
        """Each market once: what is spared is left of the allowance for the orders."""
        found = ((aim, contract_of(self.store.state, aim)) for aim in pressed.aims)
        keys = [(aim.account, where) for aim, where in found if isinstance(where, Contract)]
        yield from map(self._read_quote, {contract for _, contract in keys})
        yield from map(self.reconciler.read, keys)

    async def _read_quote(self, contract: Contract) -> None:
        at = self.clock.monotonic()
        quote = await self.reads.quote(contract.name)
        if quote.contract != contract:
            raise ReadFailed(ReadCause.GARBLED.value)
        self.store.update(lambda state: with_quote(state, quote, at))

    def _go(self, pressed: _Press) -> None:
        """Fire, or wait whether the key stays down where it must be held."""
        name = pressed.preset.name
        offers = [aimed_offer(self.store.state, aim) for aim in pressed.aims]
        must_hold = any(isinstance(offer, Plan) and offer.is_held for offer in offers)
        if not (must_hold and pressed.tells_release):
            self._fire(pressed, was_held=False)
        elif (up := self._up_since.get(name, -math.inf)) >= pressed.at:
            self._say_let_go(pressed, up)  # while its accounts were read
        else:
            waiting = self.tasks.spawn(self._when_held(pressed), "held key")
            self._held[name] = pressed, waiting

    async def _when_held(self, pressed: _Press) -> None:
        await asyncio.sleep(max(0.0, HOLD_TO_FIRE - (self.clock.monotonic() - pressed.at)))
        self._held.pop(pressed.preset.name, None)
        if (denied := self._why_ignored(pressed, self.store.present())) is not None:
            self._ignore(pressed.preset, denied)
        elif self.keys is not None and self.keys.problem:  # nobody would have told its end
            self._ignore(pressed.preset, deny(Code.KEYS_UNAVAILABLE, why=self.keys.problem))
        else:
            self._fire(pressed, was_held=True)

    def _let_go(self, released: _Press) -> None:
        self._up_since[released.preset.name] = released.at
        held = self._held.pop(released.preset.name, None)
        if held is not None:
            pressed, waiting = held
            waiting.cancel()
            self._say_let_go(pressed, released.at)

    def _say_let_go(self, pressed: _Press, at: float) -> None:
        seconds = f"{at - pressed.at:.1f}"
        self._ignore(pressed.preset, deny(Code.LET_GO, seconds=seconds, limit=HOLD_TO_FIRE))

    def _fire(self, pressed: _Press, *, was_held: bool) -> None:
        alone = len(pressed.aims) == 1
        for aim in pressed.aims:
            denied = self.reverser.fire(aim, alone=alone, was_held=was_held)
            if denied is not None:
                self._ignore(pressed.preset, denied)

    # --- taking risk off ------------------------------------------------------------------------

    def _take_off(self, pressed: _Press, state: PanelState) -> None:
        act = Act.CLOSE if pressed.preset.deed is Deed.CLOSE else Act.CANCEL
        for aim in pressed.aims:
            contract = contract_of(state, aim)
            if isinstance(contract, Denied):
                self._ignore(pressed.preset, contract)
            else:
                self.safety.act_on(act, aim.account, contract)

    # --- arming ---------------------------------------------------------------------------------

    def arm(self) -> None:
        """Keys may open risk, if nothing speaks against it."""
        state = self.store.present()
        account = state.account
        if (denied := why_not_arm(state)) is not None or account is None:
            no_account = deny(Code.ACCOUNT_NOT_LISTED, account=state.ticket.account)
            self.store.report(KeyIgnored(ARM, denied or no_account))
            return
        armed = Armed(account.name, account.kind.value, state.now)
        said = KeysArmed(account.name, state.limits.disarm_after)
        self.store.report(said, lambda now: replace(now, armed=armed))

    def disarm(self, why: Disarm) -> None:
        """Keys open nothing any more."""
        state = self.store.state
        if state.armed is not None:
            said = KeysDisarmed(why, state.limits.disarm_after)
            self.store.report(said, lambda now: replace(now, armed=None))

    def see_focus(self, focus: Focus) -> None:
        """What in the window has the keyboard has changed."""
        if focus is not self.store.state.focus:
            self.store.update(lambda state: replace(state, focus=focus))

    # --- the keys themselves --------------------------------------------------------------------

    def label(self, chord: Chord) -> str:
        """A chord as the keyboard in use writes it."""
        return plain_label(chord) if self.keys is None else self.keys.label(chord)

    def edit(self, presets: tuple[Preset, ...]) -> None:
        """The trader has edited the presets; keys are asked for anew."""
        self.disarm(Disarm.BY_HAND)
        self.store.update(lambda state: replace(state, presets=presets))
        self.tasks.spawn(self.bind(), "hotkeys")

    async def bind(self) -> None:
        """Have the system tell of every preset's key."""
        keys = self.keys
        if keys is None:
            return
        wanted = {p.name: p.chord for p in self.store.state.presets if p.chord is not None}
        missing = {} if keys.problem else dict(await keys.bind(wanted))
        labels = {name: keys.label(chord) for name, chord in wanted.items()}
        self._show(Keys(keys.problem, missing, labels))

    async def run(self) -> None:
        """Bind, and look from then on whether the keys still reach the panel, and how they read."""
        await self.bind()
        keys = self.keys
        while keys is not None:
            await asyncio.sleep(LOOK_EVERY)
            state = self.store.state
            labels = {p.name: keys.label(p.chord) for p in state.presets if p.chord is not None}
            shown = replace(state.keys, problem=keys.problem, labels=labels)
            if shown != state.keys:
                self._show(shown)

    def _show(self, keys: Keys) -> None:
        self.store.update(lambda state: replace(state, keys=keys))

    async def close(self) -> None:
        """Let every key go."""
        if self.keys is not None:
            await self.keys.close()


def _aims(preset: Preset, state: PanelState) -> tuple[Aim, ...]:
    accounts = preset.accounts_for(state.ticket.account)
    return tuple(_with_held(Aim(preset, account, state.contract), state) for account in accounts)


def _with_held(aim: Aim, state: PanelState) -> Aim:
    contract = contract_of(state, aim)
    known = None if isinstance(contract, Denied) else state.position_of((aim.account, contract))
    return aim if known is None else replace(aim, held=known.value.net)


def _used(state: PanelState) -> PanelState:
    armed = state.armed
    return state if armed is None else replace(state, armed=replace(armed, used_at=state.now))
