"""Which readings are taken after an order, and what a trail of them keeps."""

from dataclasses import dataclass

import pytest

from ctpanel.app.ports import ReadCause
from ctpanel.app.reconcile import Reconciler, Trail
from ctpanel.app.store import Store
from ctpanel.domain.order import Execution, Order
from ctpanel.domain.outcomes import Cause, Unknown, VerdictKind
from ctpanel.domain.state import PanelState
from ctpanel.domain.values import Side
from ctpanel.domain.verdict import CLOSE_NAME, Awaited
from ctpanel.paper.faults import Faults
from tests.fakes.clocks import LoopClock
from tests.fakes.examples import TODAY, intent
from tests.fakes.fake_server import FakeServer, read_failed

SENT = intent()
NAMED = Awaited("own", has_entry=False)


class LaggingServer(FakeServer):
    """Its list of orders has only closes for as long as it is behind; or not even these."""

    lists_closes = False
    is_behind = True
    has_executions = True

    async def orders(self, account: str) -> tuple[Order, ...]:
        found = await super().orders(account)
        closes = tuple(order for order in found if order.name == CLOSE_NAME and self.lists_closes)
        return closes if self.is_behind else found

    async def executions(self, account: str, lookback: int) -> tuple[Execution, ...]:
        if not self.has_executions:
            raise read_failed(ReadCause.REFUSED)
        return await super().executions(account, lookback)


@dataclass
class Desk:
    server: LaggingServer
    reconciler: Reconciler

    def asked(self, name: str) -> int:
        return sum(call[0] == name for call in self.server.calls)

    async def twice(self, awaited: Awaited) -> Trail:
        first = await self.reconciler.examine(SENT, awaited, self.reconciler.begin())
        return await self.reconciler.examine(SENT, awaited, first)


async def opened() -> Desk:
    server, clock = LaggingServer(Faults()), LoopClock()
    state = PanelState("https://example.test", True, 0.0, TODAY)  # noqa: FBT003 - on paper
    store = Store(state, clock, lambda _name, error: pytest.fail(str(error)))
    await server.accounts()
    return Desk(server, Reconciler(store, server, clock))


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
