"""The halt: what it stops, what it lets through, and that only the trader ends it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from unittest.mock import Mock

import pytest

from ctpanel.app.ports import Settings
from ctpanel.domain.halt import HaltCause, Halted
from ctpanel.domain.limits import HOLD_AFTER_PRESS, Limits
from ctpanel.domain.outcomes import Cause, Code, Denied, NotSent, VerdictKind
from ctpanel.domain.report import (
    HaltPulled,
    HaltReleased,
    Notice,
    Noticed,
    PressDenied,
    ReverseEnded,
    ReverseFlat,
    ReverseStopped,
)
from ctpanel.domain.reverse import Plan
from ctpanel.domain.state import PanelState
from ctpanel.domain.values import Entry
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.examples import MES
from tests.fakes.fake_server import FakeServer
from tests.fakes.memory import MemorySwitch

KEY = ("Sim101", MES)


async def test_while_halted_a_press_is_denied() -> None:
    async with ready_panel() as bench:
        shown = bench.shown()
        bench.halt.pull()
        bench.reverser.press(shown)
        event = bench.events[-1]
        assert isinstance(event, PressDenied)
        assert event.denied.code is Code.HALTED
        assert bench.server.sent == []


async def test_while_halted_the_button_says_so() -> None:
    async with ready_panel() as bench:
        bench.halt.pull()
        assert isinstance(bench.state.offer, Denied)
        assert bench.state.offer.code is Code.HALTED


async def test_a_halt_after_the_latch_keeps_the_order_from_leaving() -> None:
    async with ready_panel() as bench:
        bench.press()
        bench.switch.pull(HaltCause.BY_HAND)
        await bench.idle()
        assert bench.server.sent == []
        stopped = [e.outcome for e in bench.events if isinstance(e, ReverseStopped)]
        assert stopped == [NotSent(Cause.HALTED)]


async def test_what_never_left_is_not_the_same_order_once_more() -> None:
    nothing = FakeServer(outcomes_instead=[NotSent(Cause.NO_CONNECTION)])
    async with ready_panel(nothing) as bench:
        bench.press()
        await bench.idle()
        await asyncio.sleep(HOLD_AFTER_PRESS)
        bench.press()
        await bench.idle()
        assert (bench.state.confirming, bench.server.net(*KEY)) == (None, -3)


async def test_what_never_left_is_not_counted_by_a_limit() -> None:
    nothing = FakeServer(outcomes_instead=[NotSent(Cause.NO_CONNECTION)] * 2)
    async with ready_panel(nothing, remembered=Settings(limits=Limits(per_minute=2))) as bench:
        for _ in range(2):
            bench.press()
            await bench.idle()
            await asyncio.sleep(1.0)
        assert (bench.state.halted, bench.state.sent) == (None, ())


async def test_a_halt_between_close_and_entry_leaves_the_trader_flat() -> None:
    async with ready_panel() as bench:
        bench.store.update(_only_when_flat)
        await asyncio.sleep(1.0)
        bench.store.subscribe(lambda state: _pull_when_flat(bench, state))
        bench.press()
        await bench.idle()
        assert [call[0] for call in bench.server.sent] == ["close_position"]
        kinds = [e.verdict.kind for e in bench.events if isinstance(e, ReverseEnded)]
        assert kinds == [VerdictKind.FLAT_ONLY]


def _pull_when_flat(bench: Bench, state: PanelState) -> None:
    if isinstance(state.last_event, ReverseFlat):
        bench.switch.pull(HaltCause.BY_HAND)


def _only_when_flat(state: PanelState) -> PanelState:
    return replace(state, ticket=replace(state.ticket, entry=Entry.ONLY_WHEN_FLAT))


SAFE: dict[str, Callable[[Bench], None]] = {
    "closing": lambda bench: bench.safety.close_position(),
    "cancelling": lambda bench: bench.safety.cancel_orders(),
    "flattening": lambda bench: bench.safety.flatten_account("Sim101"),
    "flattening all": lambda bench: bench.safety.flatten_listed(),
}


@pytest.mark.parametrize("act", SAFE.values(), ids=SAFE)
async def test_while_halted_the_trader_can_still_take_risk_off_by(
    act: Callable[[Bench], None],
) -> None:
    async with ready_panel() as bench:
        bench.halt.pull()
        act(bench)
        await bench.idle()
        assert bench.server.sent != []


async def test_a_halt_is_written_down() -> None:
    async with ready_panel() as bench:
        bench.halt.pull()
        await asyncio.sleep(0)
        assert [(step, facts) for _, step, facts in bench.journal.rows] == [
            ("HALT", {"cause": "BY_HAND"})
        ]


async def test_its_end_is_written_down() -> None:
    async with ready_panel() as bench:
        bench.halt.pull()
        bench.halt.ask_release()
        bench.halt.release()
        await asyncio.sleep(0)
        assert [(step, facts) for _, step, facts in bench.journal.rows][1:] == [("RESUME", {})]


async def test_a_halt_that_cannot_be_written_down_is_a_fault_of_the_record() -> None:
    async with ready_panel() as bench:
        bench.journal.failure = "no room"
        bench.halt.pull()
        await asyncio.sleep(0)
        assert "no room" in bench.state.journal_fault


async def test_a_second_pull_says_nothing_new() -> None:
    async with ready_panel() as bench:
        bench.halt.pull()
        bench.halt.pull(HaltCause.PER_DAY)
        assert [e for e in bench.events if isinstance(e, HaltPulled)] == [
            HaltPulled(HaltCause.BY_HAND)
        ]


async def test_a_halt_that_cannot_be_saved_holds_and_is_said() -> None:
    async with ready_panel(switch=MemorySwitch(failure="no room")) as bench:
        bench.halt.pull()
        assert bench.state.halted == Halted(HaltCause.BY_HAND, saved=False)
        assert bench.state.notices == (
            Noticed(Notice.HALT_NOT_SAVED, "the data folder cannot be written"),
        )


async def test_a_halt_that_is_saved_needs_no_notice() -> None:
    async with ready_panel() as bench:
        bench.halt.pull()
        assert bench.state.notices == ()


async def test_a_halt_by_a_key_is_pulled_once() -> None:
    async with ready_panel() as bench:
        bench.halt.show(bench.switch.pull(HaltCause.PER_DAY))
        assert (bench.switch.pulls, bench.state.halted) == (1, Halted(HaltCause.PER_DAY))


async def test_it_ends_only_after_a_question() -> None:
    async with ready_panel() as bench:
        bench.halt.pull()
        bench.halt.release()
        assert bench.switch.is_pulled
        bench.halt.ask_release()
        bench.halt.release()
        assert (bench.state.halted, bench.state.asks_release) == (None, False)
        assert bench.events[-1] == HaltReleased()


async def test_pulled_again_before_the_question_is_answered_it_holds_on_disk_too() -> None:
    async with ready_panel() as bench:
        bench.halt.pull()
        bench.halt.ask_release()
        pulled = bench.switch.pull(HaltCause.BY_HAND)  # by a key, in the thread that heard it
        bench.halt.release()
        bench.halt.show(pulled)  # the loop comes to it
        assert bench.state.halted is not None
        assert bench.switch.is_pulled


async def test_pulled_while_the_question_is_asked_it_takes_the_question_back() -> None:
    async with ready_panel() as bench:
        await bench.until(lambda s: s.keys.labels != {})
        bench.halt.pull()
        bench.halt.ask_release()
        bench.keys.press("Halt")
        await bench.until(lambda s: not s.asks_release)
        bench.halt.release()
        assert bench.switch.is_pulled


async def test_it_stays_when_the_question_is_cancelled() -> None:
    async with ready_panel() as bench:
        bench.halt.pull()
        bench.halt.ask_release()
        bench.halt.keep()
        assert bench.state.halted is not None
        assert bench.switch.is_pulled


async def test_it_stays_when_its_record_cannot_be_removed() -> None:
    async with ready_panel() as bench:
        bench.halt.pull()
        bench.switch.failure = "read-only"
        bench.halt.ask_release()
        bench.halt.release()
        assert (bench.state.halted is None, bench.state.asks_release) == (False, False)
        assert bench.switch.is_pulled


@pytest.mark.parametrize(
    ("error", "why"), [(OSError(13, "read-only"), "read-only"), (OSError(), "OSError")]
)
async def test_a_record_that_cannot_be_removed_is_said_beside_what_else_is(
    error: OSError, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ready_panel(switch=MemorySwitch(failure="no room")) as bench:
        bench.halt.pull()
        monkeypatch.setattr(MemorySwitch, "release", Mock(side_effect=error))
        bench.halt.ask_release()
        bench.halt.release()
        said = [notice.detail for notice in bench.state.notices]
        assert said == ["the data folder cannot be written", f"the halt stays: {why}"]


async def test_as_many_reverses_in_a_minute_as_are_allowed_halt() -> None:
    async with ready_panel(remembered=Settings(limits=Limits(per_minute=2))) as bench:
        for _ in range(2):
            bench.press()
            await bench.idle()
            await asyncio.sleep(2.0)
        assert bench.state.halted == Halted(HaltCause.PER_MINUTE)
        assert len(bench.server.sent) == 2


async def test_as_many_reverses_in_a_day_as_are_allowed_halt() -> None:
    async with ready_panel(remembered=Settings(limits=Limits(per_day=1))) as bench:
        bench.press()
        await bench.idle()
        assert bench.state.halted == Halted(HaltCause.PER_DAY)


async def test_a_halt_by_a_limit_does_not_cut_the_reverse_that_reached_it() -> None:
    entries = {"Sim101": Entry.ONLY_WHEN_FLAT}
    limits = Limits(per_day=1)
    async with ready_panel(remembered=Settings(limits=limits, entries=entries)) as bench:
        bench.store.update(_only_when_flat)
        await asyncio.sleep(1.0)
        bench.press()
        await bench.idle()
        assert bench.server.net(*KEY) == -3


async def test_released_by_hand_the_count_begins_anew() -> None:
    async with ready_panel(remembered=Settings(limits=Limits(per_day=1))) as bench:
        bench.press()
        await bench.idle()
        bench.halt.ask_release()
        bench.halt.release()
        await bench.until(lambda s: not isinstance(s.offer, Denied))
        assert bench.state.halted is None


async def test_halting_takes_a_question_back() -> None:
    async with ready_panel() as bench:
        offer = bench.state.offer
        assert not isinstance(offer, Denied)
        bench.store.update(_asking)
        bench.halt.pull()
        assert (bench.state.confirming, bench.events[-1]) == (None, HaltPulled(HaltCause.BY_HAND))


def _asking(state: PanelState) -> PanelState:
    assert isinstance(state.offer, Plan)
    return replace(state, confirming=state.offer)


async def test_halting_disarms() -> None:
    async with ready_panel() as bench:
        await bench.until(lambda s: s.keys.labels != {})
        bench.hotkeys.arm()
        bench.halt.pull()
        assert bench.state.armed is None
