"""The paper exchange over HTTP: who is let in, how it refuses, and how its answers look."""

from typing import Any

import pytest

from tests.fakes.clocks import ManualClock
from tests.unit.paper.papers import API, A, Paper, paper


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "bearer t", "Basic t", "t"])
@pytest.mark.parametrize("path", [f"{API}/accounts", f"{A}/watermarks", "/_paper/record"])
async def test_without_the_token_nothing_is_told(header: str, path: str) -> None:
    async with paper() as server:
        reply = await server.http.get(path, headers={"Authorization": header})
    assert reply.status_code == 401
    assert reply.json()["error"] == "unauthorized"


async def test_a_token_without_a_plan_is_told_so() -> None:
    async with paper(plan="none") as server:
        reply = await server.get(f"{API}/accounts")
    assert (reply.status_code, reply.json()["error"]) == (401, "api_requires_pro")


@pytest.mark.parametrize(("clock", "days"), [("a_day_ahead", 1), ("a_day_behind", -1)])
async def test_a_wrong_clock_shows_in_the_times_that_are_told(clock: Any, days: int) -> None:  # noqa: ANN401 - a word of the fault
    async with paper() as server:
        right = (await server.get(f"{API}/accounts/snapshot")).json()
        server.faults.clock = clock
        wrong = (await server.get(f"{API}/accounts/snapshot")).json()
    day = 24 * 3600 * 1000
    assert wrong["epoch"] - right["epoch"] == pytest.approx(days * day, abs=60_000)
    assert (wrong["timestamp"] > right["timestamp"]) is (days > 0)


async def test_an_offline_add_on_answers_408_to_all_but_watermarks() -> None:
    async with paper(addon="offline") as server:
        for path in (f"{API}/accounts", f"{A}/positions", f"{API}/market/quote"):
            reply = await server.get(path)
            assert reply.status_code == 408
            assert reply.json()["success"] is False
            assert reply.json()["error"] == "addon_disconnected"
        assert (await server.post(f"{A}/positions/flatten")).status_code == 408
        watermarks = await server.get(f"{A}/watermarks")
    assert watermarks.json() == {
        "success": True,
        "data": {"account": "Sim101", "watermarks": {}, "stats": {}},
    }


async def passed(server: Paper, requests: int) -> int:
    """How many of these requests are let through."""
    replies = [await server.get(f"{API}/accounts") for _ in range(requests)]
    return sum(reply.status_code == 200 for reply in replies)


async def test_twenty_requests_pass_then_three_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ManualClock()
    async with paper() as server:
        monkeypatch.setattr(server.live, "seconds", clock.monotonic)
        assert await passed(server, 30) == 20
        clock.seconds += 2
        assert await passed(server, 30) == 6
        clock.seconds += 3600
        assert await passed(server, 30) == 20


async def test_what_is_over_the_allowance_is_answered_as_documented() -> None:
    async with paper() as server:
        while (reply := await server.get(f"{API}/accounts")).status_code == 200:
            pass
    assert reply.status_code == 429
    assert reply.json() == {"error": "Rate limit exceeded"}
    assert int(reply.headers["Retry-After"]) >= 1


async def test_an_order_over_the_allowance_is_not_carried_out() -> None:
    async with paper() as server:
        while (await server.get(f"{API}/accounts")).status_code == 200:
            pass
        reply = await server.post(f"{A}/positions/flatten")
        assert reply.status_code == 429
        assert server.live.exchange.orders == []


async def test_the_allowance_can_be_switched_off() -> None:
    async with paper(rate_limit="off") as server:
        replies = [await server.get(f"{API}/accounts") for _ in range(60)]
    assert {reply.status_code for reply in replies} == {200}


@pytest.mark.parametrize("path", ["/v1/api/accounts/Sim101/positions/revrese", "/v1/api", "/"])
async def test_a_wrong_path_is_told_what_was_meant(path: str) -> None:
    async with paper() as server:
        reply = await server.get(path)
    assert reply.status_code == 404
    assert reply.json()["did_you_mean"]


@pytest.mark.parametrize("name", ["Sim101", "sim101", "SIM101"])
async def test_an_account_is_found_in_any_case_and_shown_in_its_own(name: str) -> None:
    async with paper() as server:
        reply = await server.get(f"{API}/accounts/{name}")
    assert reply.json()["name"] == "Sim101"


async def test_an_account_nobody_has_is_refused() -> None:
    async with paper() as server:
        reply = await server.get(f"{API}/accounts/Nobody/positions")
        assert (reply.status_code, reply.json()) == (400, {"error": "account not found"})
        server.faults.errors = "llm"
        reply = await server.get(f"{API}/accounts/Nobody/positions")
    assert reply.json() == {
        "success": False,
        "error": "invalid_account",
        "detail": "account not found",
    }


@pytest.mark.parametrize("name", ["MES", "MES1!", "mes"])
async def test_an_instrument_is_taken_as_root_and_shown_dated(name: str) -> None:
    async with paper() as server:
        quote = (await server.get(f"{API}/market/quote", instrument=name)).json()
        dated = quote["instrument"]
        again = (await server.get(f"{API}/market/quote", instrument=dated)).json()
    assert dated.startswith("MES ")
    assert again["instrument"] == dated


async def test_a_quote_is_flat_without_success_and_several_are_a_bare_array() -> None:
    async with paper() as server:
        one = (await server.get(f"{API}/market/quote", instrument="MES")).json()
        two = (await server.get(f"{API}/market/quote", instrument="MES,NQ")).json()
    assert "success" not in one
    assert [quote["instrument"].split()[0] for quote in two] == ["MES", "NQ"]


async def test_a_position_is_unsigned_and_a_flat_one_an_error() -> None:
    async with paper() as server:
        short = (await server.get(f"{API}/accounts/LIVE-001/position", instrument="MES")).json()
        flat = await server.get(f"{A}/position", instrument="NQ")
    assert (short["marketPosition"], short["quantity"], short["success"]) == ("Short", 2, True)
    assert flat.status_code == 400
    assert flat.json()["error"].startswith("No position found for instrument 'NQ ")


async def test_flat_positions_are_listed_only_when_asked_for() -> None:
    async with paper() as server:
        await server.post(f"{A}/positions/flatten")
        server.wait(1)
        shown = (await server.get(f"{A}/positions")).json()["positions"]
        with_flat = (await server.get(f"{A}/positions", includeFlat="true")).json()["positions"]
    assert shown == []
    assert {p["marketPosition"] for p in with_flat} == {"Flat"}


@pytest.mark.parametrize("path", ["market", "faults"])
@pytest.mark.parametrize("raw", [b"{", b"[]", b'"x"', b'{"instrument": "MES"}', b'{"a": 1}'])
async def test_nonsense_for_its_own_switches_is_400(path: str, raw: bytes) -> None:
    async with paper() as server:
        reply = await server.http.post(f"/_paper/{path}", content=raw)
    assert reply.status_code == 400


@pytest.mark.parametrize("seconds", ["\N{SUPERSCRIPT TWO}", "9" * 5000, "-1", "x"])
async def test_a_lookback_that_is_no_number_is_the_default(seconds: str) -> None:
    async with paper() as server:
        reply = await server.get(f"{A}/executions", lookbackTime=seconds)
    assert reply.status_code == 200
