"""Every order call against every fault of the wire, with both truths of what became of the order.

What failed before the first byte is NotSent. After it, whatever is not the server's own proven no
is Unknown, carried out or not, and the order is sent once and never again. The faults stand in
bridges.py, outages.py and test_wire_faults.py; readings and single cases are tested elsewhere.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from ctpanel.crosstrade import orders
from ctpanel.crosstrade.transport import trusted_context
from ctpanel.domain.outcomes import Accepted, Cause, NotSent, Refused, Unknown, WireOutcome
from ctpanel.domain.values import Side
from tests.fakes.examples import MES, plan
from tests.fakes.raw_server import Connection, RawServer, Script, always, answer
from tests.unit.crosstrade.bridges import LATE, PROMPT, Bridge, Cell, says
from tests.unit.crosstrade.clients import ORDERS, TOKEN, Call, client
from tests.unit.crosstrade.outages import OUTAGES, Outage
from tests.unit.crosstrade.test_wire_faults import TAKEN

SHORT = 0.3
"""Seconds; only where a deadline is what ends the call."""

EVERY_CALL = pytest.mark.parametrize("call", ORDERS.values(), ids=ORDERS)
ONE_STEP = ("cancel_order", "place")
SEVERAL_STEPS = tuple(name for name in ORDERS if name not in ONE_STEP)


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    """Made once: it reads the system's whole list of authorities."""
    return trusted_context()


@pytest.fixture
def short_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SINGLE", "REVERSE"):
        monkeypatch.setattr(orders, name, SHORT)


def is_unknown(outcome: WireOutcome, cause: Cause) -> bool:
    """Unknown for this reason, with a word about it, and without the token in it."""
    assert isinstance(outcome, Unknown), outcome
    return outcome.cause is cause and bool(outcome.detail) and TOKEN not in repr(outcome)


# --- after the first byte ------------------------------------------------------------------------


async def is_unknown_and_was_sent_once(call: Call, cell: Cell, tls: ssl.SSLContext) -> None:
    fault, carries_out = cell
    bridge = Bridge(carries_out=carries_out)
    async with (
        RawServer(bridge.playing(fault.script)) as server,
        client(server.origin, tls=tls) as panel,
    ):
        outcome = await call(panel.orders)
    assert is_unknown(outcome, fault.cause), outcome
    assert (server.connections, len(server.requests)) == (1, fault.arrived)
    assert bridge.carried == (server.requests if carries_out else [])


async def of_every_call(check: Callable[[Call], Coroutine[Any, Any, None]]) -> None:
    """All at once: each has a server of its own and spends its time waiting."""
    async with asyncio.TaskGroup() as group:
        for name, call in ORDERS.items():
            group.create_task(check(call), name=name)


@pytest.mark.parametrize("cell", PROMPT.values(), ids=PROMPT)
@EVERY_CALL
async def test_whether_or_not_it_was_carried_out_a_lost_order_is_unknown_and_sent_once(
    call: Call, cell: Cell, tls: ssl.SSLContext
) -> None:
    await is_unknown_and_was_sent_once(call, cell, tls)


@pytest.mark.usefixtures("short_deadlines")
@pytest.mark.parametrize("cell", LATE.values(), ids=LATE)
async def test_carried_out_or_not_an_order_unanswered_in_time_is_unknown_and_sent_once(
    cell: Cell, tls: ssl.SSLContext
) -> None:
    await of_every_call(lambda call: is_unknown_and_was_sent_once(call, cell, tls))


@pytest.mark.usefixtures("short_deadlines")
async def test_an_order_that_arrives_after_its_deadline_is_unknown_and_carried_out_once(
    tls: ssl.SSLContext,
) -> None:
    async def check(call: Call) -> None:
        given_up, bridge = asyncio.Event(), Bridge(carries_out=True)

        async def held_up(connection: Connection) -> None:
            await given_up.wait()
            await connection.request()

        async with (
            RawServer(bridge.playing(held_up)) as server,
            client(server.origin, tls=tls) as panel,
        ):
            outcome = await call(panel.orders)
            assert server.requests == []
            given_up.set()
            while not bridge.carried:
                await asyncio.sleep(0.001)
        assert is_unknown(outcome, Cause.DEADLINE), outcome
        assert (server.connections, len(bridge.carried)) == (1, 1)

    await of_every_call(check)


@pytest.mark.usefixtures("short_deadlines")
async def test_a_success_that_comes_after_the_deadline_changes_nothing_and_answers_nobody_else(
    tls: ssl.SSLContext,
) -> None:
    late_answer = answer({"orderId": "late", "orderIds": ["late"], "success": True})

    async def check(call: Call) -> None:
        given_up = asyncio.Event()

        async def late(connection: Connection) -> None:
            await connection.request()
            await given_up.wait()
            await connection.send(late_answer)

        async with (
            RawServer(late, always(TAKEN)) as server,
            client(server.origin, tls=tls) as panel,
        ):
            first = await call(panel.orders)
            given_up.set()
            second = await ORDERS["place"](panel.orders)
        assert is_unknown(first, Cause.DEADLINE), first
        assert second == Accepted(("a1",))
        assert (server.connections, len(server.requests)) == (2, 2)

    await of_every_call(check)


