"""The readings: whom they ask about, what they take for flat, and what they refuse to take."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from ctpanel.crosstrade.errors import Garbled, RefusedByServer, TokenRefused
from ctpanel.crosstrade.reads import CrossTradeReads
from ctpanel.domain.instrument import Contract
from ctpanel.domain.outcomes import Accepted, NotSent
from ctpanel.domain.position import FLAT
from tests.fakes.examples import MES
from tests.fakes.raw_server import RawServer, always, answer
from tests.unit.crosstrade.clients import TOKEN, client

HELD = {
    "account": "Sim101",
    "instrument": "MES 12-26",
    "marketPosition": "Long",
    "quantity": 3,
    "averagePrice": 5011.0,
    "success": True,
}
QUOTE = {"instrument": "MES 12-26", "tickSize": 0.25, "pointValue": 5, "bid": 5012.25}
ACCOUNT = {"name": "Sim102", "provider": "Simulator"}

OF_AN_ACCOUNT: dict[str, Callable[[CrossTradeReads], Coroutine[Any, Any, object]]] = {
    "account": lambda reads: reads.account("Sim102"),
    "watermarks": lambda reads: reads.watermarks("Sim102"),
    "position": lambda reads: reads.position("Sim102", MES),
    "positions": lambda reads: reads.positions("Sim102"),
    "orders": lambda reads: reads.orders("Sim102"),
    "order": lambda reads: reads.order("Sim102", "a1"),
    "order_status": lambda reads: reads.order_status("Sim102", "a1"),
    "lifecycle": lambda reads: reads.lifecycle("Sim102", "a1"),
    "executions": lambda reads: reads.executions("Sim102"),
}


@pytest.mark.parametrize("read", OF_AN_ACCOUNT.values(), ids=OF_AN_ACCOUNT)
async def test_a_reading_of_an_account_that_is_not_listed_is_refused_here(
    read: Callable[[CrossTradeReads], Coroutine[Any, Any, object]],
) -> None:
    async with RawServer(always(answer({}))) as server, client(server.origin) as panel:
        with pytest.raises(RefusedByServer):
            await read(panel.reads)
    assert server.requests == []


@pytest.mark.parametrize("order_id", ["..", "../..", "a/b", "a?b", "", " ", "x" * 65, "ä"])
async def test_an_order_id_that_is_no_plain_word_is_refused_here(order_id: str) -> None:
    async with RawServer(always(answer({}))) as server, client(server.origin) as panel:
        with pytest.raises(RefusedByServer):
            await panel.reads.order("Sim101", order_id)
        assert isinstance(await panel.orders.cancel_order("Sim101", order_id), NotSent)
    assert server.requests == []


@pytest.mark.parametrize("by", ["accounts", "snapshot"])
async def test_what_the_server_lists_can_be_traded_from_then_on(by: str) -> None:
    listing = {"accounts": [ACCOUNT if by == "accounts" else {"account": ACCOUNT, "positions": []}]}
    taken = answer({**listing, "closedPositions": [], "success": True})
    async with RawServer(always(taken)) as server, client(server.origin, listed=()) as panel:
        assert isinstance(await panel.orders.flatten("Sim102"), NotSent)
        await getattr(panel.reads, by)()
        assert await panel.orders.flatten("Sim102") == Accepted()


SAYS_FLAT = {
    "400": answer({"error": "No position found for instrument 'MES 12-26'"}, "400 Bad Request"),
    "200 that says no": answer(
        {"success": False, "error": "No positions found for instrument 'MES 12-26'."}
    ),
    "a flat row": answer({**HELD, "marketPosition": "Flat", "quantity": 0}),
}


@pytest.mark.parametrize("said", SAYS_FLAT.values(), ids=SAYS_FLAT)
async def test_a_position_is_flat_when_the_server_says_so(said: bytes) -> None:
    async with RawServer(always(said)) as server, client(server.origin) as panel:
        assert await panel.reads.position("Sim101", MES) == FLAT


async def test_a_day_of_orders_can_be_read() -> None:
    one = {"instrument": "MES 12-26", "orderState": "Filled", "quantity": 1, "orderAction": "Buy"}
    day = [{**one, "orderId": f"{number:032}", "name": "x" * 300} for number in range(5000)]
    said = answer({"orders": day, "success": True})
    async with RawServer(always(said)) as server, client(server.origin) as panel:
        assert len(await panel.reads.orders("Sim101")) == 5000


async def test_a_token_that_the_server_quotes_goes_no_further() -> None:
    said = answer({"error": f"unknown key {TOKEN}"}, "401 Unauthorized")
    async with RawServer(always(said)) as server, client(server.origin) as panel:
        refused = await panel.orders.flatten("Sim101")
        with pytest.raises(TokenRefused) as failed:
            await panel.reads.accounts()
    assert TOKEN not in f"{refused} {failed.value} {failed.value.detail}"
    assert "unknown key" in failed.value.detail


OF_ANOTHER = {
    "contract": "No position found for instrument 'NQ 12-26' in account 'Sim101'",
    "account": "No position found for instrument 'MES 12-26' in account 'LIVE-9'",
}


@pytest.mark.parametrize("error", OF_ANOTHER.values(), ids=OF_ANOTHER)
async def test_nothing_held_elsewhere_is_not_flat_here(error: str) -> None:
    said = answer({"error": error}, "400 Bad Request")
    async with RawServer(always(said)) as server, client(server.origin) as panel:
        with pytest.raises(Garbled):
            await panel.reads.position("Sim101", MES)


NOT_FLAT = {
    "another refusal": ("Invalid request", "400 Bad Request"),
    "an unknown instrument": ("Instrument 'MES 12-26' was not found", "400 Bad Request"),
    "an unknown account": ("account not found", "404 Not Found"),
}


@pytest.mark.parametrize(("error", "status"), NOT_FLAT.values(), ids=NOT_FLAT)
async def test_any_other_refusal_is_not_flat(error: str, status: str) -> None:
    said = answer({"error": error}, status)
    async with RawServer(always(said)) as server, client(server.origin) as panel:
        with pytest.raises(RefusedByServer):
            await panel.reads.position("Sim101", MES)


@pytest.mark.parametrize(
    "error", ["No position data available yet", "No positions service connected"]
)
async def test_a_position_that_could_not_be_looked_up_is_not_flat(error: str) -> None:
    said = answer({"error": error}, "400 Bad Request")
    async with RawServer(always(said)) as server, client(server.origin) as panel:
        with pytest.raises(RefusedByServer):
            await panel.reads.position("Sim101", MES)


async def test_flat_in_the_second_documented_shape_is_flat_too() -> None:
    text = "No position found for instrument 'MES 12-26' in account 'Sim101'"
    body = {"success": False, "error": "invalid_request", "detail": text}
    said = answer(body, "400 Bad Request")
    async with RawServer(always(said)) as server, client(server.origin) as panel:
        assert await panel.reads.position("Sim101", MES) == FLAT


async def test_a_position_of_another_account_is_garbled() -> None:
    said = answer({**HELD, "account": "LIVE-001"})
    async with RawServer(always(said)) as server, client(server.origin) as panel:
        with pytest.raises(Garbled):
            await panel.reads.position("Sim101", MES)


async def test_a_position_of_the_account_in_other_letters_is_taken() -> None:
    said = answer({**HELD, "account": "sim101"})
    async with RawServer(always(said)) as server, client(server.origin) as panel:
        assert (await panel.reads.position("Sim101", MES)).net == 3


@pytest.mark.parametrize("query", ["NQ 12-26", "MES 03-27", "NQ"])
async def test_a_quote_of_something_else_is_garbled(query: str) -> None:
    async with RawServer(always(answer(QUOTE))) as server, client(server.origin) as panel:
        with pytest.raises(Garbled):
            await panel.reads.quote(query)


@pytest.mark.parametrize("query", ["MES", "MES 12-26"])
async def test_a_quote_of_what_was_asked_for_is_taken(query: str) -> None:
    async with RawServer(always(answer(QUOTE))) as server, client(server.origin) as panel:
        assert (await panel.reads.quote(query)).contract == MES


async def test_several_quotes_are_one_request() -> None:
    nq = Contract("NQ", 2026, 12)
    both = answer([QUOTE, {**QUOTE, "instrument": "NQ 12-26"}])
    async with RawServer(always(both)) as server, client(server.origin) as panel:
        found = await panel.reads.quotes((MES, nq))
    assert [quote.contract for quote in found] == [MES, nq]
    assert server.requests[0].startswith(
        b"GET /v1/api/market/quote?instrument=MES%2012-26%2CNQ%2012-26 "
    )


@pytest.mark.parametrize(("asked", "sent"), [(60, b"=60 "), (900, b"=900 "), (9000, b"=900 ")])
async def test_executions_are_asked_for_no_further_back_than_the_server_looks(
    asked: int, sent: bytes
) -> None:
    said = answer({"executions": [], "success": True})
    async with RawServer(always(said)) as server, client(server.origin) as panel:
        assert await panel.reads.executions("Sim101", asked) == ()
    assert b"?lookbackTime" + sent in server.requests[0]
