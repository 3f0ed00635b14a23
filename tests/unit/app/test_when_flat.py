"""Only when flat: close, prove flat, enter - and nothing is ever stacked."""

import asyncio
from decimal import Decimal
from itertools import groupby

import pytest

from ctpanel.app.ports import ReadCause
from ctpanel.domain.flat import FLAT_WITHIN
from ctpanel.domain.outcomes import Accepted, Cause, Field, NotSent, Refused, Unknown, VerdictKind
from ctpanel.domain.report import Leg, ReverseEnded, ReverseFlat, ReverseStopped, ReverseTaken
from ctpanel.domain.state import Phase
from ctpanel.domain.values import Action, Entry, OrderType, Side
from ctpanel.domain.verdict import QUIET
from ctpanel.paper.faults import Faults
from ctpanel.paper.model import NewOrder
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.examples import MES
from tests.fakes.fake_server import FakeServer, read_failed
from tests.fakes.memory import MemoryJournal

KEY = ("Sim101", MES)
LOST = Unknown(Cause.CONNECTION_LOST)


async def pressed(bench: Bench) -> None:
    """Press Reverse with the entry held back until flat."""
    bench.desk.edit(Field.ENTRY, Entry.ONLY_WHEN_FLAT.value)
    await asyncio.sleep(0.5)
    bench.press()


def calls(bench: Bench) -> list[object]:
    return [call[0] for call in bench.server.sent]


def end_of(bench: Bench) -> ReverseEnded:
    (ended,) = [e for e in bench.events if isinstance(e, ReverseEnded)]
    return ended


def verdict_of(bench: Bench) -> VerdictKind:
    return end_of(bench).verdict.kind


async def test_it_closes_proves_flat_and_enters() -> None:
    async with ready_panel() as bench:
        await pressed(bench)
        await bench.idle()
        assert calls(bench) == ["close_position", "place"]
        assert verdict_of(bench) is VerdictKind.REVERSED
        assert bench.server.net(*KEY) == -3


async def test_every_step_is_recorded_in_turn() -> None:
    async with ready_panel() as bench:
        await pressed(bench)
        await bench.idle()
        steps = ["SENDING", "TAKEN", "FLAT", "ENTERING", "ENTRY_TAKEN", "PROVED"]
        assert bench.journal.steps == steps


async def test_each_answer_and_phase_is_told_in_turn() -> None:
    async with ready_panel() as bench:
        phases: list[Phase] = []
        bench.store.subscribe(
            lambda state: phases.extend(flight.phase for flight in state.in_flight.values())
        )
        await pressed(bench)
        await bench.idle()
        in_turn = [phase for phase, _ in groupby(phases)]
        read, flat = Phase.READING_BACK, Phase.PROVING_FLAT
        assert in_turn == [Phase.SENDING, read, flat, Phase.ENTERING, read]
        legs = [event.leg for event in bench.events if isinstance(event, ReverseTaken)]
        assert legs == [Leg.CLOSE, Leg.ENTRY]


async def test_its_rows_name_the_server_and_the_entrys_own_id() -> None:
    async with ready_panel() as bench:
        await pressed(bench)
        await bench.idle()
        facts = {step: facts for _, step, facts in bench.journal.rows}
        assert facts["SENDING"]["server"] == bench.state.origin
        *_, order_id, held = bench.server.sent[-1]
        assert (facts["ENTERING"], held) == ({"order_id": order_id}, Side.FLAT)


async def test_flat_is_said_only_after_it_was_proved() -> None:
    async with ready_panel(FakeServer(faults=Faults(close_delay_ms=4000))) as bench:
        await pressed(bench)
        await asyncio.sleep(3.5)
        assert not any(isinstance(e, ReverseFlat) for e in bench.events)
        await bench.idle()
        assert any(isinstance(e, ReverseFlat) for e in bench.events)


NO_ENTRY = {
    "the close is rejected": (Faults(close="reject"), VerdictKind.UNCHANGED),
    "the close fills in part": (Faults(close="partial"), VerdictKind.PARTIAL),
    "the close takes too long": (Faults(close_delay_ms=60_000), VerdictKind.UNKNOWN),
}


