"""A preset's key pressed in the window itself, whose end nobody tells; and a finger let go."""

import asyncio

from ctpanel.app.hotkeys import HotkeyDesk
from ctpanel.domain.limits import HOLD_TO_FIRE
from ctpanel.domain.outcomes import Code
from ctpanel.domain.report import KeyIgnored, PressDenied
from ctpanel.domain.values import Confirming
from tests.fakes.bench import Bench, ready_panel


def armed_to_hold(bench: Bench) -> HotkeyDesk:
    account = bench.state.account
    assert account is not None
    bench.desk.choose_confirmation(account, Confirming.HOLD)
    bench.hotkeys.arm()
    return bench.hotkeys


async def test_a_window_key_that_must_be_held_is_asked_about_and_sends_nothing() -> None:
    async with ready_panel() as bench:
        armed_to_hold(bench).press_in_window("Reverse")
        await asyncio.sleep(2 * HOLD_TO_FIRE)
        assert bench.state.confirming is not None
        assert bench.server.sent == []


async def test_a_held_system_wide_key_sends_one_order() -> None:
    async with ready_panel() as bench:
        armed_to_hold(bench)
        bench.keys.press("Reverse")
        await asyncio.sleep(2 * HOLD_TO_FIRE)
        bench.keys.release("Reverse")
        await bench.idle()
        assert [call[0] for call in bench.server.sent] == ["reverse_position"]


async def test_a_key_that_is_let_go_says_how_long_it_was_down() -> None:
    async with ready_panel() as bench:
        armed_to_hold(bench)
        bench.keys.press("Reverse")
        await asyncio.sleep(0.2)
        bench.keys.release("Reverse")
        await asyncio.sleep(2 * HOLD_TO_FIRE)
        ignored = bench.events[-1]
        assert isinstance(ignored, KeyIgnored)
        assert ignored.denied.code is Code.LET_GO
        assert dict(ignored.denied.facts)["seconds"] == "0.2"
        assert bench.server.sent == []


async def test_a_finger_that_left_the_button_is_told_with_its_time_and_the_limit() -> None:
    async with ready_panel() as bench:
        bench.reverser.let_go(0.2345)
        denied = bench.events[-1]
        assert isinstance(denied, PressDenied)
        assert dict(denied.denied.facts) == {"seconds": "0.2", "limit": str(HOLD_TO_FIRE)}
