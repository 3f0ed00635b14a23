"""Every intent's way through its steps: each is checked, then written, then taken.

The rules that must never break are asserted here, in the running program: one open intent for each
account and contract, no bytes without their durable row, no order twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ctpanel.app.ports import Journal, JournalFailed
from ctpanel.app.store import Store
from ctpanel.domain.reverse import Intent, Key
from ctpanel.domain.steps import Step, StepOutOfTurn, follow


@dataclass(eq=False)
class IntentBook:
    """Where each intent of this run stands."""

    journal: Journal
    store: Store
    _at: dict[str, Step] = field(default_factory=dict, init=False)
    _open: dict[Key, str] = field(default_factory=dict, init=False)
    _sent: set[tuple[str, Step]] = field(default_factory=set, init=False)

    def resume(self, intent: Intent, step: Step) -> None:
        """An intent of an earlier run that is still open; nothing of it is ever sent again."""
        self._at[intent.intent_id] = step
        self._open[intent.key] = intent.intent_id
        self._sent.add((intent.intent_id, step))

    async def enter(self, intent: Intent, step: Step, facts: Mapping[str, str]) -> None:
        """Be at a step, durably.

        Raises:
            JournalFailed: it is not certain to be on disk, and is not entered.
            StepOutOfTurn: it may not be entered now.
        """
        self._check(intent, step)
        self._open.setdefault(intent.key, intent.intent_id)  # before anyone else can
        try:
            await self.journal.append(intent.intent_id, step.value, facts)
        except JournalFailed:
            self._sent.add((intent.intent_id, step))  # the row may come yet: never a second one
            if step is Step.SENDING:
                del self._open[intent.key]
            raise
        self._take(intent, step)

    async def note(self, intent: Intent, step: Step, facts: Mapping[str, str]) -> None:
        """Be at a step that has happened, recorded or not; a failure blocks the next press.

        Raises:
            StepOutOfTurn: it may not be entered now.
        """
        self._check(intent, step)
        if step.lets_bytes_leave:
            raise StepOutOfTurn(f"{step.value} without waiting for its row")
        self._take(intent, step)
        try:
            await self.journal.append(intent.intent_id, step.value, facts)
        except JournalFailed as error:
            reason = str(error)
            self.store.update(lambda state: replace(state, journal_fault=reason))

    def permit(self, intent: Intent) -> None:
        """Allow one order to be sent, at the step the intent is at.

        Raises:
            StepOutOfTurn: no row allows it, or it was sent already.
        """
        step = self._at.get(intent.intent_id)
        if step is None or not step.lets_bytes_leave or (intent.intent_id, step) in self._sent:
            raise StepOutOfTurn(f"an order at {step.value if step else 'no step'}, or a second one")
        self._sent.add((intent.intent_id, step))

    def _check(self, intent: Intent, step: Step) -> None:
        follow(self._at.get(intent.intent_id), step)
        if step.lets_bytes_leave and (intent.intent_id, step) in self._sent:
            raise StepOutOfTurn(f"{step.value} for the second time")
        holder = self._open.get(intent.key, intent.intent_id)
        if step is Step.SENDING and holder != intent.intent_id:
            raise StepOutOfTurn(f"a second open intent for {intent.key[0]} {intent.key[1]}")

    def _take(self, intent: Intent, step: Step) -> None:
        self._at[intent.intent_id] = step
        if step.is_end and self._open.get(intent.key) == intent.intent_id:
            del self._open[intent.key]
