"""Journal, steps and book together, through any order of presses, failures and restarts.

Hypothesis plays the panel: it does what the use-cases do with the book, and much that they never
would. A plain model says what must come of it. Not here: single steps (test_steps.py), what is
sent and read back (test_reverse.py).

`MACHINE_EXAMPLES=5000 pytest tests/unit/app/test_machine.py` plays longer, and differently at
every run; without it the same games are played every time.
"""

import os
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from ctpanel.app.ports import JournalFailed
from ctpanel.app.record import facts_of_intent
from ctpanel.app.reopen import OpenIntent, open_intents
from ctpanel.domain.instrument import Contract
from ctpanel.domain.reverse import Intent, Key
from ctpanel.domain.steps import FOLLOWS, Step, StepOutOfTurn
from tests.fakes.bench import Bench
from tests.fakes.clocks import START, ManualClock, VirtualLoop
from tests.fakes.examples import MES, SIM101, plan
from tests.fakes.memory import MemoryJournal

MORE: Final = os.environ.get("MACHINE_EXAMPLES")
KEYS: Final[list[Key]] = list(product(("Sim101", "Sim102"), (MES, Contract("MNQ", 2026, 12))))
ENDS: Final = {Step.PROVED, Step.REFUSED, Step.NOT_SENT, Step.ATTESTED, Step.NEWS}
"""Said again here, and not read from steps.py: an end that were forgotten there is found."""

ENTERED: Final = {Step.SENDING, Step.FLAT, Step.ENTERING}
"""What the use-cases enter: without its row it is not done. Everything else has happened, and is
noted. To enter what has happened, or to note what is to be allowed, is misuse and not played."""


class Mood(Enum):
    """What becomes of a row.

    LATE: append gave up on it, and it is written all the same.
    """

    WRITTEN = "WRITTEN"
    LOST = "LOST"
    LATE = "LATE"


MOODS: Final = st.sampled_from([Mood.WRITTEN] * 6 + [Mood.LOST, Mood.LATE])


class MoodyJournal(MemoryJournal):
    """Writes, loses, or writes and says it did not."""

    mood: Mood = Mood.WRITTEN

    async def append(self, intent_id: str, step: str, facts: Mapping[str, str]) -> None:
        if self.mood is not Mood.LOST:
            await super().append(intent_id, step, facts)
        if self.mood is not Mood.WRITTEN:
            raise JournalFailed("slow disk")


@dataclass
class Told:
    """What the model knows of one intent.

    Attributes:
        at: its step in this run; None when it is none of this run's.
        rows: its steps in the record, oldest first.
        sent: the steps at which an order was permitted, in this run or an earlier one.
    """

    intent: Intent
    at: Step | None = None
    rows: list[Step] = field(default_factory=list)
    sent: list[Step] = field(default_factory=list)


def _is_known(one: Told) -> bool:
    return one.at is not None


def _is_open(one: Told) -> bool:
    return one.at is not None and one.at not in ENDS


def _is_over(one: Told) -> bool:
    return one.at in ENDS


def _is_locked(one: Told) -> bool:
    return one.at is Step.LOCKED


def _may_send(one: Told) -> bool:
    return one.at in {Step.SENDING, Step.ENTERING} and one.at not in one.sent


def _may_enter(one: Told, step: Step) -> bool:
    return step in FOLLOWS[one.at] and not (step.lets_bytes_leave and step in one.sent)


def _is_open_in_the_record(one: Told) -> bool:
    return Step.SENDING in one.rows and one.rows[-1] not in ENDS


