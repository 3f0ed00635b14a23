"""What the fake server promises the tests that use it, besides being a server."""

import asyncio
import time
from decimal import Decimal
from typing import Any

import pytest

from ctpanel.app.ports import ReadCause, ReadFailed
from ctpanel.domain.outcomes import Accepted, Cause, Refused, Unknown
from ctpanel.domain.values import AccountKind, Action, OrderType
from ctpanel.paper.model import NewOrder
from tests.conftest import LoopFactory
from tests.contracts.servers import press
from tests.fakes.clocks import VirtualLoop
from tests.fakes.examples import LONG_3, MES
from tests.fakes.fake_server import FakeServer, read_failed


@pytest.fixture
def loop_factory() -> LoopFactory:
    return VirtualLoop


async def listed(**changes: Any) -> FakeServer:  # noqa: ANN401 - attributes of the fake
    server = FakeServer(**changes)
    await server.accounts()
    server.calls.clear()
    return server


async def test_its_first_position_is_that_of_the_examples() -> None:
    server = await listed()
    assert await server.position("Sim101", MES) == LONG_3


async def test_a_slow_reverse_takes_five_seconds_of_the_loops_time_and_none_of_ours() -> None:
    server = await listed()
    server.faults.close_delay_ms = 8000
    began = time.perf_counter()
    assert isinstance(await server.reverse_position(press(MES, 3)), Accepted)
    assert asyncio.get_running_loop().time() == pytest.approx(5, abs=0.05)
    assert time.perf_counter() - began < 5
    await asyncio.sleep(4)
    assert server.net("Sim101", MES) == -3


async def test_the_loops_time_passes_on_the_exchange() -> None:
    server = await listed()
    await server.close_position("Sim101", MES)
    await asyncio.sleep(0.03)
    assert server.net("Sim101", MES) == 3
    await asyncio.sleep(0.07)
    assert server.net("Sim101", MES) == 0


def test_time_can_be_moved_on_without_a_loop() -> None:
    server = FakeServer()
    server.submit("Sim101", NewOrder(MES, Action.BUY, 2, OrderType.MARKET))
    server.advance(100)
    assert server.net("Sim101", MES) == 5


async def test_moved_time_is_added_to_the_loops() -> None:
    server = await listed()
    server.advance(1000)
    await asyncio.sleep(0.5)
    server.advance()
    assert server.exchange.now_ms == 1500


async def test_readings_fail_while_told_to() -> None:
    server = await listed()
    server.fail_reads = read_failed(ReadCause.ADDON_OFFLINE, "offline")
    for reading in (server.accounts(), server.snapshot(), server.position("Sim101", MES)):
        with pytest.raises(ReadFailed, match="offline") as caught:
            await reading
        assert caught.value.cause is ReadCause.ADDON_OFFLINE
    server.fail_reads = None
    assert len(await server.accounts()) == 4


async def test_an_outcome_instead_keeps_an_order_from_being_carried_out() -> None:
    server = await listed()
    server.outcomes_instead = [Unknown(Cause.DEADLINE), Refused("no")]
    assert await server.reverse_position(press(MES, 3)) == Unknown(Cause.DEADLINE)
    assert await server.flatten("Sim101") == Refused("no")
    await asyncio.sleep(1)
    assert server.net("Sim101", MES) == 3
    assert await server.orders("Sim101") == ()


async def test_an_outcome_after_replaces_the_answer_to_what_was_carried_out() -> None:
    server = await listed()
    server.outcomes_after = [Unknown(Cause.CONNECTION_LOST)]
    assert await server.reverse_position(press(MES, 3)) == Unknown(Cause.CONNECTION_LOST)
    await asyncio.sleep(1)
    assert server.net("Sim101", MES) == -3


async def test_calls_are_recorded_when_they_arrive() -> None:
    server = await listed(latency=2.0)
    pressed = press(MES, 3)
    sending = asyncio.create_task(server.reverse_position(pressed))
    await asyncio.sleep(1.9)
    assert server.calls == []
    await sending
    await server.position("Sim101", MES)
    assert server.sent == [("reverse_position", pressed)]
    assert server.calls == [*server.sent, ("position", "Sim101", MES)]


async def test_a_reverse_goes_on_when_its_caller_has_gone() -> None:
    server = await listed()
    sending = asyncio.create_task(server.reverse_position(press(MES, 3)))
    await asyncio.sleep(0.03)
    sending.cancel()
    await asyncio.sleep(1)
    assert server.net("Sim101", MES) == -3


async def test_its_accounts_are_live_where_it_is_not_paper() -> None:
    server = await listed(on_paper=False)
    kinds = {account.name: account.kind for account in await server.accounts()}
    assert kinds["Sim101"] is AccountKind.SIM
    assert kinds["LIVE-001"] is AccountKind.LIVE


async def test_prices_are_exact() -> None:
    server = await listed()
    for _ in range(3):
        server.submit("Sim101", NewOrder(MES, Action.BUY, 1, OrderType.MARKET))
        await asyncio.sleep(0.3)
    average = (await server.position("Sim101", MES)).average_price
    assert isinstance(average, Decimal)
    quote = await server.quote("MES")
    assert quote.bid is not None
    assert quote.bid % quote.tick_size == 0
