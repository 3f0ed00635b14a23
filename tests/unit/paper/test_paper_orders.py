"""Orders to the paper exchange over HTTP: what is taken, and what is refused untouched."""

from typing import Any

import pytest

from ctpanel.domain.order import OrderState
from tests.unit.paper.papers import API, A, order, paper


async def test_a_reverse_answers_with_the_new_orders_id() -> None:
    async with paper() as server:
        reply = await server.post(f"{A}/positions/reverseposition", **order())
        server.wait(1)
        orders = (await server.get(f"{A}/orders")).json()["orders"]
    assert reply.json() == {"orderId": orders[-1]["orderId"], "success": True}
    assert len(reply.json()["orderId"]) == 32
    assert orders[-1]["name"] == "Entry"


async def test_a_reverse_when_flat_is_the_documented_error() -> None:
    async with paper() as server:
        reply = await server.post(f"{A}/positions/reverseposition", **order(instrument="NQ 12-30"))
    assert reply.status_code == 400
    text = "No position found for instrument 'NQ 12-30' in account 'Sim101'"
    assert reply.json() == {"error": text}


BAD_BODIES = {
    "no action": order(action=None),
    "another action": order(action="HOLD"),
    "a quantity of text": order(quantity="3"),
    "a quantity with a fraction": order(quantity=3.0),
    "a truth as quantity": order(quantity=True),
    "no contracts": order(quantity=0),
    "another order type": order(orderType="MIT"),
    "another time in force": order(timeInForce="IOC"),
    "a limit without its price": order(orderType="LIMIT"),
    "a price of text": order(orderType="LIMIT", limitPrice="5000"),
    "a price no market has": order(orderType="LIMIT", limitPrice=1e30),
    "a price without end": order(orderType="STOPMARKET", stopPrice=10**400),
    "no instrument": order(instrument=""),
    "an instrument nobody has": order(instrument="XYZ"),
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
@pytest.mark.parametrize("path", ["positions/reverseposition", "orders/place"])
async def test_a_body_that_is_not_an_order_is_400_and_changes_nothing(
    path: str, body: dict[str, Any]
) -> None:
    async with paper() as server:
        reply = await server.post(f"{A}/{path}", **body)
        assert reply.status_code == 400
        assert server.live.exchange.orders == []


@pytest.mark.parametrize(
    "raw", [b"[]", b"{", b'"x"', b"\xff", b"[" * 100_000, b'{"ocoId": "\\ud83d"}']
)
async def test_a_body_that_is_no_json_object_is_400(raw: bytes) -> None:
    async with paper() as server:
        reply = await server.http.post(f"{A}/positions/close", content=raw)
    assert (reply.status_code, reply.json()) == (400, {"error": "Invalid request"})


async def test_placing_is_bound_to_the_position_it_requires() -> None:
    async with paper() as server:
        held = await server.post(f"{A}/orders/place", **order(requireMarketPosition="flat"))
        assert held.status_code == 400
        assert server.live.exchange.orders == []
        long_ = await server.post(f"{A}/orders/place", **order(requireMarketPosition="flat, long"))
        own = await server.post(f"{A}/orders/place", **order(orderId="own-1"))
    assert long_.json()["success"] is True
    assert own.json() == {"orderId": "own-1", "success": True}


@pytest.mark.parametrize(
    "body",
    [{"quantity": -5}, {"quantity": 0}, {"quantity": "2"}, {"percent": -1}, {"percent": "x"}],
)
async def test_a_close_of_no_size_is_400_and_changes_nothing(body: dict[str, Any]) -> None:
    async with paper() as server:
        reply = await server.post(f"{A}/positions/close", instrument="MES", **body)
        assert reply.status_code == 400
        assert server.live.exchange.orders == []


@pytest.mark.parametrize("price", [b"1e400", b"Infinity", b"NaN"])
async def test_a_price_that_is_no_number_is_400(price: bytes) -> None:
    body = (
        b'{"instrument":"MES","action":"BUY","quantity":1,"orderType":"LIMIT","timeInForce":"DAY"'
    )
    async with paper() as server:
        reply = await server.http.post(
            f"{A}/orders/place", content=body + b',"limitPrice":' + price + b"}"
        )
        server.wait(1)
        assert reply.status_code == 400


async def test_everything_is_recorded_with_whether_it_was_carried_out() -> None:
    async with paper(order_arrival="503") as server:
        await server.post(f"{A}/positions/flatten")
        server.faults.order_arrival = "ok"
        await server.post(f"{A}/positions/flatten")
        record = (await server.get("/_paper/record")).json()
    entries = [(e["kind"], e["status"], e["executed"]) for e in record["requests"]]
    assert entries == [("order", 503, False), ("order", 200, True)]
    assert record["orders"][0]["name"] == "Close"


async def test_a_price_that_does_not_apply_is_ignored() -> None:
    async with paper() as server:
        body = order(action="BUY", limitPrice=5500, stopPrice=0)
        reply = await server.post(f"{API}/accounts/LIVE-001/positions/reverseposition", **body)
        server.wait(1)
        assert reply.status_code == 200
        placed = server.live.exchange.order("LIVE-001", reply.json()["orderId"])
        assert placed is not None
    assert placed.state is OrderState.FILLED


async def test_flattening_with_a_filter_leaves_the_others_alone() -> None:
    async with paper() as server:
        await server.post(f"{API}/positions/flatten", account="Sim101")
        server.wait(1)
        left = (await server.get(f"{API}/positions")).json()["positions"]
    assert {position["account"] for position in left} == {"Sim102", "DEMO4021", "LIVE-001"}


async def test_flattening_everything_needs_no_account_and_closes_them_all() -> None:
    async with paper() as server:
        reply = await server.post(f"{API}/positions/flatten")
        server.wait(1)
        left = (await server.get(f"{API}/positions")).json()
    assert len({closed["account"] for closed in reply.json()["closedPositions"]}) == 4
    assert left == {"positions": [], "count": 0, "success": True}
