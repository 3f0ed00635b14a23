"""Halting, and ending the halt. Pulling needs nothing: no connection, no loop that turns."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from ctpanel.app.ports import HaltSwitch, Journal, JournalFailed
from ctpanel.app.store import Store
from ctpanel.app.tasks import Tasks
from ctpanel.domain.guards import sent_in_minute
from ctpanel.domain.halt import HaltCause, Halted
from ctpanel.domain.report import HaltPulled, HaltReleased, Notice, Noticed
from ctpanel.domain.state import PanelState

HALT: Final = "HALT"
RESUME: Final = "RESUME"
"""Words of the record; what was sent before the last RESUME no longer counts for a limit."""


@dataclass(kw_only=True, eq=False)
class Halt:
    """The halt of the running panel."""

    store: Store
    switch: HaltSwitch
    journal: Journal
    tasks: Tasks
    new_id: Callable[[], str]

    def pull(self, cause: HaltCause = HaltCause.BY_HAND) -> None:
        """Halt, from the window's own thread."""
        self.show(self.switch.pull(cause))

    def show(self, halted: Halted) -> None:
        """Say that the switch has been pulled; called in the window's loop."""
        if self.store.state.halted is not None:
            self.keep()  # who halts again does not want it to end
            return
        if not self.switch.is_pulled:  # the question of an earlier halt was answered meanwhile
            halted = self.switch.pull(halted.cause)
        self.store.report(
            HaltPulled(halted.cause), lambda state: replace(state, halted=halted, confirming=None)
        )
        if not halted.saved:
            self._notice("the data folder cannot be written")
        self.tasks.spawn(self._note(HALT, halted.cause.name), "journal")

    def ask_release(self) -> None:
        """The trader wants to trade again: it is asked first."""
        self.store.update(lambda state: replace(state, asks_release=state.halted is not None))

    def keep(self) -> None:
        """The trader was asked, and the halt stays."""
        self.store.update(lambda state: replace(state, asks_release=False))

    def release(self) -> None:
        """The trader confirmed; the limits of reverses in a minute and a day begin anew."""
        if not self.store.state.asks_release:
            return
        try:
            self.switch.release()
        except OSError as error:
            self.keep()
            self._notice(f"the halt stays: {error.strerror or type(error).__name__}")
            return
        self.store.report(HaltReleased(), _released)
        self.tasks.spawn(self._note(RESUME, ""), "journal")

    def follow(self, state: PanelState) -> None:
        """Subscribe this to the store: reaching a limit of reverses halts, once nothing is open."""
        if state.halted is None and not state.in_flight and (cause := reached(state)) is not None:
            self.pull(cause)

    def _notice(self, detail: str) -> None:
        noticed = Noticed(Notice.HALT_NOT_SAVED, detail)
        self.store.report(noticed, lambda state: replace(state, notices=(*state.notices, noticed)))

    async def _note(self, step: str, cause: str) -> None:
        try:
            await self.journal.append(self.new_id(), step, {"cause": cause} if cause else {})
        except JournalFailed as error:
            reason = str(error)
            self.store.update(lambda state: replace(state, journal_fault=reason))


def reached(state: PanelState) -> HaltCause | None:
    """The limit of reverses that has been reached, or None."""
    if sent_in_minute(state.sent, state.now) >= state.limits.per_minute:
        return HaltCause.PER_MINUTE
    if sum(sent.day == state.today for sent in state.sent) >= state.limits.per_day:
        return HaltCause.PER_DAY
    return None


def _released(state: PanelState) -> PanelState:
    return replace(state, halted=None, asks_release=False, sent=())
