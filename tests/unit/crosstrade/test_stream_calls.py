"""Requests as frames of the stream: names, arguments, spelling; nothing for all accounts."""

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from ctpanel.crosstrade.budget import Budget
from ctpanel.crosstrade.errors import Undelivered
from ctpanel.crosstrade.orders import CrossTradeOrders
from ctpanel.crosstrade.paths import PREFIX, Paths
from ctpanel.crosstrade.reads import CrossTradeReads
from ctpanel.crosstrade.stream.calls import NoSuchCall, frame_of
from ctpanel.crosstrade.transport import Reply, Request
from ctpanel.domain.outcomes import Cause
from ctpanel.domain.values import OrderType
from tests.fakes.examples import MES, intent, plan
from tests.unit.crosstrade.clients import ORDERS, Call

NAMES = {
    "reverse_position": "ReversePosition",
    "reverse_same_size": "Reverse",
    "close_position": "ClosePosition",
    "flatten": "Flatten",
    "cancel_orders": "CancelOrders",
    "cancel_order": "Cancel",
    "place": "PlaceOrder",
}
READS: dict[str, tuple[str, Callable[[CrossTradeReads], Awaitable[object]]]] = {
    "accounts": ("ListAccounts", lambda r: r.accounts()),
    "account": ("GetAccount", lambda r: r.account("Sim101")),
    "snapshot": ("GetAccountSummary", lambda r: r.snapshot()),
    "watermarks": ("GetWatermarks", lambda r: r.watermarks("Sim101")),
    "position": ("GetPosition", lambda r: r.position("Sim101", MES)),
    "positions": ("ListPositions", lambda r: r.positions("Sim101")),
    "all_positions": ("GetAllPositions", lambda r: r.all_positions()),
    "orders": ("ListOrders", lambda r: r.orders("Sim101")),
    "order": ("GetOrder", lambda r: r.order("Sim101", "a1")),
    "order_status": ("GetOrderStatus", lambda r: r.order_status("Sim101", "a1")),
    "lifecycle": ("GetOrderLifecycle", lambda r: r.lifecycle("Sim101", "a1")),
    "executions": ("ListExecutions", lambda r: r.executions("Sim101")),
    "quote": ("GetQuote", lambda r: r.quote("MES 12-26")),
    "quotes": ("GetQuote", lambda r: r.quotes((MES,))),
    "market_info": ("GetMarketInfo", lambda r: r.market_info(MES)),
}


class Frames:
    """Keeps the frame of each request, and answers none."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []

    async def exchange(self, request: Request) -> Reply:
        self.raw.append(frame_of(request, "c1"))
        raise Undelivered(Cause.DEADLINE, was_sent=True, detail="")

    @property
    def only(self) -> Any:  # noqa: ANN401 - JSON
        (raw,) = self.raw
        return json.loads(raw, parse_float=Decimal)


def listed(*names: str) -> Paths:
    paths = Paths()
    paths.list_accounts(names)
    return paths


async def ordered(call: Call, account: str = "Sim101") -> Frames:
    frames = Frames()
    await call(CrossTradeOrders(frames, listed(account), Budget(lambda: 0.0)))
    return frames


@pytest.mark.parametrize("name", ORDERS)
async def test_every_order_is_a_call_of_its_name_on_its_one_account(name: str) -> None:
    frame = (await ordered(ORDERS[name])).only
    assert (frame["action"], frame["id"], frame["api"]) == ("rpc", "c1", NAMES[name])
    assert frame["args"]["account"] == "Sim101"


@pytest.mark.parametrize(("name", "call"), READS.values(), ids=READS)
async def test_every_reading_is_a_call_of_its_name(
    name: str, call: Callable[[CrossTradeReads], Awaitable[object]]
) -> None:
    frames = Frames()
    reads = CrossTradeReads(
        frames, listed("Sim101"), Budget(lambda: 0.0), reserve=0.0, on_paper=False
    )
    with pytest.raises(Exception, match="no answer"):
        await call(reads)
    assert frames.only["api"] == name


async def test_a_reverse_has_the_streams_spelling_and_its_prices_own_digits() -> None:
    stop_limit = {"limit_price": "5010.50", "stop_price": "5010.75"}
    pressed = intent(plan(order_type=OrderType.STOPLIMIT, **stop_limit, oco_id="BUY"))
    frames = await ordered(lambda orders: orders.reverse_position(pressed))
    assert frames.only["args"] == {
        "account": "Sim101",
        "instrument": "MES 12-26",
        "action": "Sell",
        "quantity": 3,
        "orderType": "StopLimit",
        "timeInForce": "Day",
        "limitPrice": Decimal("5010.50"),
        "stopPrice": Decimal("5010.75"),
        "ocoId": "BUY",
    }
    assert b'"limitPrice":5010.50' in frames.raw[0]


async def test_an_accounts_name_goes_as_it_is_not_as_its_path_has_it() -> None:
    name = "Ünï & 5+5"
    frames = await ordered(lambda orders: orders.flatten(name), account=name)
    assert frames.only["args"] == {"account": name}


async def test_an_order_is_cancelled_by_its_own_id() -> None:
    frame = (await ordered(lambda orders: orders.cancel_order("Sim101", "place"))).only
    assert (frame["api"], frame["args"]) == ("Cancel", {"account": "Sim101", "orderId": "place"})


async def test_an_account_named_like_a_word_of_the_api_stays_an_account() -> None:
    frame = (await ordered(lambda orders: orders.flatten("positions"), account="positions")).only
    assert (frame["api"], frame["args"]) == ("Flatten", {"account": "positions"})


def test_numbers_and_flags_of_a_query_are_json_of_their_own() -> None:
    path = f"{PREFIX}/accounts/Sim101/executions"
    query = (("lookbackTime", "900"), ("includeFlat", "true"), ("instrument", "900"))
    frame = json.loads(frame_of(Request("GET", path, 1.0, query), "c1"))
    assert frame["args"] == {
        "account": "Sim101",
        "lookbackTime": 900,
        "includeFlat": True,
        "instrument": "900",
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{PREFIX}/positions/flatten"),
        ("POST", f"{PREFIX}/orders/cancelall"),
        ("POST", f"{PREFIX}/accounts/Sim101"),
        ("GET", f"{PREFIX}/accounts/Sim101/orders/place/x"),
        ("GET", "/elsewhere"),
        ("DELETE", f"{PREFIX}/accounts"),
    ],
)
def test_what_is_no_call_of_the_clients_has_no_frame(method: str, path: str) -> None:
    with pytest.raises(NoSuchCall):
        frame_of(Request(method, path, 1.0), "c1")


def test_a_body_cannot_name_another_account_than_its_path() -> None:
    path = f"{PREFIX}/accounts/Sim101/positions/flatten"
    with pytest.raises(NoSuchCall, match="twice"):
        frame_of(Request("POST", path, 1.0, body=b'{"account":"LIVE-001"}'), "c1")
