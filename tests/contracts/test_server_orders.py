"""What every ServerOrders does, whichever server is behind it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ctpanel.domain.instrument import Contract
from ctpanel.domain.order import OrderState
from ctpanel.domain.outcomes import Accepted, Cause, NotSent, Refused, Unknown
from ctpanel.domain.values import Action, OrderType, Side
from ctpanel.paper.model import NewOrder
from tests.contracts.servers import Opener, Server, becomes, press


async def working(server: Server, account: str = "Sim101") -> int:
    return sum(order.is_working for order in await server.reads.orders(account))


def resting(contract: Contract, action: Action = Action.BUY) -> NewOrder:
    """A limit order far from the market."""
    price = Decimal(1000) if action is Action.BUY else Decimal(90_000)
    return NewOrder(contract, action, 1, OrderType.LIMIT, limit_price=price)


@pytest.mark.parametrize(("account", "start"), [("Sim101", 3), ("LIVE-001", -2)])
async def test_a_reverse_names_its_order_and_ends_at_the_target(
    open_server: Opener, account: str, start: int
) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        outcome = await server.orders.reverse_position(press(contract, start, account))
        assert isinstance(outcome, Accepted)
        assert outcome.order_id
        await server.net_becomes(-start, account, contract)
        assert server.received() == 1


async def test_a_reverse_to_another_size_ends_at_that_size(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        await server.orders.reverse_position(press(contract, 3, quantity=7))
        await server.net_becomes(-7, "Sim101", contract)


async def test_a_reverse_with_a_limit_is_flat_while_its_entry_rests(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        far = press(contract, 3, order_type=OrderType.LIMIT, limit_price=Decimal("6000.25"))
        outcome = await server.orders.reverse_position(far)
        assert isinstance(outcome, Accepted)
        await server.net_becomes(0, "Sim101", contract)
        (entry,) = [o for o in await server.reads.orders("Sim101") if o.is_working]
    assert (entry.order_id, entry.limit_price) == (outcome.order_id, Decimal("6000.25"))


async def test_a_reverse_of_nothing_is_refused_and_places_nothing(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("NQ")
        outcome = await server.orders.reverse_position(press(contract, 3))
        assert isinstance(outcome, Refused)
        assert outcome.text.startswith("No position found")
        assert await server.reads.orders("Sim101") == ()


async def test_a_reverse_that_is_refused_for_another_reason_is_unknown(
    open_server: Opener,
) -> None:
    async with open_server() as server:
        await server.contract("MES")
        outcome = await server.orders.reverse_position(press(Contract("XYZ", 2026, 12), 3))
    assert isinstance(outcome, Unknown)
    assert outcome.cause is Cause.HALF_DONE


async def test_a_reverse_cancels_the_orders_of_its_contract_only(open_server: Opener) -> None:
    async with open_server() as server:
        mes, nq = await server.contract("MES"), await server.contract("NQ")
        await server.rest("Sim101", resting(mes, Action.SELL))
        await server.rest("Sim101", resting(nq))
        await server.orders.reverse_position(press(mes, 3))
        await server.net_becomes(-3, "Sim101", mes)
        left = [o.contract for o in await server.reads.orders("Sim101") if o.is_working]
    assert left == [nq]


async def test_a_rejected_entry_leaves_the_account_flat(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        server.faults.entry = "reject"
        outcome = await server.orders.reverse_position(press(contract, 3))
        assert isinstance(outcome, Accepted)
        await server.net_becomes(0, "Sim101", contract)
        entry = (await server.reads.orders("Sim101"))[-1]
    assert (entry.order_id, entry.state) == (outcome.order_id, OrderState.REJECTED)


async def test_a_close_ends_flat(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        assert await server.orders.close_position("Sim101", contract) == Accepted()
        await server.net_becomes(0, "Sim101", contract)
        assert server.received() == 1


async def test_a_close_of_nothing_is_refused(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("NQ")
        outcome = await server.orders.close_position("Sim101", contract)
    assert isinstance(outcome, Refused)
    assert outcome.text.startswith("No positions found")


async def test_cancelling_names_the_orders_of_the_contract_and_ends_them(
    open_server: Opener,
) -> None:
    async with open_server() as server:
        mes, nq = await server.contract("MES"), await server.contract("NQ")
        for contract in (mes, mes, nq):
            await server.rest("Sim101", resting(contract))
        wanted = {o.order_id for o in await server.reads.orders("Sim101") if o.contract == mes}
        outcome = await server.orders.cancel_orders("Sim101", mes)
        assert isinstance(outcome, Accepted)
        assert set(outcome.order_ids) == wanted
        await becomes(lambda: working(server), 1)
        assert (await server.reads.position("Sim101", mes)).net == 3


async def test_cancelling_nothing_is_accepted_without_ids(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        assert await server.orders.cancel_orders("Sim101", contract) == Accepted()


async def test_flattening_closes_and_cancels_everything_of_the_account(
    open_server: Opener,
) -> None:
    async with open_server() as server:
        mes, mgc = await server.contract("MES"), await server.contract("MGC")
        await server.rest("Sim101", resting(await server.contract("NQ")))
        assert await server.orders.flatten("Sim101") == Accepted()
        for contract in (mes, mgc):
            await server.net_becomes(0, "Sim101", contract)
        await becomes(lambda: working(server), 0)
        assert (await server.reads.snapshot()).held["Sim101"] == {}


async def test_flattening_leaves_the_other_accounts_alone(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        await server.rest("LIVE-001", resting(contract))
        before = await server.reads.snapshot()
        await server.orders.flatten("Sim101")
        await server.net_becomes(0, "Sim101", contract)
        after = await server.reads.snapshot()
        assert await working(server, "LIVE-001") == 1
    sizes = [
        {n: {c: p.net for c, p in h.items()} for n, h in s.held.items() if n != "Sim101"}
        for s in (before, after)
    ]
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize("account", ["Nobody", "sim101", "..", ""])
async def test_an_order_for_an_account_that_is_not_listed_never_arrives(
    open_server: Opener, account: str
) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        outcomes = [
            await server.orders.reverse_position(press(contract, 3, account)),
            await server.orders.close_position(account, contract),
            await server.orders.cancel_orders(account, contract),
            await server.orders.flatten(account),
        ]
        assert server.received() == 0
        assert (await server.reads.position("Sim101", contract)).net == 3
    assert [type(outcome) for outcome in outcomes] == [NotSent] * 4
    assert {outcome.cause for outcome in outcomes if isinstance(outcome, NotSent)} == {
        Cause.NOT_LISTED
    }


async def test_no_order_is_sent_before_accounts_were_listed(open_server: Opener) -> None:
    async with open_server() as server:
        outcome = await server.orders.flatten("Sim101")
        assert server.received() == 0
    assert isinstance(outcome, NotSent)
    assert outcome.cause is Cause.NOT_LISTED


async def test_an_account_that_is_listed_no_more_gets_no_orders(open_server: Opener) -> None:
    async with open_server() as server:
        await server.reads.accounts()
        server.faults.accounts = "empty"
        assert await server.reads.accounts() == ()
        outcome = await server.orders.flatten("Sim101")
    assert isinstance(outcome, NotSent)


async def test_an_add_on_that_is_too_old_for_a_call_refuses_it_and_nothing_runs(
    open_server: Opener,
) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        server.faults.addon = "old"
        order = press(contract, 3).plan.order
        outcomes = [
            await server.orders.reverse_position(press(contract, 3)),
            await server.orders.close_position("Sim101", contract),
            await server.orders.place("Sim101", contract, order, "own-1", held=Side.LONG),
            await server.orders.cancel_orders("Sim101", contract),
            await server.orders.flatten("Sim101"),
        ]
        assert outcomes == [Refused("Unknown API command")] * 5
        assert await server.reads.orders("Sim101") == ()
        assert (await server.reads.position("Sim101", contract)).net == 3


async def test_two_presses_on_two_accounts_do_not_touch_each_other(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        for account, start in (("Sim101", 3), ("LIVE-001", -2)):
            await server.orders.reverse_position(press(contract, start, account))
        await server.net_becomes(-3, "Sim101", contract)
        await server.net_becomes(2, "LIVE-001", contract)


async def test_an_oco_id_that_was_used_up_rejects_the_entry(open_server: Opener) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        spent = replace(resting(contract), oco_id="once", limit_price=Decimal(90_000))
        await server.rest("Sim101", spent)
        await server.net_becomes(4, "Sim101", contract)
        outcome = await server.orders.reverse_position(press(contract, 4, oco_id="once"))
        assert isinstance(outcome, Accepted)
        await server.net_becomes(0, "Sim101", contract)
        await becomes(lambda: working(server), 0)
        entry = (await server.reads.orders("Sim101"))[-1]
    assert (entry.oco_id, entry.state) == ("once", OrderState.REJECTED)


async def test_an_order_is_placed_under_our_own_id_while_nothing_is_held(
    open_server: Opener,
) -> None:
    async with open_server() as server:
        contract = await server.contract("NQ")
        order = press(contract, 3).plan.order
        placed = await server.orders.place("Sim101", contract, order, "own-1", held=Side.FLAT)
        assert placed == Accepted(("own-1",))
        await server.net_becomes(-3, "Sim101", contract)
        assert [o.order_id for o in await server.reads.orders("Sim101")] == ["own-1"]


@pytest.mark.parametrize(
    ("account", "start", "held"), [("Sim101", 3, Side.LONG), ("LIVE-001", -2, Side.SHORT)]
)
async def test_an_order_on_condition_of_a_side_changes_what_is_held(
    open_server: Opener, account: str, start: int, held: Side
) -> None:
    async with open_server() as server:
        contract = await server.contract("MES")
        less = press(contract, start, account, quantity=1).plan.order
        more = replace(less, action=Action.BUY if start > 0 else Action.SELL, quantity=2)
        for number, order in enumerate((less, more)):
            placed = await server.orders.place(account, contract, order, f"own-{number}", held=held)
            assert placed == Accepted((f"own-{number}",))
        await server.net_becomes(start + held.sign, account, contract)


@pytest.mark.parametrize(
    ("account", "root", "held"),
    [
        ("Sim101", "MES", Side.FLAT),
        ("Sim101", "MES", Side.SHORT),
        ("LIVE-001", "MES", Side.LONG),
        ("Sim101", "NQ", Side.LONG),
        ("Sim101", "NQ", Side.SHORT),
    ],
)
async def test_an_order_is_refused_while_another_side_is_held(
    open_server: Opener, account: str, root: str, held: Side
) -> None:
    async with open_server() as server:
        contract = await server.contract(root)
        order = press(contract, 3).plan.order
        placed = await server.orders.place(account, contract, order, "own-1", held=held)
        assert isinstance(placed, Refused)
        assert placed.text.endswith(f"required {held.value.lower()}")
        assert await server.reads.orders(account) == ()
