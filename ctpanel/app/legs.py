"""One order call of a reverse: its row, its time limit, its one attempt, its answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ctpanel.app.book import IntentBook
from ctpanel.app.ports import Clock, HaltSwitch, JournalFailed, ServerOrders
from ctpanel.app.reconcile import Reconciler
from ctpanel.app.record import facts_of_outcome
from ctpanel.app.store import Store
from ctpanel.app.tasks import Tasks
from ctpanel.domain.outcomes import Accepted, Cause, NotSent, Refused, Unknown, WireOutcome
from ctpanel.domain.report import Leg, ReverseTaken, ReverseUnanswered
from ctpanel.domain.reverse import Intent
from ctpanel.domain.state import PanelState, Phase
from ctpanel.domain.steps import Step

_ANSWERS: Final[Mapping[Step, tuple[Step, Step, Step, Step]]] = {
    # after                accepted          unknown                refused        not sent
    Step.SENDING: (Step.TAKEN, Step.UNANSWERED, Step.REFUSED, Step.NOT_SENT),
    Step.ENTERING: (
        Step.ENTRY_TAKEN,
        Step.ENTRY_UNANSWERED,
        Step.ENTRY_REFUSED,
        Step.ENTRY_REFUSED,
    ),
}


@dataclass(kw_only=True, eq=False)
class Legs:
    """What carrying out a reverse needs."""

    store: Store
    orders: ServerOrders
    book: IntentBook
    reconciler: Reconciler
    clock: Clock
    tasks: Tasks
    switch: HaltSwitch
    new_id: Callable[[], str]

    async def send(  # noqa: PLR0913, PLR0917 - what is sent, and everything that bounds it
        self,
        intent: Intent,
        step: Step,
        facts: Mapping[str, str],
        within: float,
        leg: Leg,
        call: Callable[[], Awaitable[WireOutcome]],
    ) -> WireOutcome:
        """Write that bytes may leave, let them leave once, write what came back.

        `within` is how old the press may be, in seconds, when they do.
        """
        try:
            await self.book.enter(intent, step, facts)
        except JournalFailed as error:
            return self._unwritten(intent, step, str(error))
        began = self.clock.monotonic()
        if self.switch.is_pulled:  # the last look: it may have been pulled since the press
            outcome: WireOutcome = NotSent(Cause.HALTED)
        elif self.store.state.in_flight[intent.key].is_flattened:
            outcome = NotSent(Cause.FLATTENED)
        elif self.age(intent) > within:
            outcome = NotSent(Cause.TOO_LATE)
        else:
            self.book.permit(intent)
            outcome = await call()
        await self.book.note(intent, _step_of(step, outcome), facts_of_outcome(outcome))
        self._tell(intent, leg, outcome, began)
        return outcome

    def age(self, intent: Intent) -> float:
        """Seconds since the press; by both clocks, for either may have stood still or jumped."""
        flight = self.store.state.in_flight[intent.key]
        by_wall = (self.clock.wall() - intent.pressed_at).total_seconds()
        return max(self.clock.monotonic() - flight.since, abs(by_wall))

    def enter_phase(self, intent: Intent, phase: Phase) -> None:
        """Show where it stands."""
        self.store.update(lambda state: _in_phase(state, intent, phase))

    def _unwritten(self, intent: Intent, step: Step, reason: str) -> NotSent:
        """The row may still come through, late: then one that ends it must stand behind it."""
        outcome = NotSent(Cause.JOURNAL, reason)
        self.store.update(lambda state: replace(state, journal_fault=reason))
        if step is Step.SENDING:
            row = self.book.note(intent, Step.NOT_SENT, facts_of_outcome(outcome))
            self.tasks.spawn(row, "journal")
        return outcome

    def _tell(self, intent: Intent, leg: Leg, outcome: WireOutcome, began: float) -> None:
        millis = round((self.clock.monotonic() - began) * 1000)
        if isinstance(outcome, Accepted):
            taken = ReverseTaken(intent.plan, millis, leg)
            self.store.report(taken, lambda s: _in_phase(s, intent, Phase.READING_BACK))
        elif isinstance(outcome, Unknown):
            unanswered = ReverseUnanswered(intent.plan, outcome.cause, leg)
            self.store.report(unanswered, lambda s: _in_phase(s, intent, Phase.UNANSWERED))


def _step_of(step: Step, outcome: WireOutcome) -> Step:
    taken, unanswered, refused, not_sent = _ANSWERS[step]
    match outcome:
        case Accepted():
            return taken
        case Unknown():
            return unanswered
        case Refused():
            return refused
        case NotSent():
            return not_sent


def _in_phase(state: PanelState, intent: Intent, phase: Phase) -> PanelState:
    flight = replace(state.in_flight[intent.key], phase=phase)
    return replace(state, in_flight={**state.in_flight, intent.key: flight})
