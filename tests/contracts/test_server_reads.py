"""What every ServerReads does, whichever server is behind it."""

from decimal import Decimal

import pytest

from ctpanel.app.ports import ReadCause, ReadFailed
from ctpanel.domain.instrument import Contract
from ctpanel.domain.order import OrderState
from ctpanel.domain.outcomes import Accepted
from ctpanel.domain.position import FLAT
from ctpanel.domain.values import Action, OrderType, Side
from ctpanel.paper.model import NewOrder
from tests.contracts.servers import Opener, becomes, press


async def test_accounts_are_listed_with_their_providers(open_server: Opener) -> None:
    async with open_server() as server:
        found = {account.name: account.provider for account in await server.reads.accounts()}
    assert found["Sim101"] == "Simulator"
    assert found["LIVE-001"] == "Rithmic"


async def test_accounts_tell_whether_their_broker_is_connected(open_server: Opener) -> None:
    async with open_server() as server:
        assert not any(account.is_cut_off for account in await server.reads.accounts())
        server.faults.broker = "lost"
        assert all(account.is_cut_off for account in await server.reads.accounts())
        assert all(account.is_cut_off for account in (await server.reads.snapshot()).accounts)


async def test_a_snapshot_lists_what_each_account_holds(open_server: Opener) -> None:
    async with open_server() as server:
        found = await server.reads.snapshot()
        mes = (await server.reads.quote("MES")).contract
    held = {name: positions[mes].net for name, positions in found.held.items() if mes in positions}
    assert held == {"Sim101": 3, "LIVE-001": -2}
    assert {account.name for account in found.accounts} == set(found.held)
    assert not any(p.is_flat for positions in found.held.values() for p in positions.values())


async def test_a_snapshot_lists_the_accounts_too(open_server: Opener) -> None:
    async with open_server() as server:
        contract = (await server.reads.quote("MES")).contract
        await server.reads.snapshot()
        assert (await server.reads.position("Sim101", contract)).net == 3


