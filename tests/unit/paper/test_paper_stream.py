"""The paper exchange's stream: who gets in, what is pushed, what is limited, how it goes wrong."""

import asyncio
import json
from collections.abc import Awaitable

import pytest
from websockets.exceptions import ConnectionClosed

from ctpanel.paper.faults import set_fault
from tests.contracts.servers import PaperThread
from tests.unit.paper.papers import order
from tests.unit.paper.sockets import Socket, refused, socket

QUOTES = {"action": "subscribe", "instruments": ["MES"]}
CHANGES = {"action": "subscribe", "events": ["orders", "executions", "positions"]}


# --- the door ---------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic t"])
async def test_without_the_token_the_stream_stays_shut(exchange: PaperThread, header: str) -> None:
    status, body = await refused(exchange, header)
    assert (status, body["error"]) == (401, "unauthorized")


async def test_without_a_plan_the_stream_stays_shut(exchange: PaperThread) -> None:
    exchange.faults.plan = "none"
    status, body = await refused(exchange)
    assert (status, body["error"]) == (401, "api_requires_pro")


@pytest.mark.parametrize(
    ("door", "status"), [("off", 404), ("403", 403), ("429", 429), ("503", 503)]
)
async def test_the_door_can_stay_shut_in_many_ways(
    exchange: PaperThread, door: str, status: int
) -> None:
    set_fault(exchange.faults, "stream_door", door)
    assert (await refused(exchange))[0] == status


async def test_no_other_path_is_a_stream(exchange: PaperThread) -> None:
    exchange.origin, kept = f"{exchange.origin}/v1/api", exchange.origin
    try:
        assert (await refused(exchange))[0] == 404
    finally:
        exchange.origin = kept


@pytest.mark.parametrize(("how", "code"), [("1008", 1008), ("4000", 4000), ("4001", 4001)])
async def test_a_newer_connection_of_the_user_evicts_the_older(
    exchange: PaperThread, how: str, code: int
) -> None:
    set_fault(exchange.faults, "stream_eviction", how)
    async with socket(exchange) as older, socket(exchange) as newer:
        assert await older.end() == (code, "Session active elsewhere")
        assert older.heard[-1]["error"] == "Session active elsewhere"
        assert (await newer.call("ListAccounts"))["data"]["success"] is True


async def test_an_eviction_can_go_unsaid(exchange: PaperThread) -> None:
    exchange.faults.stream_eviction = "unsaid"
    async with socket(exchange) as older, socket(exchange):
        assert await older.end() == (4000, "")
        assert not any("error" in frame for frame in older.heard)


async def test_an_evicted_connection_can_only_drop(exchange: PaperThread) -> None:
    exchange.faults.stream_eviction = "drop"
    async with socket(exchange) as older, socket(exchange):
        assert (await older.end())[0] == 1006


async def test_several_connections_of_a_user_can_be_let_be(exchange: PaperThread) -> None:
    exchange.faults.stream_sessions = "many"
    async with socket(exchange) as older, socket(exchange):
        assert "data" in await older.call("ListAccounts")


# --- calls ------------------------------------------------------------------------------------


async def test_a_call_is_answered_with_the_body_that_rest_has(exchange: PaperThread) -> None:
    async with socket(exchange) as client:
        placed = await client.call("PlaceOrder", account="Sim101", **order(instrument="NQ"))
        one = await client.call("GetOrder", account="Sim101", orderId=placed["data"]["orderId"])
    assert placed["data"]["success"] is True
    assert one["data"]["orderId"] == placed["data"]["orderId"]


@pytest.mark.parametrize("name", ["Cancel", "CancelOrder"])
async def test_cancelling_goes_by_either_of_its_names(exchange: PaperThread, name: str) -> None:
    async with socket(exchange) as client:
        resting = order(instrument="NQ", orderType="Limit", limitPrice=90_000)
        placed = await client.call("PlaceOrder", account="Sim101", **resting)
        order_id = placed["data"]["orderId"]
        cancelled = await client.call(name, "c2", account="Sim101", orderId=order_id)
    assert cancelled["data"] == {"orderId": order_id, "success": True}


async def test_words_are_taken_in_the_streams_spelling(exchange: PaperThread) -> None:
    words = {"action": "Buy", "orderType": "Market", "timeInForce": "Gtc"}
    async with socket(exchange) as client:
        reply = await client.call("ReversePosition", account="LIVE-001", **order(**words))
    assert reply["data"]["success"] is True


async def test_a_refused_call_has_its_error_beside_its_id(exchange: PaperThread) -> None:
    async with socket(exchange) as client:
        reply = await client.call("ClosePosition", account="Sim101", instrument="NQ")
    assert reply["error"] == "No positions found for instrument 'NQ'"


