"""A NinjaTrader that is without its broker, or whose strategy trades the contract by itself."""

import asyncio

from ctpanel.domain.outcomes import Cause, Code, Denied, Unknown, VerdictKind
from ctpanel.domain.report import ReverseEnded
from ctpanel.domain.reverse import Plan
from ctpanel.domain.values import Action, OrderType
from ctpanel.paper.model import NewOrder
from tests.fakes.bench import Bench, ready_panel
from tests.fakes.examples import MES
from tests.fakes.fake_server import FakeServer

KEY = ("Sim101", MES)


def verdicts(bench: Bench) -> list[VerdictKind]:
    return [e.verdict.kind for e in bench.events if isinstance(e, ReverseEnded)]


async def test_a_press_without_the_broker_is_denied_and_sends_nothing() -> None:
    async with ready_panel() as bench:
        bench.server.faults.broker = "lost"
        await bench.until(lambda s: isinstance(s.offer, Denied), 3)
        bench.press()
        await asyncio.sleep(5)
        assert isinstance(bench.state.offer, Denied)
        assert bench.state.offer.code is Code.BROKER_OFFLINE
        assert bench.server.sent == []


async def test_the_button_is_back_when_the_broker_is() -> None:
    async with ready_panel() as bench:
        bench.server.faults.broker = "lost"
        await bench.until(lambda s: isinstance(s.offer, Denied), 3)
        bench.server.faults.broker = "connected"
        await bench.until(lambda s: isinstance(s.offer, Plan), 3)


async def test_the_safety_actions_are_sent_without_the_broker_too() -> None:
    async with ready_panel() as bench:
        bench.server.faults.broker = "lost"
        await bench.until(lambda s: isinstance(s.offer, Denied), 3)
        bench.safety.close_position()
        await bench.idle()
        assert [call[0] for call in bench.server.sent] == ["close_position"]


async def test_a_reverse_that_waits_for_the_broker_is_locked_until_it_is_proved() -> None:
    async with ready_panel() as bench:
        bench.press()
        bench.server.faults.broker = "lost"
        await bench.idle()
        assert verdicts(bench) == [VerdictKind.UNKNOWN]
        assert KEY in bench.state.locks
        bench.server.faults.broker = "connected"
        await bench.until(lambda s: not s.locks)
        assert verdicts(bench)[-1] is VerdictKind.REVERSED
        assert bench.server.net(*KEY) == -3
        assert len(bench.server.sent) == 1


# --- a strategy trades the contract too: the API lists no strategies, only their orders ----------


def trade_by_itself(bench: Bench, quantity: int) -> None:
    """What a strategy does when its moment comes."""
    entry = NewOrder(MES, Action.SELL, quantity, OrderType.MARKET, name="Short entry")
    bench.server.submit("Sim101", entry)


async def test_a_strategy_that_reaches_our_target_by_itself_does_not_prove_our_reverse() -> None:
    lost = Unknown(Cause.DEADLINE)
    async with ready_panel(FakeServer(outcomes_instead=[lost])) as bench:
        bench.press()
        await asyncio.sleep(0.05)
        for quantity in (2, 4):
            trade_by_itself(bench, quantity)
        await bench.idle()
        await asyncio.sleep(600)
        assert bench.server.net(*KEY) == -3
        assert verdicts(bench) == [VerdictKind.UNKNOWN]
        assert KEY in bench.state.locks


async def test_a_strategy_that_trades_during_our_reverse_is_counted_in_what_is_said() -> None:
    async with ready_panel() as bench:
        bench.press()
        await asyncio.sleep(0.05)
        trade_by_itself(bench, 1)
        await bench.idle()
        assert bench.server.net(*KEY) == -4
        assert verdicts(bench) == [VerdictKind.OVERSIZED]