@pytest.mark.usefixtures("short_deadlines")
async def test_an_order_whose_sending_stalls_half_way_is_unknown(tls: ssl.SSLContext) -> None:
    given_up = asyncio.Event()

    async def takes_little(connection: Connection) -> None:
        connection._socket().setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await given_up.wait()

    longer_than_all_buffers = replace(plan().order, strategy="x" * 24_000_000)
    async with RawServer(takes_little) as server, client(server.origin, tls=tls) as panel:
        outcome = await panel.orders.place(
            "Sim101", MES, longer_than_all_buffers, "own-1", held=Side.FLAT
        )
        given_up.set()
    assert is_unknown(outcome, Cause.DEADLINE), outcome
    assert (server.connections, server.requests) == (1, [])


async def test_answers_that_come_in_another_order_reach_the_calls_they_belong_to(
    tls: ssl.SSLContext,
) -> None:
    second_answered = asyncio.Event()

    async def named(connection: Connection) -> None:
        whole = await connection.request()
        is_first = b"/orders/place" in whole
        if is_first:
            await second_answered.wait()
        await connection.send(answer({"orderId": "own-1" if is_first else "a1", "success": True}))
        second_answered.set()

    async with RawServer(named) as server, client(server.origin, tls=tls) as panel:
        placed, cancelled = await asyncio.gather(
            ORDERS["place"](panel.orders), ORDERS["cancel_order"](panel.orders)
        )
    assert (placed, cancelled) == (Accepted(("own-1",)), Accepted(("a1",)))
    assert server.connections == 2


# --- before the first byte -----------------------------------------------------------------------


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)
@EVERY_CALL
async def test_an_order_that_could_not_leave_is_not_sent_and_nothing_of_it_arrives(
    call: Call, outage: Outage, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outage(monkeypatch) as (origin, server), client(origin, tls=tls) as panel:
        outcome = await call(panel.orders)
    assert isinstance(outcome, NotSent), outcome
    assert outcome.cause in (Cause.NO_CONNECTION, Cause.SERVER_IDENTITY)
    assert TOKEN not in repr(outcome)
    assert server.requests == []


# --- the server's own no -------------------------------------------------------------------------

NO_POSITION = "No position found for instrument 'MES 12-26' in account 'Sim101'"

BEFORE_ANYTHING = {
    "401": says({"error": "unauthorized"}, "401 Unauthorized"),
    "401 without a word": says(b"", "401 Unauthorized"),
    "401 no plan": says(
        {"success": False, "error": "api_requires_pro", "detail": "upgrade"}, "401 Unauthorized"
    ),
    "403": says({"error": "insufficient_scope"}, "403 Forbidden"),
    "404 no such path": says({"error": "no endpoint", "did_you_mean": []}, "404 Not Found"),
    "429": says({"error": "Rate limit exceeded"}, "429 Too Many Requests"),
    "400 nothing held": says({"error": NO_POSITION}, "400 Bad Request"),
    "200 nothing held": says({"success": False, "error": NO_POSITION}),
    "400 no such account": says({"error": "invalid_account: gone"}, "400 Bad Request"),
    "400 add-on too old": says({"error": "Unknown API command"}, "400 Bad Request"),
}
BY_THE_ENDPOINT = {
    "400": says({"error": "Invalid request"}, "400 Bad Request"),
    "404": says({"error": "order gone"}, "404 Not Found"),
    "422": says({"error": "unprocessable"}, "422 Unprocessable"),
    "429 of the broker": says({"error": "broker_rate_limited"}, "429 Too Many Requests"),
    "200": says({"success": False, "error": "Rejected: margin"}),
}


@pytest.mark.parametrize("script", BEFORE_ANYTHING.values(), ids=BEFORE_ANYTHING)
@EVERY_CALL
async def test_a_no_from_before_the_first_step_is_refused_and_sent_once(
    call: Call, script: Script, tls: ssl.SSLContext
) -> None:
    async with RawServer(script) as server, client(server.origin, tls=tls) as panel:
        outcome = await call(panel.orders)
    assert isinstance(outcome, Refused), outcome
    assert (server.connections, len(server.requests)) == (1, 1)


@pytest.mark.parametrize("script", BY_THE_ENDPOINT.values(), ids=BY_THE_ENDPOINT)
@pytest.mark.parametrize("name", ONE_STEP)
async def test_a_no_to_a_single_step_is_refused_and_sent_once(
    name: str, script: Script, tls: ssl.SSLContext
) -> None:
    async with RawServer(script) as server, client(server.origin, tls=tls) as panel:
        outcome = await ORDERS[name](panel.orders)
    assert isinstance(outcome, Refused), outcome
    assert (server.connections, len(server.requests)) == (1, 1)


@pytest.mark.parametrize("carries_out", [False, True], ids=["nothing was done", "half was done"])
@pytest.mark.parametrize("script", BY_THE_ENDPOINT.values(), ids=BY_THE_ENDPOINT)
@pytest.mark.parametrize("name", SEVERAL_STEPS)
async def test_a_no_to_several_steps_may_have_come_between_them_and_is_unknown_and_sent_once(
    name: str, script: Script, tls: ssl.SSLContext, *, carries_out: bool
) -> None:
    bridge = Bridge(carries_out=carries_out)
    async with (
        RawServer(bridge.playing(script)) as server,
        client(server.origin, tls=tls) as panel,
    ):
        outcome = await ORDERS[name](panel.orders)
    assert is_unknown(outcome, Cause.HALF_DONE), outcome
    assert len(server.requests) == 1
    assert len(bridge.carried) == carries_out
