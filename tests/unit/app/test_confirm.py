"""A press that is asked about first: what sends, what does not, and what asks anew."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from ctpanel.domain.limits import Limits
from ctpanel.domain.outcomes import Field
from ctpanel.domain.report import PressDenied
from ctpanel.domain.reverse import Plan
from tests.fakes.bench import Bench
from tests.fakes.fake_server import FakeServer


async def live_panel() -> Bench:
    bench = Bench(FakeServer(on_paper=False))
    await bench.ready()
    bench.desk.choose_account("LIVE-001")
    await bench.until(lambda s: isinstance(s.offer, Plan) and s.now - s.offer_since > 0.3)
    return bench


async def test_a_live_press_asks_and_sends_nothing_yet() -> None:
    bench = await live_panel()
    bench.press()
    await asyncio.sleep(2)
    assert bench.state.confirming is not None
    assert bench.server.sent == []
    await bench.stop()


async def test_a_confirmed_press_sends_one_order() -> None:
    bench = await live_panel()
    bench.press()
    asked = bench.state.confirming
    assert asked is not None
    for _ in range(3):
        bench.reverser.confirm(asked.shown)
    await bench.idle()
    assert len(bench.server.sent) == 1
    await bench.stop()


async def test_a_dismissed_press_sends_nothing() -> None:
    bench = await live_panel()
    bench.press()
    bench.reverser.dismiss()
    await asyncio.sleep(2)
    assert bench.state.confirming is None
    assert bench.server.sent == []
    await bench.stop()


@pytest.mark.parametrize(
    "change",
    [
        lambda bench: bench.desk.edit(Field.QUANTITY, "1"),
        lambda bench: bench.desk.choose_account("Sim101"),
        lambda bench: bench.desk.type_instrument("MNQ"),
    ],
)
async def test_a_question_goes_away_when_what_it_asks_changes(
    change: Callable[[Bench], None],
) -> None:
    bench = await live_panel()
    bench.press()
    asked = bench.state.confirming
    assert asked is not None
    change(bench)
    assert bench.state.confirming is None
    bench.reverser.confirm(asked.shown)
    assert isinstance(bench.events[-1], PressDenied)
    assert bench.server.sent == []
    await bench.stop()


async def test_a_dialog_that_says_something_else_sends_nothing_and_goes_away() -> None:
    bench = await live_panel()
    bench.press()
    asked = bench.state.confirming
    assert asked is not None
    bench.reverser.confirm(replace(asked.shown, start_net=9))
    assert isinstance(bench.events[-1], PressDenied)
    assert bench.state.confirming is None
    assert bench.server.sent == []
    await bench.stop()


async def test_a_confirmation_that_nothing_asked_for_is_asked_about_first() -> None:
    bench = await live_panel()
    offer = bench.state.offer
    assert isinstance(offer, Plan)
    bench.reverser.confirm(offer.shown)
    assert bench.state.confirming == offer
    assert bench.server.sent == []
    await bench.stop()


async def test_the_question_is_gone_once_it_is_confirmed() -> None:
    bench = await live_panel()
    bench.press()
    asked = bench.state.confirming
    assert asked is not None
    bench.reverser.confirm(asked.shown)
    assert bench.state.confirming is None
    await bench.idle()
    assert not any(isinstance(event, PressDenied) for event in bench.events)
    await bench.stop()


async def test_a_question_that_arose_while_another_stood_is_asked_before_sending() -> None:
    bench = await live_panel()
    bench.press()
    asked = bench.state.confirming
    assert asked is not None
    bench.store.update(lambda s: replace(s, limits=Limits(soft_quantity=1)))
    bench.reverser.confirm(asked.shown)
    assert bench.server.sent == []
    assert bench.state.confirming is not None
    assert bench.state.confirming.asks_beyond(asked)
    bench.reverser.confirm(asked.shown)
    await bench.idle()
    assert len(bench.server.sent) == 1
    await bench.stop()