class PanelMachine(RuleBasedStateMachine):
    """The panel's dealings with its record.

    Attributes:
        told: the model, by intent id, oldest first.
        seen: the rows at the last look.
    """

    told: dict[str, Told]
    seen: list[tuple[str, str, dict[str, str]]]

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.count = 0
        self.has_a_good_disk = True
        self._new_journal()

    def teardown(self) -> None:
        self.loop.close()

    # --- what is done -------------------------------------------------------------------------

    @initialize(has_a_good_disk=st.booleans())
    def begin(self, *, has_a_good_disk: bool) -> None:
        """Half the games are played without failures: they get further."""
        self.has_a_good_disk = has_a_good_disk

    @rule(data=st.data())
    def turn(self, data: st.DataObject) -> None:
        """One thing that can be done now.

        One rule for all of them: Hypothesis leaves rules out of many a game, and an entry is seven
        turns deep.
        """
        turns = {
            self.press: 0 if self.bench.state.journal_fault else 3,
            self.go_on: 8 if self._those(_is_open) else 0,
            self.send: 3 if self._those(_may_send) else 0,
            self.try_any: 2 if self._those(_is_known) else 0,
            self.attest: 1 if self._those(_is_locked) else 0,
            self.hear: 1 if self._those(_is_over) else 0,
            self.restart: 1,
        }
        weighted = [turn for turn, weight in turns.items() for _ in range(weight)]
        turn = data.draw(st.sampled_from(weighted), label="turn")
        turn(data)

    def press(self, data: st.DataObject) -> None:
        """A new intent; as Legs does, one that could not be written is ended."""
        key = data.draw(st.sampled_from(KEYS), label="key")
        is_held = any(other.intent.key == key for other in self._those(_is_open))
        self.count += 1
        one = Told(_intent(key, self.count))
        self.told[one.intent.intent_id] = one
        self._draw_mood(data)
        self._enter(one, Step.SENDING, is_legal=not is_held)
        if not is_held and self.journal.mood is not Mood.WRITTEN:
            self._draw_mood(data)
            self._note(one, Step.NOT_SENT, is_legal=True)

    def go_on(self, data: st.DataObject) -> None:
        """A step that may be entered, of an intent that is open."""
        one = self._draw(data, _is_open)
        steps = [step for step in Step if _may_enter(one, step)]
        onward = [step for step in steps if step not in ENDS and step is not Step.LOCKED]
        step = data.draw(st.sampled_from(onward * 3 + steps), label="step")
        self._draw_mood(data)
        if step in ENTERED:
            self._enter(one, step, is_legal=True)
        else:
            self._note(one, step, is_legal=True)

    def try_any(self, data: st.DataObject) -> None:
        """Any step of any intent of this run, in turn or not."""
        one = self._draw(data, _is_known)
        step = data.draw(st.sampled_from(Step), label="step")
        self._draw_mood(data)
        is_legal = _may_enter(one, step)
        if step in ENTERED or (not is_legal and data.draw(st.booleans(), label="enter")):
            self._enter(one, step, is_legal=is_legal)
        else:
            self._note(one, step, is_legal=is_legal)

    def attest(self, data: st.DataObject) -> None:
        """The trader releases what is locked."""
        one = self._draw(data, _is_locked)
        self._draw_mood(data)
        self._note(one, Step.ATTESTED, is_legal=True)

    def hear(self, data: st.DataObject) -> None:
        """News of an intent that is over; another may be open in its place."""
        one = self._draw(data, _is_over)
        self._draw_mood(data)
        self._note(one, Step.NEWS, is_legal=True)

    def send(self, data: st.DataObject) -> None:
        """Let one order leave."""
        one = self._draw(data, _may_send)
        assert one.at is not None
        self.book.permit(one.intent)
        one.sent.append(one.at)
        event(f"permitted at {one.at.value}")

    def restart(self, data: st.DataObject) -> None:
        """The next start of the panel, on the same record, whatever rows it has lost."""
        self._new_run()
        self._draw_mood(data)
        found = self._open_intents()
        self._await(self._restore(found))
        for left in found:
            event(f"resumed at {left.step.value}")
            one = self.told[left.intent.intent_id]
            one.at = Step.LOCKED
            if left.step is not Step.LOCKED:
                self._written(one, Step.LOCKED)
        assert not self._those(_may_send)
        assert not self.bench.server.sent

    # --- what must hold -----------------------------------------------------------------------

    @invariant()
    def one_intent_is_open_for_an_account_and_contract(self) -> None:
        for is_open in (_is_open, _is_open_in_the_record):
            keys = Counter(one.intent.key for one in self._those(is_open))
            assert all(count == 1 for count in keys.values()), keys

    @invariant()
    def what_is_open_keeps_others_out(self) -> None:
        for one in self._those(_is_open):
            other = replace(one.intent, intent_id="another")
            with pytest.raises(StepOutOfTurn):
                self._await(self.book.enter(other, Step.SENDING, {}))

    @invariant()
    def an_order_leaves_only_behind_its_row(self) -> None:
        assert all(one.at in one.rows for one in self._those(_may_send))

    @invariant()
    def nothing_else_may_be_sent(self) -> None:
        """Neither a second order of a step, nor one of an earlier run, nor one without a row."""
        for one in self.told.values():
            if not _may_send(one):
                with pytest.raises(StepOutOfTurn):
                    self.book.permit(one.intent)

    @invariant()
    def the_record_says_what_is_open(self) -> None:
        expected = [(one.intent.key, one.rows[-1]) for one in self._those(_is_open_in_the_record)]
        found = self._open_intents()
        assert [(one.intent.key, one.step) for one in found] == expected

    @invariant()
    def rows_are_only_added_and_as_told(self) -> None:
        rows = self.journal.rows
        assert rows[: len(self.seen)] == self.seen
        self.seen = [(name, step, dict(facts)) for name, step, facts in rows]
        for name, one in self.told.items():
            assert [step for i, step, _ in rows if i == name] == [s.value for s in one.rows]

    @invariant()
    def an_end_stays_an_end(self) -> None:
        for one in self.told.values():
            ended = [step in ENDS for step in one.rows]
            assert ended == sorted(ended), one

    # --- how ----------------------------------------------------------------------------------

    def _new_journal(self) -> None:
        self.journal = MoodyJournal()
        self.seen = []
        self.told = {}
        self._new_run()

    def _new_run(self) -> None:
        self.bench = Bench(journal=self.journal, clock=ManualClock())
        self.book = self.bench.reverser.book
        for one in self.told.values():
            one.at = None

    def _await(self, work: Coroutine[Any, Any, None]) -> None:
        self.loop.run_until_complete(work)

    async def _restore(self, found: tuple[OpenIntent, ...]) -> None:
        await self.bench.reverser.restore(found)
        await self.bench.tasks.cancel_all()  # nobody reads back here: see test_watch.py

    def _open_intents(self) -> tuple[OpenIntent, ...]:
        return open_intents(self.journal.rows, self.bench.state.origin)

    def _facts(self, one: Told, step: Step) -> dict[str, str]:
        if step is Step.SENDING:
            return facts_of_intent(one.intent, self.bench.state.origin)
        return {}

    def _enter(self, one: Told, step: Step, *, is_legal: bool) -> None:
        try:
            self._await(self.book.enter(one.intent, step, self._facts(one, step)))
        except StepOutOfTurn:
            assert not is_legal
            return
        except JournalFailed as error:
            assert is_legal
            assert self.journal.mood is not Mood.WRITTEN
            one.sent.append(step)  # its row may come yet: it is never tried again
            if step.lets_bytes_leave:  # as Legs does
                self._blame(error)
        else:
            assert is_legal
            assert self.journal.mood is Mood.WRITTEN
            one.at = step
        self._written(one, step)

    def _note(self, one: Told, step: Step, *, is_legal: bool) -> None:
        try:
            self._await(self.book.note(one.intent, step, self._facts(one, step)))
        except StepOutOfTurn:
            assert not is_legal
            return
        assert is_legal
        assert self.journal.mood is Mood.WRITTEN or self.bench.state.journal_fault
        one.at = step
        self._written(one, step)

    def _those(self, test: Callable[[Told], bool]) -> list[Told]:
        return [one for one in self.told.values() if test(one)]

    def _draw(self, data: st.DataObject, test: Callable[[Told], bool]) -> Told:
        those = {one.intent.intent_id: one for one in self._those(test)}
        return those[data.draw(st.sampled_from(list(those)), label="intent")]

    def _draw_mood(self, data: st.DataObject) -> None:
        self.journal.mood = (
            Mood.WRITTEN if self.has_a_good_disk else data.draw(MOODS, label="the row is")
        )

    def _blame(self, error: Exception) -> None:
        reason = str(error)
        self.bench.store.update(lambda state: replace(state, journal_fault=reason))

    def _written(self, one: Told, step: Step) -> None:
        if self.journal.mood is not Mood.LOST:
            one.rows.append(step)


def _intent(key: Key, number: int) -> Intent:
    account, contract = key
    made = replace(plan(), account=replace(SIM101, name=account), contract=contract)
    return Intent(f"intent-{number}", made, START + timedelta(seconds=number))


TestPanel = PanelMachine.TestCase
TestPanel.settings = settings(
    max_examples=int(MORE or 200),
    stateful_step_count=40,
    derandomize=MORE is None,
    database=None,
    phases=[Phase.generate, Phase.shrink],  # to explain a failure takes longer than the timeout
    deadline=None,  # a slow machine is no bug
    suppress_health_check=[HealthCheck.too_slow],  # same
)