async def test_a_held_position_has_side_size_and_average(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        found = await server.reads.position("LIVE-001", contract)
    assert (found.side, found.quantity, found.average_price) == (Side.SHORT, 2, Decimal("5013.75"))


async def test_a_position_that_is_not_held_is_flat(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("NQ")
        assert await server.reads.position("Sim101", contract) == FLAT


@pytest.mark.parametrize("account", ["Nobody", "sim101", "..", ""])
async def test_an_account_that_is_not_listed_is_refused(open_server: Opener, account: str) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        with pytest.raises(ReadFailed) as caught:
            await server.reads.position(account, contract)
        assert caught.value.cause is ReadCause.REFUSED
        with pytest.raises(ReadFailed) as caught:
            await server.reads.orders(account)
        assert caught.value.cause is ReadCause.REFUSED


async def test_no_account_is_known_before_one_was_listed(open_server: Opener) -> None:
    async with open_server() as server:
        contract = (await server.reads.quote("MES")).contract
        with pytest.raises(ReadFailed) as caught:
            await server.reads.position("Sim101", contract)
    assert caught.value.cause is ReadCause.REFUSED


async def test_a_root_is_quoted_as_a_dated_contract(open_server: Opener) -> None:
    async with open_server() as server:
        by_root = await server.reads.quote("MES")
        by_name = await server.reads.quote(by_root.contract.name)
    assert by_root.contract.root == "MES"
    assert by_name.contract == by_root.contract


async def test_a_quote_has_a_market_and_its_tick(open_server: Opener) -> None:
    async with open_server() as server:
        quote = await server.reads.quote("MES")
    assert (quote.tick_size, quote.point_value, quote.is_open) == (
        Decimal("0.25"),
        Decimal(5),
        True,
    )
    assert quote.bid is not None
    assert quote.ask is not None
    assert quote.bid < quote.ask
    assert quote.bid % quote.tick_size == 0
    assert quote.expires is not None


@pytest.mark.parametrize("query", ["XYZ", "XYZ 12-26", "MES 01-27", "?"])
async def test_an_instrument_nobody_lists_is_refused(open_server: Opener, query: str) -> None:
    async with open_server() as server:
        with pytest.raises(ReadFailed) as caught:
            await server.reads.quote(query)
    assert caught.value.cause is ReadCause.REFUSED
    assert caught.value.detail


async def test_the_position_of_a_contract_nobody_lists_is_refused(open_server: Opener) -> None:
    async with open_server() as server:
        await server.reads.accounts()
        with pytest.raises(ReadFailed) as caught:
            await server.reads.position("Sim101", Contract("XYZ", 2026, 12))
    assert caught.value.cause is ReadCause.REFUSED


async def test_there_are_no_orders_at_first(open_server: Opener) -> None:
    async with open_server() as server:
        await server.reads.accounts()
        assert await server.reads.orders("Sim101") == ()


async def test_a_working_order_is_listed_with_what_it_asks(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        price = Decimal("4000.25")
        asked = NewOrder(
            contract, Action.BUY, 2, OrderType.LIMIT, "GTC", limit_price=price, oco_id="group 1"
        )
        await server.rest("Sim101", asked)

        async def state() -> OrderState:
            return (await server.reads.orders("Sim101"))[0].state

        await becomes(state, OrderState.WORKING)
        (order,) = await server.reads.orders("Sim101")
        assert await server.reads.orders("Sim102") == ()
    assert order.is_working
    assert (order.account, order.contract, order.action) == ("Sim101", contract, Action.BUY)
    assert (order.order_type, order.quantity, order.filled) == (OrderType.LIMIT, 2, 0)
    assert (order.limit_price, order.stop_price, order.average_fill) == (price, None, None)
    assert (order.oco_id, order.time_in_force) == ("group 1", "GTC")


async def test_finished_orders_stay_listed(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        outcome = await server.orders.reverse_position(press(contract, 3))
        assert isinstance(outcome, Accepted)
        await server.net_becomes(-3, "Sim101", contract)
        close, entry = await server.reads.orders("Sim101")
    assert (close.state, close.net_filled, close.name) == (OrderState.FILLED, -3, "Close")
    assert (entry.state, entry.net_filled) == (OrderState.FILLED, -3)
    assert entry.order_id == outcome.order_id
    assert entry.average_fill is not None


async def test_executions_add_up_to_what_their_orders_filled(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        await server.orders.reverse_position(press(contract, 3))
        await server.net_becomes(-3, "Sim101", contract)
        orders = await server.reads.orders("Sim101")
        fills = await server.reads.executions("Sim101", 60)
    for order in orders:
        own = [fill for fill in fills if fill.order_id == order.order_id]
        assert sum(fill.quantity for fill in own) == order.filled
        assert {fill.contract for fill in own} == {contract}
    assert len({fill.execution_id for fill in fills}) == len(fills)


async def test_a_history_ends_with_what_became_of_the_order(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        await server.orders.close_position("Sim101", contract)
        await server.net_becomes(0, "Sim101", contract)
        own_id = "0123456789abcdef"
        wanted = press(contract, 3).plan.order
        await server.orders.place("Sim101", contract, wanted, own_id, held=Side.FLAT)
        await server.net_becomes(-3, "Sim101", contract)
        history = await server.reads.lifecycle("Sim101", own_id)
    assert [event.state for event in history][-1] is OrderState.FILLED


async def test_an_order_nobody_placed_has_no_history(open_server: Opener) -> None:
    async with open_server() as server:
        await server.reads.accounts()
        with pytest.raises(ReadFailed) as caught:
            await server.reads.lifecycle("Sim101", "0123456789abcdef")
    assert caught.value.cause is ReadCause.REFUSED


async def test_a_position_may_be_shown_late(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        server.faults.positions_lag_ms = 60_000
        await server.orders.close_position("Sim101", contract)

        async def filled() -> int:
            return sum(order.filled for order in await server.reads.orders("Sim101"))

        await becomes(filled, 3)
        assert (await server.reads.position("Sim101", contract)).net == 3
        server.faults.positions_lag_ms = 0
        assert await server.reads.position("Sim101", contract) == FLAT
