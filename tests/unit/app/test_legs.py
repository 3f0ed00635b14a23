"""One order call of a reverse: what is written, shown and permitted around it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from ctpanel.app.legs import Legs
from ctpanel.domain.outcomes import Accepted, Cause, NotSent, Refused, Unknown, WireOutcome
from ctpanel.domain.report import Leg, ReverseTaken, ReverseUnanswered
from ctpanel.domain.state import InFlight, Phase
from ctpanel.domain.steps import Step, StepOutOfTurn
from tests.fakes.bench import Bench
from tests.fakes.clocks import START, ManualClock
from tests.fakes.examples import intent
from tests.fakes.memory import MemoryJournal

PRESSED = replace(intent(), pressed_at=START)
OTHER_KEY = ("Sim102", PRESSED.key[1])
WITHIN = 2.0

NO = Refused("no")
LOST = Unknown(Cause.DEADLINE)
NOT_SENT = NotSent(Cause.NO_CONNECTION)


def bench_of(journal: MemoryJournal | None = None) -> Bench:
    """A panel right after a press, with another account's reverse in flight beside it."""
    bench = Bench(clock=ManualClock(), journal=journal or MemoryJournal())
    flights = {key: InFlight(PRESSED, Phase.SENDING, 0.0) for key in (PRESSED.key, OTHER_KEY)}
    bench.store.update(lambda state: replace(state, in_flight=flights))
    return bench


def answering(outcome: WireOutcome) -> Callable[[], Awaitable[WireOutcome]]:
    async def call() -> WireOutcome:
        return outcome

    return call


async def sent(
    bench: Bench,
    call: Callable[[], Awaitable[WireOutcome]],
    step: Step = Step.SENDING,
    leg: Leg = Leg.REVERSE,
) -> WireOutcome:
    legs: Legs = bench.reverser.legs
    return await legs.send(PRESSED, step, {}, WITHIN, leg, call)


async def at_flat(bench: Bench) -> None:
    bench.reverser.book.resume(PRESSED, Step.FLAT)


def phase(bench: Bench) -> Phase:
    return bench.state.in_flight[PRESSED.key].phase


ANSWERS = [
    (Step.SENDING, Accepted(), "TAKEN"),
    (Step.SENDING, LOST, "UNANSWERED"),
    (Step.SENDING, NO, "REFUSED"),
    (Step.SENDING, NOT_SENT, "NOT_SENT"),
    (Step.ENTERING, Accepted(), "ENTRY_TAKEN"),
    (Step.ENTERING, LOST, "ENTRY_UNANSWERED"),
    (Step.ENTERING, NO, "ENTRY_REFUSED"),
    (Step.ENTERING, NOT_SENT, "ENTRY_REFUSED"),
]


@pytest.mark.parametrize(("step", "outcome", "then"), ANSWERS)
async def test_what_came_back_is_written_behind_the_row_that_let_it_go(
    step: Step, outcome: WireOutcome, then: str
) -> None:
    bench = bench_of()
    if step is Step.ENTERING:
        await at_flat(bench)
    assert await sent(bench, answering(outcome), step) == outcome
    assert bench.journal.steps == [step.value, then]


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [
        (Accepted(), Phase.READING_BACK),
        (LOST, Phase.UNANSWERED),
        (NO, Phase.SENDING),
        (NOT_SENT, Phase.SENDING),
    ],
)
async def test_the_phase_shown_is_what_the_answer_left_open(
    outcome: WireOutcome, shown: Phase
) -> None:
    bench = bench_of()
    await sent(bench, answering(outcome))
    assert phase(bench) is shown


async def test_the_phase_of_one_reverse_says_nothing_of_another() -> None:
    bench = bench_of()
    bench.reverser.legs.enter_phase(PRESSED, Phase.PROVING_FLAT)
    assert phase(bench) is Phase.PROVING_FLAT
    assert bench.state.in_flight[OTHER_KEY].phase is Phase.SENDING


@pytest.mark.parametrize("leg", Leg)
async def test_an_answer_is_reported_with_what_it_answers_and_how_long_it_took(leg: Leg) -> None:
    bench = bench_of()
    clock = bench.clock
    assert isinstance(clock, ManualClock)
    clock.seconds = 1.0

    async def slow() -> WireOutcome:
        clock.seconds += 0.6
        return Accepted()

    await sent(bench, slow, leg=leg)
    assert bench.events == [ReverseTaken(PRESSED.plan, 600, leg)]


@pytest.mark.parametrize("leg", Leg)
async def test_a_lost_answer_is_reported_with_what_it_would_have_answered(leg: Leg) -> None:
    bench = bench_of()
    await sent(bench, answering(LOST), leg=leg)
    assert bench.events == [ReverseUnanswered(PRESSED.plan, Cause.DEADLINE, leg)]


async def test_while_an_order_is_on_its_way_no_other_is_permitted() -> None:
    bench = bench_of()

    async def call() -> WireOutcome:
        with pytest.raises(StepOutOfTurn):
            bench.reverser.book.permit(PRESSED)
        return Accepted()

    assert await sent(bench, call) == Accepted()


@pytest.mark.parametrize(
    ("age", "outcome"), [(WITHIN, Accepted()), (WITHIN + 0.001, NotSent(Cause.TOO_LATE))]
)
async def test_an_order_leaves_up_to_the_age_it_may_have(age: float, outcome: WireOutcome) -> None:
    bench = bench_of()
    assert isinstance(bench.clock, ManualClock)
    bench.clock.seconds = age
    assert await sent(bench, answering(Accepted())) == outcome


async def test_one_row_that_could_not_be_written_blocks_the_next_press() -> None:
    bench = bench_of(MemoryJournal(failure="slow disk", times=1))
    assert await sent(bench, answering(Accepted())) == NotSent(Cause.JOURNAL, "slow disk")
    assert bench.state.journal_fault == "slow disk"
    await bench.stop()


async def test_an_entry_whose_row_could_not_be_written_is_not_called_not_sent() -> None:
    """The close before it was sent: its end is what is read back."""
    bench = bench_of(MemoryJournal(failure="slow disk", times=1))
    await at_flat(bench)
    await sent(bench, answering(Accepted()), Step.ENTERING)
    await bench.stop()
    assert bench.journal.steps == []
    assert not bench.errors