async def test_a_refused_call_can_have_its_error_in_its_data(exchange: PaperThread) -> None:
    exchange.faults.stream_errors = "in_data"
    async with socket(exchange) as client:
        reply = await client.call("ClosePosition", account="Sim101", instrument="NQ")
    assert reply["data"]["success"] is False
    assert reply["data"]["error"] == "No positions found for instrument 'NQ'"


async def test_a_refused_call_can_have_its_error_without_its_id(exchange: PaperThread) -> None:
    exchange.faults.stream_errors = "without_id"
    async with socket(exchange) as client:
        await client.say(action="rpc", id="c1", api="Nonsense", args={})
        assert "id" not in await client.hear(error="Unknown API command")


async def test_an_account_nobody_has_is_refused_over_the_stream(exchange: PaperThread) -> None:
    async with socket(exchange) as client:
        reply = await client.call("Flatten", account="Nobody")
    assert reply["error"] == "account not found"


async def test_an_offline_add_on_answers_no_call_and_is_told(exchange: PaperThread) -> None:
    async with socket(exchange) as client:
        await client.hear(type="status", state="ready")
        exchange.faults.addon = "offline"
        await client.hear(type="status", state="disconnected")
        assert (await client.call("ListAccounts"))["error"] == "addon_disconnected"
        assert "data" in await client.call("GetWatermarks", "c2", account="Sim101")


async def test_rest_and_stream_share_one_allowance(exchange: PaperThread) -> None:
    async with socket(exchange) as client:
        for number in range(20):
            await client.say(action="rpc", id=f"c{number}", api="ListAccounts", args={})
        await client.hear(id="c19")
        reply = await client.call("ListAccounts", "over")
    assert reply["error"] == "Rate limit exceeded"


@pytest.mark.parametrize(("how", "ids"), [("twice", ["c1", "c1"]), ("other_id", ["c10"])])
async def test_an_answer_can_come_twice_or_under_another_id(
    exchange: PaperThread, how: str, ids: list[str]
) -> None:
    set_fault(exchange.faults, "stream_answers", how)
    async with socket(exchange) as client:
        await client.say(action="rpc", id="c1", api="ListAccounts", args={})
        assert [(await client.hear(id=..., data=...))["id"] for _ in ids] == ids


@pytest.mark.parametrize("fault", ["drop", "half", "garbage", "no_id", "500"])
async def test_an_order_is_carried_out_whatever_becomes_of_its_answer(
    exchange: PaperThread, fault: str
) -> None:
    set_fault(exchange.faults, "order_reply", fault)
    async with socket(exchange) as client:
        await client.say(action="rpc", id="c1", api="Flatten", args={"account": "Sim101"})
        with pytest.raises((ConnectionClosed, json.JSONDecodeError, AssertionError)):
            assert "closedPositions" in (await client.hear(id="c1")).get("data", {})
    exchange.faults.order_reply = "ok"
    assert exchange._live.exchange.orders


async def test_a_call_can_be_lost_before_it_is_carried_out(exchange: PaperThread) -> None:
    exchange.faults.order_arrival = "drop"
    async with socket(exchange) as client:
        await client.say(action="rpc", id="c1", api="Flatten", args={"account": "Sim101"})
        assert (await client.end())[0] == 1006
    assert exchange._live.exchange.orders == []


# --- pushes -----------------------------------------------------------------------------------


async def test_quotes_are_pushed_of_what_was_subscribed_until_it_is_not(
    exchange: PaperThread,
) -> None:
    exchange.faults.stream_quotes_ms = 20
    async with socket(exchange) as client:
        await client.say(**QUOTES)
        (quote,) = (await client.hear(type="marketData"))["quotes"]
        assert quote["instrument"].startswith("MES ")
        assert {"bid", "ask", "last", "volume"} <= set(quote)
        await client.say(action="unsubscribe", instruments=["MES"])
        await client.hear(status="unsubscribed")
        before = len(client.heard)
        await client.call("ListAccounts")
    assert not any(frame.get("type") == "marketData" for frame in client.heard[before:])


async def test_profit_is_pushed_of_every_account(exchange: PaperThread) -> None:
    async with socket(exchange) as client:
        await client.say(action="streamPnl", enabled=True, interval=100)
        for _ in range(2):
            told = await client.hear(type="pnlUpdate")
    assert {item["account"] for item in told["accounts"]} > {"Sim101", "LIVE-001"}


