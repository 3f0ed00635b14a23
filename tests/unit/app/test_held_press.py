"""A press on the button that must be held, and what a press that is taken leaves behind."""

from dataclasses import replace
from datetime import timedelta

from ctpanel.app.ports import Settings
from ctpanel.domain.chord import Chord
from ctpanel.domain.limits import HOLD_TO_FIRE
from ctpanel.domain.outcomes import Code, Field, deny
from ctpanel.domain.presets import Deed, Preset
from ctpanel.domain.report import PressDenied
from ctpanel.domain.sent import Sent
from ctpanel.domain.values import Confirming
from tests.fakes.bench import ready_panel
from tests.fakes.examples import MES

KEY = ("Sim101", MES)
HELD = Settings(confirmations={"PAPER Sim101": Confirming.HOLD})
ASKS = Settings(confirmations={"PAPER Sim101": Confirming.ASK})
THERE = Chord.parse("Ctrl+Alt+KeyT")
ELSEWHERE = Settings(
    presets=(Preset("There", Deed.REVERSE, THERE, accounts=("Sim102",), instrument="MNQ 12-26"),)
)


async def test_a_press_that_was_not_held_where_it_must_be_is_asked_about() -> None:
    async with ready_panel(remembered=HELD) as bench:
        offer = bench.state.offer
        bench.press()
        assert (bench.state.confirming, bench.server.sent) == (offer, [])


async def test_a_press_that_was_held_sends() -> None:
    async with ready_panel(remembered=HELD) as bench:
        bench.reverser.press(bench.shown(), was_held=True)
        await bench.idle()
        assert bench.server.net(*KEY) == -3


async def test_a_finger_that_left_too_soon_is_told_how_long_it_was_down() -> None:
    async with ready_panel(remembered=HELD) as bench:
        bench.reverser.let_go(0.21)
        assert bench.events[-1] == PressDenied(deny(Code.LET_GO, seconds="0.2", limit=HOLD_TO_FIRE))


async def test_a_press_on_the_button_is_asked_about_in_the_place_of_a_keys() -> None:
    async with ready_panel(remembered=ASKS) as bench:
        await bench.until(lambda s: s.keys.labels != {})
        bench.hotkeys.arm()
        bench.keys.tap("Reverse")
        await bench.until(lambda s: s.aim is not None)
        bench.press()
        assert (bench.state.confirming, bench.state.aim) == (bench.state.offer, None)


async def test_a_key_that_reverses_elsewhere_leaves_the_ticket_as_it_was_typed() -> None:
    async with ready_panel(remembered=ELSEWHERE) as bench:
        await bench.until(lambda s: s.keys.labels != {})
        bench.desk.edit(Field.QUANTITY, "2")
        typed = bench.state.ticket
        bench.hotkeys.arm()
        bench.keys.tap("There")
        await bench.until(lambda s: bool(s.in_flight))
        await bench.idle()
        assert bench.state.ticket == typed


async def test_what_was_sent_today_or_in_the_last_minute_stays_counted() -> None:
    async with ready_panel() as bench:
        state = bench.state
        yesterday = state.today - timedelta(days=1)
        today = Sent("Sim102", MES, "", state.now - 3600.0, state.today)
        just_before_midnight = replace(today, at=state.now - 50.0, day=yesterday)
        long_ago = replace(today, day=yesterday)
        counted = (today, just_before_midnight)
        bench.store.update(lambda now: replace(now, sent=(long_ago, *counted)))
        bench.press()
        assert bench.state.sent[:-1] == counted
        assert bench.state.sent[-1].account == "Sim101"
        await bench.idle()