@pytest.mark.parametrize(("faults", "kind"), NO_ENTRY.values(), ids=NO_ENTRY)
async def test_without_the_proof_of_flat_nothing_is_entered(
    faults: Faults, kind: VerdictKind
) -> None:
    async with ready_panel(FakeServer(faults=faults)) as bench:
        await pressed(bench)
        await bench.idle()
        assert calls(bench) == ["close_position"]
        assert verdict_of(bench) is kind


@pytest.mark.parametrize("faults", [Faults(close="reject"), Faults(close="partial")])
async def test_a_close_that_is_on_record_needs_no_more_waiting_than_for_its_proof(
    faults: Faults,
) -> None:
    async with ready_panel(FakeServer(faults=faults)) as bench:
        await pressed(bench)
        await bench.idle()
        assert end_of(bench).seconds < FLAT_WITHIN + QUIET


async def test_a_working_order_on_the_contract_keeps_the_entry_back() -> None:
    async with ready_panel(FakeServer(faults=Faults(orphans="keep"))) as bench:
        far = NewOrder(MES, Action.SELL, 3, OrderType.LIMIT, limit_price=Decimal(90_000))
        bench.server.submit("Sim101", far)
        await asyncio.sleep(3)
        await pressed(bench)
        await bench.idle()
        assert calls(bench) == ["close_position"]
        assert verdict_of(bench) is VerdictKind.FLAT_ONLY


async def test_a_rejected_entry_ends_flat_and_is_not_sent_again() -> None:
    async with ready_panel(FakeServer(faults=Faults(entry="reject"))) as bench:
        await pressed(bench)
        await bench.idle()
        assert calls(bench) == ["close_position", "place"]
        assert verdict_of(bench) is VerdictKind.FLAT_ONLY
        assert bench.server.net(*KEY) == 0


@pytest.mark.parametrize("answer", [Refused("no"), NotSent(Cause.NO_CONNECTION)])
async def test_a_close_that_was_not_carried_out_ends_it(answer: Refused | NotSent) -> None:
    async with ready_panel(FakeServer(outcomes_instead=[answer])) as bench:
        await pressed(bench)
        await bench.idle()
        stopped = bench.events[-1]
        assert isinstance(stopped, ReverseStopped)
        assert stopped.outcome == answer
        assert calls(bench) == ["close_position"]
        assert bench.server.net(*KEY) == 3


async def test_a_lost_answer_to_the_close_never_leads_to_an_entry() -> None:
    async with ready_panel(FakeServer(outcomes_after=[LOST])) as bench:
        await pressed(bench)
        await bench.idle()
        assert calls(bench) == ["close_position"]
        assert verdict_of(bench) is VerdictKind.FLAT_ONLY
        assert end_of(bench).seconds < QUIET


async def test_a_lost_answer_to_the_entry_is_found_out_by_its_own_id() -> None:
    async with ready_panel(FakeServer(latency=0.2)) as bench:
        await pressed(bench)
        await bench.until(lambda s: any(isinstance(r.event, ReverseFlat) for r in s.reports))
        bench.server.outcomes_after.append(LOST)
        await bench.idle()
        assert calls(bench) == ["close_position", "place"]
        assert verdict_of(bench) is VerdictKind.REVERSED


async def test_an_entry_that_left_no_trace_stays_unknown_and_locked() -> None:
    async with ready_panel(FakeServer(latency=0.2)) as bench:
        await pressed(bench)
        await bench.until(lambda s: any(isinstance(r.event, ReverseFlat) for r in s.reports))
        bench.server.outcomes_instead.append(LOST)
        await bench.idle()
        assert verdict_of(bench) is VerdictKind.UNKNOWN
        assert bench.state.locks[KEY].cause is LOST.cause