@pytest.mark.parametrize("shape", ["named", "inline"])
async def test_changes_of_orders_fills_and_positions_are_pushed(
    exchange: PaperThread, shape: str
) -> None:
    set_fault(exchange.faults, "stream_items", shape)
    async with socket(exchange) as client:
        await client.say(**CHANGES)
        await client.call("Flatten", account="Sim101")
        told = [await client.hear(type=f"{name}Update") for name in ("order", "execution")]
        position = await client.hear(type="positionUpdate")
    told += [position]
    items = told if shape == "inline" else [f[f["type"].removesuffix("Update")] for f in told]
    assert {item["account"] for item in items} == {"Sim101"}
    assert items[-1]["marketPosition"] == "Flat"


async def test_without_asking_no_change_is_pushed(exchange: PaperThread) -> None:
    async with socket(exchange) as client:
        await client.call("Flatten", account="Sim101")
        await client.call("ListAccounts", "c2")
    assert not any(str(frame.get("type")).endswith("Update") for frame in client.heard)


async def numbers(client: Socket, count: int) -> list[int]:
    while len([f for f in client.heard if "seq" in f]) < count:
        await client.hear()
    return [frame["seq"] for frame in client.heard if "seq" in frame][:count]


@pytest.mark.parametrize(
    ("how", "expected"),
    [("ok", [1, 2, 3, 4]), ("gap", [2, 4, 6, 8]), ("repeat", [1, 1, 2, 2]), ("backwards", [2, 1])],
)
async def test_frames_are_numbered_as_they_should_be_or_not(
    exchange: PaperThread, how: str, expected: list[int]
) -> None:
    set_fault(exchange.faults, "stream_numbers", how)
    exchange.faults.stream_resync_ms = 10
    async with socket(exchange) as client:
        assert await numbers(client, len(expected)) == expected


async def test_frames_can_go_without_numbers(exchange: PaperThread) -> None:
    exchange.faults.stream_numbers = "none"
    async with socket(exchange) as client:
        assert "seq" not in await client.hear(type="status")


async def test_the_stream_says_what_was_dropped_and_asks_to_read_anew(
    exchange: PaperThread,
) -> None:
    exchange.faults.stream_dropped, exchange.faults.stream_resync_ms = 3, 10
    async with socket(exchange) as client:
        assert (await client.hear(dropped=...))["dropped"] == 3
        assert "dropped" not in await client.hear(type="resync")


async def answers(pong: Awaitable[float]) -> bool:
    """Whether it comes soon."""
    try:
        async with asyncio.timeout(0.2):
            await asyncio.shield(pong)
    except TimeoutError:
        return False
    return True


async def test_a_half_open_stream_answers_neither_calls_nor_pings(exchange: PaperThread) -> None:
    async with socket(exchange) as client:
        exchange.faults.stream_link = "half_open"
        while await answers(pong := await client.plain.ping()):
            pass
        exchange.faults.stream_link = "ok"
        await asyncio.shield(pong)


# --- limits -----------------------------------------------------------------------------------


async def test_a_ping_is_answered_and_costs_nothing(exchange: PaperThread) -> None:
    async with socket(exchange) as client:
        for _ in range(30):
            await client.say(action="ping")
            await client.hear(type="pong")


async def test_changes_of_subscriptions_are_limited(exchange: PaperThread) -> None:
    async with socket(exchange) as client:
        for _ in range(6):
            await client.say(**QUOTES)
        assert (await client.hear(error=...))["error"] == "Subscription limit exceeded"
    assert sum(frame.get("status") == "subscribed" for frame in client.heard) == 5


async def test_ten_violations_in_a_row_close_the_stream(exchange: PaperThread) -> None:
    async with socket(exchange) as client:
        for _ in range(10):
            await client.say(action="nonsense")
        assert await client.end() == (1008, "Too many violations")
    assert sum("error" in frame for frame in client.heard) == 10


async def test_a_proper_frame_in_between_forgives_violations(exchange: PaperThread) -> None:
    async with socket(exchange) as client:
        for _ in range(3):
            for _ in range(9):
                await client.say(action="nonsense")
            await client.say(action="ping")
            await client.hear(type="pong")


async def test_limits_can_be_switched_off(exchange: PaperThread) -> None:
    exchange.faults.stream_limits = "off"
    async with socket(exchange) as client:
        for _ in range(12):
            await client.say(**QUOTES)
            await client.hear(status="subscribed")
        for _ in range(12):
            await client.say(action="nonsense")
            await client.hear(error="Unknown action")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"action": 1}', '{"action":"subscribe"}', "NaN"])
async def test_nonsense_is_refused_and_ends_nothing(exchange: PaperThread, text: str) -> None:
    async with socket(exchange) as client:
        await client.plain.send(text)
        await client.hear(error=...)
        await client.plain.send(b"\x00")
        await client.hear(error=...)
        assert "data" in await client.call("ListAccounts")
