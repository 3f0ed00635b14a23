"""Which readings are taken after an order, and what a trail of them keeps."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from ctpanel.app.ports import ReadCause
from ctpanel.app.reconcile import Reconciler, Trail
from ctpanel.app.store import Store
from ctpanel.domain.flat import FLAT_WITHIN
from ctpanel.domain.instrument import Contract
from ctpanel.domain.order import Execution, Order
from ctpanel.domain.outcomes import Cause, Unknown, Verdict, VerdictKind
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import Intent
from ctpanel.domain.state import PanelState, Read
from ctpanel.domain.values import Action, OrderType, Side
from ctpanel.domain.verdict import CLOSE_NAME, Awaited
from ctpanel.paper.faults import Faults
from ctpanel.paper.model import NewOrder
from tests.fakes.clocks import LoopClock
from tests.fakes.examples import TODAY, intent
from tests.fakes.fake_server import FakeServer, read_failed

SENT = intent()
NAMED = Awaited("own", has_entry=False)
LOST = Awaited(is_lost=True, cause=Cause.DEADLINE)


class LaggingServer(FakeServer):
    """Its list of orders has only closes for as long as it is behind; or not even these."""

    lists_closes = False
    is_behind = True
    has_executions = True
    has_position = True
    has_orders = True
    lookback = 0

    async def position(self, account: str, contract: Contract) -> Position:
        if not self.has_position:
            raise read_failed(ReadCause.RATE_LIMITED)
        return await super().position(account, contract)

    async def orders(self, account: str) -> tuple[Order, ...]:
        if not self.has_orders:
            raise read_failed(ReadCause.RATE_LIMITED)
        found = await super().orders(account)
        closes = tuple(order for order in found if order.name == CLOSE_NAME and self.lists_closes)
        return closes if self.is_behind else found

    async def executions(self, account: str, lookback: int) -> tuple[Execution, ...]:
        self.lookback = lookback
        if not self.has_executions:
            raise read_failed(ReadCause.REFUSED)
        return await super().executions(account, lookback)


@dataclass
class Desk:
    server: LaggingServer
    store: Store
    reconciler: Reconciler

    def asked(self, name: str) -> int:
        return sum(call[0] == name for call in self.server.calls)

    async def twice(self, awaited: Awaited, sent: Intent = SENT) -> Trail:
        first = await self.reconciler.examine(sent, awaited, self.reconciler.begin())
        return await self.reconciler.examine(sent, awaited, first)

    async def closed(self) -> None:
        await self.server.close_position(*SENT.key)
        self.server.advance(1000)


async def opened() -> Desk:
    server, clock = LaggingServer(Faults()), LoopClock()
    state = PanelState("https://example.test", True, 0.0, TODAY)  # noqa: FBT003 - on paper
    store = Store(state, clock, lambda _name, error: pytest.fail(str(error)))
    await server.accounts()
    return Desk(server, store, Reconciler(store, server, clock))


async def test_position_and_orders_that_agree_are_asked_nothing_more() -> None:
    desk = await opened()
    desk.server.is_behind = False
    await desk.twice(Awaited(is_lost=True))
    assert (desk.asked("executions"), desk.asked("lifecycle")) == (0, 0)


async def test_executions_are_read_once_position_and_orders_disagree() -> None:
    desk = await opened()
    await desk.server.close_position(*SENT.key)
    desk.server.advance(1000)
    trail = await desk.twice(Awaited())
    assert desk.asked("executions") == 1
    assert trail.last is not None
    assert [fill.quantity for fill in trail.last.fills] == [3]


async def test_the_history_is_read_of_an_entry_that_is_in_no_list() -> None:
    desk = await opened()
    trail = await desk.twice(NAMED)
    assert ("lifecycle", SENT.key[0], "own") in desk.server.calls
    assert trail.last is not None
    assert trail.last.history == ()


async def test_a_reading_counts_although_executions_and_history_fail() -> None:
    desk = await opened()
    desk.server.has_executions = False
    await desk.server.close_position(*SENT.key)
    desk.server.advance(1000)
    assert len((await desk.twice(NAMED)).readings) == 2


async def test_a_failed_reading_leaves_no_trace_in_the_trail() -> None:
    desk = await opened()
    desk.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
    assert (await desk.twice(NAMED)).readings == ()


@pytest.mark.parametrize("entry", ["reject", "ok"])
async def test_an_entry_whose_answer_was_lost_is_found_by_its_own_id_in_no_list(entry: str) -> None:
    """Its history tells of a rejection; as long as it does not, nothing is proved."""
    desk = await opened()
    server = desk.server
    await server.close_position(*SENT.key)
    server.advance(1000)
    server.faults.entry = entry  # type: ignore[assignment]  # drawn from its values
    server.outcomes_after = [Unknown(Cause.DEADLINE)]
    await server.place(*SENT.key, SENT.plan.order, "own", held=Side.FLAT)
    server.advance(1000)
    server.lists_closes = True
    verdict, _ = await desk.reconciler.settle(SENT, NAMED)
    expected = {"reject": VerdictKind.FLAT_ONLY, "ok": VerdictKind.UNKNOWN}
    assert verdict.kind is expected[entry]


# --- when it is read --------------------------------------------------------------------------


def times(trail: Trail) -> list[float]:
    return [round(reading.at, 3) for reading in trail.readings]


async def test_readings_come_quickly_at_first_and_then_one_a_second_until_time_is_up() -> None:
    desk = await opened()
    await asyncio.sleep(100)
    verdict, trail = await desk.reconciler.settle(SENT, LOST)
    assert times(trail) == [0.0, 0.1, 0.3, 0.6, *(n + 0.1 for n in range(1, 15))]
    assert verdict == Verdict(VerdictKind.UNKNOWN, trail.readings[0].position, cause=LOST.cause)


async def test_without_any_reading_no_position_is_told() -> None:
    desk = await opened()
    desk.server.fail_reads = read_failed(ReadCause.UNREACHABLE)
    verdict, _ = await desk.reconciler.settle(SENT, LOST)
    assert verdict == Verdict(VerdictKind.UNKNOWN, None, cause=LOST.cause)


async def test_a_proof_of_flat_is_waited_for_and_then_given_up() -> None:
    desk = await opened()
    began = asyncio.get_running_loop().time()
    assert not await desk.reconciler.prove_flat(SENT)
    assert FLAT_WITHIN - 1 <= asyncio.get_running_loop().time() - began <= FLAT_WITHIN


async def test_flat_is_proved_by_two_readings_of_it() -> None:
    desk = await opened()
    desk.server.is_behind = False
    await desk.closed()
    assert await desk.reconciler.prove_flat(SENT)
    assert asyncio.get_running_loop().time() < 1


async def test_what_is_shown_is_as_old_as_its_question() -> None:
    desk = await opened()
    await asyncio.sleep(7)
    asked = asyncio.get_running_loop().time()
    desk.server.latency = 0.5
    position, orders = await desk.reconciler.read(SENT.key)
    state = desk.store.state
    assert state.position_of(SENT.key) == Read(position, asked)
    assert state.orders[SENT.key[0]] == Read(orders, asked)


# --- what belongs to a reading ----------------------------------------------------------------


async def test_orders_and_fills_of_another_contract_are_left_out() -> None:
    desk = await opened()
    gold = desk.server.exchange.market.resolve("MGC")
    assert gold is not None
    sold = desk.server.submit(SENT.key[0], NewOrder(gold, Action.SELL, 1, OrderType.MARKET))
    await desk.closed()
    assert sold.filled == 1
    trail = await desk.twice(LOST)
    assert trail.last is not None
    assert {fill.contract for fill in trail.last.fills} == {SENT.key[1]}
    desk.server.is_behind = False
    trail = await desk.twice(LOST)
    assert trail.last is not None
    assert [order.name for order in trail.last.orders] == [CLOSE_NAME]


@pytest.mark.parametrize("missing", ["has_position", "has_orders"])
async def test_half_a_reading_is_none_and_is_not_shown(missing: str) -> None:
    desk = await opened()
    setattr(desk.server, missing, False)
    assert (await desk.twice(LOST)).readings == ()
    assert desk.store.state.position_of(SENT.key) is None
    assert desk.store.state.orders == {}


async def test_of_a_reading_whose_half_has_failed_nothing_is_left_running() -> None:
    desk = await opened()
    desk.server.has_position, desk.server.latency = False, 0.5
    await desk.reconciler.examine(SENT, LOST, desk.reconciler.begin())
    assert desk.asked("orders") == 1


@pytest.mark.parametrize(
    ("seconds", "lookback"), [(0.0, 1), (2.5, 4), (898.5, 900), (4000.0, 900), (-2.5, 4)]
)
async def test_executions_are_asked_for_since_the_press_and_no_longer_than_allowed(
    seconds: float, lookback: int
) -> None:
    """Before the press is where a clock stands that was set back since."""
    desk = await opened()
    await desk.closed()
    wall = LoopClock().wall() - timedelta(seconds=seconds)
    await desk.twice(LOST, replace(SENT, pressed_at=wall))
    assert desk.server.lookback == lookback


async def test_the_history_is_not_read_of_an_entry_that_is_listed_beside_another() -> None:
    desk = await opened()
    desk.server.is_behind = False
    far = NewOrder(SENT.key[1], Action.SELL, 3, OrderType.LIMIT, limit_price=Decimal(90_000))
    desk.server.submit(SENT.key[0], replace(far, order_id="own"))
    desk.server.submit(SENT.key[0], far)
    await desk.twice(NAMED)
    assert desk.asked("lifecycle") == 0


async def test_the_first_reading_asks_for_position_and_orders_alone() -> None:
    desk = await opened()
    await desk.closed()
    await desk.reconciler.examine(SENT, NAMED, desk.reconciler.begin())
    assert (desk.asked("executions"), desk.asked("lifecycle")) == (0, 0)