@pytest.mark.parametrize(
    ("answer", "kind"), [(Refused("no"), VerdictKind.PARTIAL), (LOST, VerdictKind.UNKNOWN)]
)
async def test_somebody_elses_order_that_reaches_the_target_is_not_the_entry(
    answer: Refused | Unknown, kind: VerdictKind
) -> None:
    async with ready_panel(FakeServer(latency=0.2)) as bench:
        await pressed(bench)
        await bench.until(lambda s: any(isinstance(r.event, ReverseFlat) for r in s.reports))
        bench.server.outcomes_instead.append(answer)
        bench.server.submit("Sim101", NewOrder(MES, Action.SELL, 3, OrderType.MARKET))
        await bench.idle()
        assert bench.server.net(*KEY) == -3
        assert verdict_of(bench) is kind


async def test_a_refused_entry_is_told_as_soon_as_it_was_read_twice() -> None:
    async with ready_panel(FakeServer(latency=0.2)) as bench:
        await pressed(bench)
        await bench.until(lambda s: any(isinstance(r.event, ReverseFlat) for r in s.reports))
        bench.server.outcomes_instead.append(Refused("no"))
        flat_at = bench.clock.monotonic()
        await bench.idle()
        assert verdict_of(bench) is VerdictKind.FLAT_ONLY
        assert bench.clock.monotonic() - flat_at < QUIET


async def test_a_lost_close_that_left_no_trace_is_locked_with_what_was_lost() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[LOST])) as bench:
        await pressed(bench)
        await bench.idle()
        assert calls(bench) == ["close_position"]
        assert bench.state.locks[KEY].cause is LOST.cause


async def test_readings_that_fail_are_no_proof_of_flat() -> None:
    async with ready_panel() as bench:
        await pressed(bench)
        bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
        await bench.idle()
        assert calls(bench) == ["close_position"]
        assert verdict_of(bench) is VerdictKind.UNKNOWN


async def test_without_a_row_for_the_proof_nothing_is_entered() -> None:
    async with ready_panel(journal=MemoryJournal(failure="disk full", after=2)) as bench:
        await pressed(bench)
        await bench.idle()
        assert calls(bench) == ["close_position"]
        assert verdict_of(bench) is VerdictKind.FLAT_ONLY


async def test_without_its_own_row_the_entry_is_not_sent() -> None:
    async with ready_panel(journal=MemoryJournal(failure="disk full", after=3)) as bench:
        await pressed(bench)
        await bench.idle()
        assert calls(bench) == ["close_position"]
        assert verdict_of(bench) is VerdictKind.FLAT_ONLY


async def test_a_trade_from_elsewhere_while_closing_keeps_the_entry_back() -> None:
    async with ready_panel(FakeServer(faults=Faults(close_delay_ms=2000))) as bench:
        await pressed(bench)
        await asyncio.sleep(1)
        bench.server.submit("Sim101", NewOrder(MES, Action.BUY, 1, OrderType.MARKET))
        await bench.idle()
        assert calls(bench) == ["close_position"]
        assert bench.server.net(*KEY) == 1


async def test_an_account_that_is_flattened_meanwhile_is_not_entered_again() -> None:
    async with ready_panel() as bench:
        await pressed(bench)
        await bench.until(lambda s: s.in_flight[KEY].phase is Phase.PROVING_FLAT)
        bench.safety.flatten_account("Sim101")
        await bench.idle()
        assert calls(bench) == ["close_position", "flatten"]
        assert verdict_of(bench) is VerdictKind.FLAT_ONLY


async def test_another_account_that_is_flattened_meanwhile_keeps_nothing_back() -> None:
    async with ready_panel() as bench:
        await pressed(bench)
        await bench.until(lambda s: s.in_flight[KEY].phase is Phase.PROVING_FLAT)
        bench.desk.choose_account("Sim102")
        bench.safety.flatten_account("Sim102")
        await bench.idle()
        assert verdict_of(bench) is VerdictKind.REVERSED


async def test_a_close_that_was_taken_but_left_no_trace_stays_unknown() -> None:
    async with ready_panel(FakeServer(outcomes_instead=[Accepted()])) as bench:
        await pressed(bench)
        await bench.idle()
        assert calls(bench) == ["close_position"]
        assert verdict_of(bench) is VerdictKind.UNKNOWN
        await asyncio.sleep(600)
        assert KEY in bench.state.locks
