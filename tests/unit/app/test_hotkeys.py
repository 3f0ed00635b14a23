"""Hotkeys: what a key does, what it needs, and when it does nothing and says so."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ctpanel.app.ports import KeyEvent, ReadCause, Settings
from ctpanel.domain.arming import Disarm
from ctpanel.domain.chord import Chord
from ctpanel.domain.halt import HaltCause
from ctpanel.domain.instrument import Contract
from ctpanel.domain.limits import HOLD_AFTER_PRESS, HOLD_TO_FIRE, SETTLE, Limits
from ctpanel.domain.outcomes import Cause, Code, Field, Unknown, VerdictKind, deny
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.presets import STANDARD, Deed, Preset
from ctpanel.domain.readings import with_position
from ctpanel.domain.report import (
    Act,
    ActSending,
    KeyIgnored,
    KeysArmed,
    KeysDisarmed,
    ReverseEnded,
)
from ctpanel.domain.reverse import Intent
from ctpanel.domain.state import Focus, Link, PanelState
from ctpanel.domain.values import Action, Confirming, OrderType
from ctpanel.paper.faults import Faults
from ctpanel.paper.model import NewOrder
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.examples import MES
from tests.fakes.fake_server import FakeServer, read_failed

KEY = ("Sim101", MES)
HELD = {"PAPER Sim101": Confirming.HOLD, "PAPER Sim102": Confirming.HOLD}
OPEN = Limits(per_minute=10_000, per_day=10_000, daily_loss=Decimal(10**6))
"""Limits that many presses in a row do not meet."""


def panel(server: FakeServer | None = None, **settings: Any) -> AbstractAsyncContextManager[Bench]:  # noqa: ANN401 - settings by name
    return ready_panel(server, remembered=Settings(**settings))


def ignored(bench: Bench) -> list[tuple[str, Code]]:
    """The keys that did nothing, and why."""
    return [(e.preset, e.denied.code) for e in bench.events if isinstance(e, KeyIgnored)]


def disarmed(bench: Bench) -> list[Disarm]:
    return [e.why for e in bench.events if isinstance(e, KeysDisarmed)]


async def arm(bench: Bench) -> None:
    await bench.until(lambda s: s.keys.labels != {})
    bench.hotkeys.arm()
    assert bench.state.armed is not None, bench.events[-1]


async def tap(bench: Bench, name: str = "Reverse") -> None:
    """Press and let go, and let the loop hear of it."""
    bench.keys.tap(name)
    await asyncio.sleep(0)
    await asyncio.sleep(0)


# --- a key reverses ---------------------------------------------------------------------------


async def test_an_armed_key_reverses_what_is_shown() -> None:
    async with panel() as bench:
        await arm(bench)
        await tap(bench)
        await bench.idle()
        assert bench.server.net(*KEY) == -3


async def test_a_key_is_proved_like_any_press() -> None:
    async with panel() as bench:
        await arm(bench)
        await tap(bench)
        await bench.idle()
        ended = [e for e in bench.events if isinstance(e, ReverseEnded)]
        assert [e.verdict.kind for e in ended] == [VerdictKind.REVERSED]


async def test_two_hundred_armed_presses_are_two_hundred_reverses() -> None:
    async with panel(limits=OPEN) as bench:
        await arm(bench)
        for _ in range(200):
            await tap(bench)
            await bench.idle()
            await asyncio.sleep(11.0)  # the same order sooner is asked about
        assert ignored(bench) == []
        assert len(bench.server.sent) == 200


async def test_two_hundred_disarmed_presses_are_none() -> None:
    async with panel() as bench:
        await bench.until(lambda s: s.keys.labels != {})
        for _ in range(200):
            await tap(bench)
        assert bench.server.sent == []
        assert {code for _, code in ignored(bench)} == {Code.DISARMED}


async def test_a_key_that_is_held_is_one_press() -> None:
    async with panel() as bench:
        await arm(bench)
        for _ in range(300):
            bench.keys.press("Reverse")
            await asyncio.sleep(1 / 30)
        await bench.idle()
        assert len(bench.server.sent) == 1


async def test_a_second_press_before_the_verdict_is_ignored_and_said() -> None:
    async with panel() as bench:
        await arm(bench)
        await tap(bench)
        await tap(bench)
        await bench.idle()
        assert len(bench.server.sent) == 1
        assert ignored(bench) == [("Reverse", Code.BUSY)]


async def test_a_press_in_the_moment_after_the_verdict_is_ignored_and_said() -> None:
    async with panel() as bench:
        await arm(bench)
        await tap(bench)
        await bench.idle()
        assert bench.state.now - bench.state.pressed_at[KEY] < HOLD_AFTER_PRESS
        await tap(bench)
        assert len(bench.server.sent) == 1
        assert ignored(bench) == [("Reverse", Code.BUSY)]


async def test_a_press_just_after_the_position_moved_is_ignored() -> None:
    async with panel() as bench:
        await arm(bench)
        now = bench.clock.monotonic()
        bench.store.update(lambda s: with_position(s, KEY, Position.of_net(2), now))
        await tap(bench)
        assert bench.server.sent == []


def read_again_after_a_move(state: PanelState, now: float, ago: float) -> PanelState:
    """Position and orders are read at this moment; they moved a while ago."""
    held, orders = state.held[KEY], state.orders[KEY[0]]
    return replace(
        state,
        moved_at={KEY: now - ago},
        held={**state.held, KEY: replace(held, at=now)},
        orders={**state.orders, KEY[0]: replace(orders, at=now)},
    )


@pytest.mark.parametrize(("ago", "is_ignored"), [(SETTLE - 0.01, True), (SETTLE + 0.01, False)])
async def test_a_key_that_was_heard_after_a_move_waits_until_it_could_be_read(
    ago: float,
    is_ignored: bool,  # noqa: FBT001
) -> None:
    async with panel() as bench:
        await arm(bench)
        bench.store.update(lambda s: read_again_after_a_move(s, bench.clock.monotonic(), ago))
        await tap(bench)
        said = [event.denied for event in bench.events if isinstance(event, KeyIgnored)]
        start = bench.state.position
        assert start is not None
        expected = [deny(Code.POSITION_CHANGED, start=start.value)] if is_ignored else []
        assert (said, bool(bench.state.in_flight)) == (expected, not is_ignored)


async def test_a_position_that_never_moved_may_be_reversed_by_a_key() -> None:
    async with panel() as bench:
        await arm(bench)
        bench.store.update(lambda s: replace(s, moved_at={}))
        await tap(bench)
        await bench.idle()
        assert bench.server.net(*KEY) == -3


async def test_a_press_that_waited_too_long_for_the_loop_is_not_sent() -> None:
    async with panel() as bench:
        await arm(bench)
        waiting: list[Callable[[], None]] = []
        bench.hotkeys.call_soon = waiting.append
        bench.keys.tap("Reverse")
        await asyncio.sleep(2.1)
        waiting[0]()
        assert bench.server.sent == []
        assert ignored(bench)[-1] == ("Reverse", Code.PRESS_TOO_OLD)


# --- what a preset says -----------------------------------------------------------------------


async def test_a_preset_reverses_into_its_own_quantity() -> None:
    async with panel() as bench:
        await arm(bench)
        await tap(bench, "Reverse into 2")
        await bench.idle()
        assert bench.server.net(*KEY) == -2


async def test_what_is_half_typed_in_the_ticket_is_not_used() -> None:
    async with panel() as bench:
        bench.desk.edit(Field.QUANTITY, "7")
        bench.desk.edit(Field.ORDER_TYPE, OrderType.LIMIT.value)
        bench.desk.edit(Field.LIMIT_PRICE, "12")
        await arm(bench)
        await tap(bench)
        await bench.idle()
        assert bench.server.net(*KEY) == -3


async def test_an_instrument_that_is_being_typed_is_not_used() -> None:
    async with panel() as bench:
        await arm(bench)
        bench.desk.type_instrument("MN")
        await tap(bench)
        assert bench.server.sent == []
        assert ignored(bench) == [("Reverse", Code.INSTRUMENT_RESOLVING)]


async def test_a_key_is_about_the_contract_that_stood_there_when_it_was_heard() -> None:
    async with panel(confirmations=HELD) as bench:
        mgc = Contract.from_name("MGC 12-26")
        await arm(bench)
        bench.keys.press("Reverse")
        await asyncio.sleep(0)
        bench.desk.choose_instrument(mgc.name)
        await bench.until(lambda s: bool(s.in_flight))
        await bench.idle()
        assert bench.state.contract == mgc
        assert bench.server.net("Sim101", mgc) == 1
        assert bench.server.net(*KEY) == -3


async def test_close_is_about_the_account_that_stood_there_when_its_key_was_heard() -> None:
    async with panel() as bench:
        bench.server.submit("Sim102", NewOrder(MES, Action.BUY, 2, OrderType.MARKET))
        await asyncio.sleep(2.0)
        waiting: list[Callable[[], None]] = []
        bench.hotkeys.call_soon = waiting.append
        bench.keys.tap("Close")
        bench.desk.choose_account("Sim102")
        waiting[0]()
        await bench.idle()
        assert bench.server.net("Sim102", MES) == 2
        assert bench.server.net(*KEY) == 0


def one(**parts: Any) -> tuple[Preset, ...]:  # noqa: ANN401 - a preset's parts by name
    return (Preset("One", Deed.REVERSE, Chord.parse("Ctrl+Alt+KeyO"), **parts),)


MNQ = Contract.from_name("MNQ 12-26")
ELSEWHERE = one(accounts=("Sim102",), instrument=MNQ.name)


async def test_a_preset_of_another_account_reads_it_first() -> None:
    async with panel(presets=one(accounts=("Sim102",), instrument="MES 12-26")) as bench:
        bench.server.submit("Sim102", NewOrder(MES, Action.BUY, 2, OrderType.MARKET))
        await asyncio.sleep(2.0)
        await arm(bench)
        await tap(bench, "One")
        await bench.until(lambda s: ("Sim102", MES) in s.in_flight)
        await bench.idle()
        assert bench.server.net("Sim102", MES) == -2
        assert bench.server.net(*KEY) == 3


async def test_what_has_just_grown_stale_is_read_before_it_is_reversed() -> None:
    async with panel() as bench:
        await arm(bench)
        await bench.still()
        asyncio.get_running_loop().now += 3.5  # type: ignore[attr-defined]  # the virtual loop's time
        await tap(bench)
        await bench.until(lambda s: KEY in s.in_flight)
        await bench.idle()
        assert bench.server.net(*KEY) == -3


async def test_a_group_is_one_call_for_each_account() -> None:
    accounts = ("Sim101", "Sim102")
    async with panel(presets=one(accounts=accounts, instrument="MES 12-26")) as bench:
        bench.server.submit("Sim102", NewOrder(MES, Action.SELL, 1, OrderType.MARKET))
        await asyncio.sleep(2.0)
        await arm(bench)
        await tap(bench, "One")
        await bench.until(lambda s: len(s.in_flight) == 2)
        await bench.idle()
        assert [bench.server.net(name, MES) for name in accounts] == [-3, 1]


async def test_an_account_of_a_group_that_asks_first_is_left_out_and_that_is_said() -> None:
    accounts, asks = ("Sim101", "Sim102"), {"PAPER Sim102": Confirming.ASK}
    presets = one(accounts=accounts, instrument="MES 12-26")
    async with panel(presets=presets, confirmations=asks) as bench:
        bench.server.submit("Sim102", NewOrder(MES, Action.SELL, 1, OrderType.MARKET))
        await asyncio.sleep(2.0)
        await arm(bench)
        await tap(bench, "One")
        await bench.until(lambda s: bool(s.in_flight))
        await bench.idle()
        why = "Sim102 asks first; press it by itself"
        said = [event.denied for event in bench.events if isinstance(event, KeyIgnored)]
        assert said == [deny(Code.PRESET_UNUSABLE, preset="One", why=why)]
        assert [bench.server.net(name, MES) for name in accounts] == [-3, -1]
        assert bench.state.confirming is None


async def test_before_a_group_each_market_is_read_once() -> None:
    accounts = ("Sim101", "Sim102", "DEMO4021")
    async with panel(presets=one(accounts=accounts, instrument="MES 12-26")) as bench:
        await arm(bench)
        before = len(bench.server.calls)
        await tap(bench, "One")
        await bench.until(lambda s: not s.preparing)
        asked = [call[0] for call in bench.server.calls[before:]]
        assert [asked.count(name) for name in ("quote", "position", "orders")] == [1, 3, 3]


async def test_nothing_is_sent_for_an_account_that_cannot_be_read() -> None:
    async with panel(presets=one(accounts=("Sim102",), instrument="MES 12-26")) as bench:
        await arm(bench)
        bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
        await tap(bench, "One")
        await bench.until(lambda s: not s.preparing)
        assert bench.server.sent == []
        assert ignored(bench) != []


async def test_a_second_press_while_an_account_is_read_is_ignored() -> None:
    slow = FakeServer(Faults(latency_ms=300))
    async with panel(slow, presets=one(accounts=("Sim102",), instrument="MES 12-26")) as bench:
        await arm(bench)
        await tap(bench, "One")
        await tap(bench, "One")
        assert ignored(bench) == [("One", Code.BUSY)]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"accounts": ("Gone",), "instrument": "MES 12-26"}, "no account Gone"),
        ({"instrument": "MES 03-24"}, "expired"),
        ({"instrument": "nonsense"}, "no dated contract"),
    ],
)
async def test_a_preset_that_means_what_is_no_more_says_so(
    parts: dict[str, Any], words: str
) -> None:
    async with panel(presets=one(**parts)) as bench:
        await arm(bench)
        await tap(bench, "One")
        await bench.until(lambda s: not s.preparing)
        event = bench.events[-1]
        assert isinstance(event, KeyIgnored)
        assert words in dict(event.denied.facts)["why"]
        assert bench.server.sent == []


async def test_armed_on_a_simulator_a_key_does_not_fire_on_a_live_account() -> None:
    wants = {"LIVE LIVE-001": Confirming.INSTANT}
    presets = one(accounts=("LIVE-001",), instrument="MES 12-26")
    async with panel(FakeServer(on_paper=False), presets=presets, confirmations=wants) as bench:
        bench.server.submit("LIVE-001", NewOrder(MES, Action.BUY, 1, OrderType.MARKET))
        await asyncio.sleep(2.0)
        await arm(bench)
        await tap(bench, "One")
        await bench.until(lambda s: not s.preparing)
        assert bench.server.sent == []
        assert ignored(bench) == [("One", Code.PRESET_UNUSABLE)]


async def test_a_limit_preset_prices_itself_from_the_market() -> None:
    presets = one(order_type=OrderType.LIMIT, limit_ticks=-8)
    async with panel(presets=presets) as bench:
        await arm(bench)
        quote = bench.state.quote
        assert quote is not None
        assert quote.value.bid is not None
        wanted = quote.value.bid + 8 * quote.value.tick_size
        await tap(bench, "One")
        assert bench.state.in_flight[KEY].intent.plan.order.limit_price == wanted
        await bench.idle()


# --- arming -----------------------------------------------------------------------------------


async def test_hotkeys_are_disarmed_at_the_start() -> None:
    async with panel() as bench:
        assert bench.state.armed is None


async def test_arming_is_said() -> None:
    async with panel() as bench:
        await arm(bench)
        assert bench.events[-1] == KeysArmed("Sim101", 10)


async def test_they_disarm_after_idle_minutes() -> None:
    async with panel(limits=Limits(disarm_after=1)) as bench:
        await arm(bench)
        await asyncio.sleep(59.0)
        assert bench.state.armed is not None
        await asyncio.sleep(1.5)
        assert disarmed(bench) == [Disarm.IDLE]


async def just_idle(bench: Bench) -> None:
    """Wait until the idle minutes are over, and nobody has looked since."""
    armed = bench.state.armed
    assert armed is not None
    while bench.clock.monotonic() <= armed.used_at + 60.0:
        await asyncio.sleep(0.01)
    assert bench.state.armed is armed


async def test_a_key_right_behind_the_idle_minutes_does_nothing() -> None:
    async with panel(limits=Limits(disarm_after=1)) as bench:
        await arm(bench)
        await just_idle(bench)
        await tap(bench)
        await bench.idle()
        assert (disarmed(bench), bench.server.sent) == ([Disarm.IDLE], [])
        assert ignored(bench) == [("Reverse", Code.DISARMED)]


async def test_a_use_begins_the_idle_minutes_anew() -> None:
    async with panel(limits=Limits(disarm_after=1)) as bench:
        await arm(bench)
        await asyncio.sleep(50.0)
        await tap(bench)
        await bench.idle()
        await asyncio.sleep(50.0)
        assert bench.state.armed is not None


LOSSES: dict[str, tuple[Callable[[Bench], object], Disarm]] = {
    "another account": (lambda b: b.desk.choose_account("Sim102"), Disarm.ACCOUNT),
    "the halt": (lambda b: b.halt.pull(), Disarm.HALTED),
    "a fault": (
        lambda b: b.store.update(lambda s: replace(s, faults=("ValueError",))),
        Disarm.FAULT,
    ),
    "keys that no longer come": (
        lambda b: b.store.update(lambda s: replace(s, keys=replace(s.keys, problem="gone"))),
        Disarm.KEYS,
    ),
    "a screen lock": (lambda b: b.hotkeys.disarm(Disarm.LOCKED), Disarm.LOCKED),
    "a closing panel": (
        lambda b: b.store.update(lambda s: replace(s, is_closing=True)),
        Disarm.CLOSING,
    ),
}


@pytest.mark.parametrize(("loss", "why"), LOSSES.values(), ids=LOSSES)
async def test_they_are_disarmed_by(loss: Callable[[Bench], object], why: Disarm) -> None:
    async with panel() as bench:
        await arm(bench)
        loss(bench)
        assert bench.state.armed is None
        assert disarmed(bench) == [why]


async def test_a_machine_that_slept_wakes_disarmed() -> None:
    async with panel() as bench:
        await arm(bench)
        asyncio.get_running_loop().now += 30.0  # type: ignore[attr-defined]  # the virtual loop's time
        bench.store.touch()
        assert disarmed(bench) == [Disarm.SLEPT]


async def test_positions_that_are_no_longer_read_disarm() -> None:
    async with panel() as bench:
        await arm(bench)
        bench.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
        await bench.until(lambda s: s.armed is None)
        assert disarmed(bench) == [Disarm.STALE]


async def test_an_unproved_reverse_disarms() -> None:
    async with panel(FakeServer(outcomes_instead=[Unknown(Cause.DEADLINE)])) as bench:
        await arm(bench)
        await tap(bench)
        await bench.idle()
        assert bench.state.locks != {}
        assert disarmed(bench) == [Disarm.UNKNOWN]


async def test_where_no_key_of_the_system_is_heard_the_window_still_hears_its_own() -> None:
    async with panel() as bench:
        bench.keys.problem = "No key can be heard here."
        await bench.until(lambda s: s.keys.problem != "")
        bench.hotkeys.arm()
        bench.hotkeys.press_in_window("Reverse")
        await asyncio.sleep(0)
        await bench.idle()
        assert bench.server.net(*KEY) == -3


async def test_they_cannot_be_armed_while_a_reverse_is_unproved() -> None:
    async with panel(FakeServer(outcomes_instead=[Unknown(Cause.DEADLINE)])) as bench:
        bench.press()
        await bench.idle()
        bench.hotkeys.arm()
        assert bench.state.armed is None
        assert ignored(bench) == [("Arm hotkeys", Code.KEYS_UNAVAILABLE)]


@pytest.mark.parametrize(
    ("focus", "code"), [(Focus.TYPING, Code.TYPING), (Focus.DIALOG, Code.DIALOG_OPEN)]
)
async def test_a_key_is_ignored_while_the_panel_is_typed_into(focus: Focus, code: Code) -> None:
    async with panel() as bench:
        await arm(bench)
        bench.hotkeys.see_focus(focus)
        await tap(bench)
        assert bench.server.sent == []
        assert ignored(bench) == [("Reverse", code)]


# --- what takes risk off ----------------------------------------------------------------------


async def test_close_works_disarmed() -> None:
    async with panel() as bench:
        await bench.until(lambda s: s.keys.labels != {})
        await tap(bench, "Close")
        await bench.idle()
        assert bench.server.net(*KEY) == 0


async def test_cancel_works_while_halted() -> None:
    async with panel() as bench:
        await bench.until(lambda s: s.keys.labels != {})
        bench.halt.pull()
        await tap(bench, "Cancel orders")
        sending = [e for e in bench.events if isinstance(e, ActSending)]
        assert [e.act for e in sending] == [Act.CANCEL]
        await bench.idle()


async def test_close_of_a_preset_closes_its_account_and_no_other() -> None:
    close = Preset("Out", Deed.CLOSE, Chord.parse("Ctrl+Alt+KeyO"), ("Sim102",), "MES 12-26")
    async with panel(presets=(close,)) as bench:
        bench.server.submit("Sim102", NewOrder(MES, Action.BUY, 1, OrderType.MARKET))
        await bench.until(lambda s: s.keys.labels != {})
        await asyncio.sleep(2.0)
        await tap(bench, "Out")
        await bench.idle()
        assert (bench.server.net("Sim102", MES), bench.server.net(*KEY)) == (0, 3)


async def test_flattening_all_is_one_call_for_each_listed_account() -> None:
    async with ready_panel() as bench:
        bench.safety.flatten_listed()
        await bench.idle()
        flattened = [call for call in bench.server.sent if call[0] == "flatten"]
        assert {call[1] for call in flattened} == {a.name for a in bench.state.accounts}
        assert len(flattened) == len(bench.state.accounts)


# --- halt -------------------------------------------------------------------------------------


async def test_halt_is_pulled_in_the_thread_that_hears_it() -> None:
    async with panel() as bench:
        await bench.until(lambda s: s.keys.labels != {})
        never: list[object] = []
        bench.hotkeys.call_soon = never.append
        bench.keys.tap("Halt")
        assert bench.switch.is_pulled


async def test_a_reverse_and_a_halt_pressed_while_the_loop_stood_send_nothing() -> None:
    async with panel() as bench:
        await arm(bench)
        waiting: list[Callable[[], None]] = []
        bench.hotkeys.call_soon = waiting.append
        bench.keys.tap("Reverse")
        bench.keys.tap("Halt")
        for call in waiting:
            call()
        await bench.idle()
        assert bench.server.sent == []
        assert bench.state.halted is not None
        assert bench.state.halted.cause is HaltCause.BY_HAND


# --- confirmation -----------------------------------------------------------------------------


async def test_where_the_account_asks_a_key_asks() -> None:
    wants = {"PAPER Sim101": Confirming.ASK, "SIM Sim101": Confirming.ASK}
    async with panel(confirmations=wants) as bench:
        await arm(bench)
        await tap(bench)
        asked = bench.state.confirming
        assert asked is not None
        assert bench.server.sent == []
        bench.reverser.confirm(asked.shown)
        await bench.idle()
        assert bench.server.net(*KEY) == -3


async def test_a_question_of_a_key_goes_when_the_position_changes() -> None:
    wants = {"PAPER Sim101": Confirming.ASK, "SIM Sim101": Confirming.ASK}
    async with panel(confirmations=wants) as bench:
        await arm(bench)
        await tap(bench)
        later = bench.clock.monotonic() + 0.01
        bench.store.update(lambda s: with_position(s, KEY, FLAT, later))
        assert bench.state.confirming is None


async def test_a_key_must_be_held_where_the_account_says_so() -> None:
    wants = {"PAPER Sim101": Confirming.HOLD, "SIM Sim101": Confirming.HOLD}
    async with panel(confirmations=wants) as bench:
        await arm(bench)
        bench.keys.press("Reverse")
        await asyncio.sleep(HOLD_TO_FIRE - 0.05)
        assert bench.server.sent == []
        await asyncio.sleep(0.1)
        bench.keys.release("Reverse")
        await bench.idle()
        assert bench.server.net(*KEY) == -3


async def test_a_key_that_is_let_go_too_soon_does_nothing_and_says_so() -> None:
    wants = {"PAPER Sim101": Confirming.HOLD, "SIM Sim101": Confirming.HOLD}
    async with panel(confirmations=wants) as bench:
        await arm(bench)
        await tap(bench)
        await asyncio.sleep(1.0)
        assert bench.server.sent == []
        assert ignored(bench) == [("Reverse", Code.LET_GO)]


async def test_a_key_whose_release_is_not_told_asks_instead_of_being_held() -> None:
    wants = {"PAPER Sim101": Confirming.HOLD, "SIM Sim101": Confirming.HOLD}
    async with panel(confirmations=wants) as bench:
        bench.keys.tells_release = False
        await arm(bench)
        await tap(bench)
        assert bench.server.sent == []
        assert bench.state.confirming is not None


async def test_a_question_about_what_the_window_does_not_show_stands_until_it_is_answered() -> None:
    asks = {"PAPER Sim102": Confirming.ASK}
    async with panel(confirmations=asks, presets=ELSEWHERE) as bench:
        await arm(bench)
        await tap(bench, "One")
        await bench.until(lambda s: s.confirming is not None)
        await asyncio.sleep(30.0)
        asked = bench.state.confirming
        assert asked is not None
        assert bench.state.age(bench.state.quotes[MNQ]) < bench.state.fresh_for
        bench.reverser.confirm(asked.shown)
        await bench.idle()
        assert bench.server.net("Sim102", MNQ) == 2
        assert bench.server.net(*KEY) == 3


async def test_what_a_key_asks_about_keeps_its_price_while_the_market_moves() -> None:
    asks = {"PAPER Sim101": Confirming.ASK}
    presets = one(order_type=OrderType.LIMIT, limit_ticks=-8)
    async with panel(confirmations=asks, presets=presets) as bench:
        await arm(bench)
        await tap(bench, "One")
        asked, before = bench.state.confirming, bench.state.quotes[MES].value
        assert asked is not None
        await bench.until(lambda s: s.quotes[MES].value.bid != before.bid)
        assert bench.state.confirming == asked
        bench.reverser.confirm(asked.shown)
        await bench.idle()
        _, sent = bench.server.sent[0]
        assert isinstance(sent, Intent)
        assert sent.plan.order == asked.order


async def read_slowly_and_tap(bench: Bench, down: float) -> None:
    """Press a key whose account takes 0.3 s to read, and let it go after so many seconds."""
    await arm(bench)
    bench.server.latency = 0.3
    bench.keys.press("One")
    await asyncio.sleep(down)
    bench.keys.release("One")
    await bench.until(lambda s: not s.preparing)
    await asyncio.sleep(2 * HOLD_TO_FIRE)


async def test_a_key_that_is_let_go_while_its_account_is_read_does_nothing_and_says_so() -> None:
    async with panel(confirmations=HELD, presets=ELSEWHERE) as bench:
        await read_slowly_and_tap(bench, 0.1)
        assert bench.server.sent == []
        assert ignored(bench) == [("One", Code.LET_GO)]


async def test_a_key_that_is_held_while_its_account_is_read_reverses() -> None:
    async with panel(confirmations=HELD, presets=ELSEWHERE) as bench:
        await read_slowly_and_tap(bench, HOLD_TO_FIRE + 0.5)
        await bench.idle()
        assert bench.server.net("Sim102", MNQ) == 2


async def test_a_position_that_changes_under_a_held_key_is_not_reversed() -> None:
    async with panel(confirmations=HELD) as bench:
        await arm(bench)
        bench.keys.press("Reverse")
        await asyncio.sleep(0.05)
        bench.server.submit("Sim101", NewOrder(MES, Action.SELL, 7, OrderType.MARKET))
        await asyncio.sleep(0.1)
        await bench.hotkeys.reconciler.read(KEY)
        await asyncio.sleep(2 * HOLD_TO_FIRE)
        assert bench.server.sent == []
        assert ignored(bench) == [("Reverse", Code.POSITION_CHANGED)]


async def test_keys_that_are_lost_under_a_held_key_send_nothing() -> None:
    async with panel(confirmations=HELD) as bench:
        await arm(bench)
        bench.keys.press("Reverse")
        await asyncio.sleep(0.05)
        bench.keys.problem = "the keys are gone"
        await asyncio.sleep(HOLD_TO_FIRE)
        assert bench.server.sent == []
        assert ignored(bench) == [("Reverse", Code.KEYS_UNAVAILABLE)]


async def test_a_held_key_that_is_told_twice_is_one_hold() -> None:
    async with panel(confirmations=HELD) as bench:
        await arm(bench)
        for _ in range(2):
            bench.hotkeys.heard(KeyEvent("Reverse", is_press=True, at=0.0))
            await asyncio.sleep(0.1)
        bench.hotkeys.heard(KeyEvent("Reverse", is_press=False, at=0.0))
        await asyncio.sleep(2 * HOLD_TO_FIRE)
        assert bench.server.sent == []
        assert ignored(bench) == [("Reverse", Code.BUSY), ("Reverse", Code.LET_GO)]


# --- the keys themselves ----------------------------------------------------------------------


async def test_a_key_that_is_taken_is_said_and_the_others_work() -> None:
    async with panel() as bench:
        taken = STANDARD[1].chord
        assert taken is not None
        bench.keys.collisions[taken] = "Ctrl+Alt+2 is taken."
        await bench.hotkeys.bind()
        assert bench.state.keys.missing == {"Reverse into 2": "Ctrl+Alt+2 is taken."}
        await arm(bench)
        await tap(bench)
        await bench.idle()
        assert bench.server.net(*KEY) == -3


async def test_edited_presets_disarm_and_bind_anew() -> None:
    async with panel() as bench:
        await arm(bench)
        bench.hotkeys.edit(one())
        await bench.until(lambda s: "One" in s.keys.labels)
        assert bench.state.armed is None
        assert set(bench.keys.bound) == {"One"}


async def test_nothing_connected_means_nothing_sent() -> None:
    async with panel() as bench:
        await arm(bench)
        bench.store.update(lambda s: replace(s, link=Link.UNREACHABLE))
        await tap(bench)
        assert bench.server.sent == []
        assert ignored(bench) == [("Reverse", Code.NOT_CONNECTED)]
