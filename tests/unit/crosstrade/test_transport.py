"""One request as it stands on the wire, and what is never put there."""

import json

import pytest

from ctpanel.app.ports import Token, TokenHolder
from ctpanel.crosstrade.errors import Undelivered
from ctpanel.crosstrade.transport import Channel, Request, trusted_context
from ctpanel.domain.outcomes import Accepted
from tests.fakes.examples import MES, intent
from tests.fakes.raw_server import RawServer, always, answer
from tests.unit.crosstrade.clients import ORDERS, TOKEN, client

TAKEN = answer({"orderId": "a1", "success": True})
BODIES = {
    "reverse_position": {
        "instrument": "MES 12-26",
        "action": "SELL",
        "quantity": 3,
        "orderType": "MARKET",
        "timeInForce": "DAY",
    },
    "reverse_same_size": {"instrument": "MES 12-26"},
    "close_position": {"instrument": "MES 12-26"},
    "flatten": {},
    "cancel_orders": {"instrument": "MES 12-26"},
    "cancel_order": {},
    "place": {
        "instrument": "MES 12-26",
        "action": "SELL",
        "quantity": 3,
        "orderType": "MARKET",
        "timeInForce": "DAY",
        "orderId": "own-1",
        "requireMarketPosition": "flat",
    },
}
PATHS = {
    "reverse_position": "positions/reverseposition",
    "reverse_same_size": "positions/reverse",
    "close_position": "positions/close",
    "flatten": "positions/flatten",
    "cancel_orders": "orders/cancel",
    "cancel_order": "orders/a1/cancel",
    "place": "orders/place",
}


@pytest.mark.parametrize("name", ORDERS)
async def test_an_order_is_one_post_of_its_documented_path_and_body(name: str) -> None:
    async with RawServer(always(TAKEN)) as server, client(server.origin) as panel:
        await ORDERS[name](panel.orders)
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    first = f"POST /v1/api/accounts/Sim101/{PATHS[name]} HTTP/1.1"
    assert head.decode().splitlines()[0] == first
    assert json.loads(body) == BODIES[name]


async def test_an_order_carries_token_and_content_type_once() -> None:
    async with RawServer(always(TAKEN)) as server, client(server.origin) as panel:
        await panel.orders.reverse_position(intent())
    lines = server.requests[0].decode().split("\r\n")
    assert lines.count(f"Authorization: Bearer {TOKEN}") == 1
    assert lines.count("Content-Type: application/json") == 1
    assert lines.count("Accept-Encoding: identity") == 1


async def test_a_reading_has_no_body_and_a_quoted_query() -> None:
    flat = answer({"instrument": "MES 12-26", "marketPosition": "Flat", "quantity": 0})
    async with RawServer(always(flat)) as server, client(server.origin) as panel:
        await panel.reads.position("Sim101", MES)
    (request,) = server.requests
    assert request.startswith(
        b"GET /v1/api/accounts/Sim101/position?instrument=MES%2012-26 HTTP/1.1\r\n"
    )
    assert request.endswith(b"\r\n\r\n")
    assert b"Content-Type" not in request


@pytest.mark.parametrize(
    ("account", "segment"),
    [
        ("U1 (live)", "U1%20%28live%29"),
        ("Konto Ä", "Konto%20%C3%84"),
        ("a&b=c;d", "a%26b%3Dc%3Bd"),
        ("..x", "..x"),
    ],
)
async def test_an_account_name_is_quoted_on_the_wire(account: str, segment: str) -> None:
    taken = answer({"closedPositions": [], "success": True})
    async with (
        RawServer(always(taken)) as server,
        client(server.origin, listed=(account,)) as panel,
    ):
        assert await panel.orders.flatten(account) == Accepted()
    (request,) = server.requests
    assert request.startswith(f"POST /v1/api/accounts/{segment}/positions/flatten ".encode())


async def test_the_token_in_use_is_asked_for_with_every_request() -> None:
    holder = TokenHolder()
    async with RawServer(always(TAKEN)) as server:
        channel = Channel(server.origin, holder, trusted_context())
        for token in (None, Token("first"), Token("second")):
            holder.token = token
            await channel.exchange(Request("GET", "/v1/api/accounts", 5.0))
        await channel.close()
    said = [
        request.partition(b"Authorization: ")[2].split(b"\r\n")[0] for request in server.requests
    ]
    assert said == [b"", b"Bearer first", b"Bearer second"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/api/accounts/../positions/flatten",
        "/v1/api/accounts/./positions/flatten",
        "/v1/api/accounts/Sim 101/positions/flatten",
        "/v1/api/accounts/Ä",
        "/v1/api/a#b",
        "v1/api/accounts",
    ],
)
async def test_a_path_leaves_as_it_is_or_not_at_all(path: str) -> None:
    async with RawServer(always(TAKEN)) as server:
        channel = Channel(server.origin, TokenHolder(), trusted_context())
        try:
            await channel.exchange(Request("POST", path, 5.0, body=b"{}"))
        except Undelivered:
            assert server.requests == []
        else:
            assert server.requests[0].split(b" ")[1] == path.encode()
        finally:
            await channel.close()


async def test_a_closed_channel_sends_nothing_and_does_not_raise_from_an_order() -> None:
    async with RawServer(always(TAKEN)) as server:
        async with client(server.origin) as panel:
            pass
        outcome = await panel.orders.reverse_position(intent())
    assert not isinstance(outcome, Accepted)
    assert server.connections == 0


@pytest.mark.parametrize("secret", ["", " ", "a b", "a\nb", "tökén", "a\x00b"])
def test_a_token_that_could_break_out_of_its_header_is_no_token(secret: str) -> None:
    with pytest.raises(ValueError, match="token"):
        Token(secret)


def test_a_token_shows_itself_nowhere() -> None:
    holder = TokenHolder(Token(TOKEN))
    assert TOKEN not in f"{holder} {holder!r} {holder.token} {holder.token!r}"
