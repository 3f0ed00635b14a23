"""The live stream in a panel: what its news do, when it is held, and which way orders take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import pytest

from ctpanel.app.live import DRAW_EVERY, MOST_QUOTES, TOGETHER, wanted
from ctpanel.app.road import Road
from ctpanel.domain.freshness import Feed, stale
from ctpanel.domain.instrument import Contract
from ctpanel.domain.live import StreamLink
from ctpanel.domain.order import Execution
from ctpanel.domain.outcomes import Cause, Unknown, VerdictKind
from ctpanel.domain.position import FLAT, Position
from ctpanel.domain.report import Notice, Noticed, ReverseEnded
from ctpanel.domain.state import Link, Read
from ctpanel.domain.stream import (
    AccountPnl,
    BridgeState,
    Closed,
    Dropped,
    Evicted,
    ExecutionPush,
    GapSeen,
    Opened,
    PnlUpdate,
    PositionPush,
    QuoteTick,
    Resync,
    ServerStatus,
    StreamCause,
    StreamEvent,
)
from tests.fakes.bench import TOKEN, Bench, ready_panel
from tests.fakes.examples import MES
from tests.fakes.fake_server import FakeServer
from tests.fakes.streams import FakeStream

KEY = ("Sim101", MES)
FILL = ExecutionPush("Sim101", Execution("f1", "o1", MES, 1, Decimal(5012), ""))


@asynccontextmanager
async def streaming() -> AsyncIterator[tuple[Bench, FakeStream]]:
    """A panel whose stream is up."""
    async with ready_panel() as bench:
        bench.live.choose(use=True)
        stream = bench.stream
        stream.say(Opened())
        await bench.until(lambda s: s.stream.link is StreamLink.UP)
        await asyncio.sleep(1.5)
        yield bench, stream


def asked(bench: Bench, name: str) -> int:
    return sum(call[0] == name for call in bench.server.calls)


# --- holding it -------------------------------------------------------------------------------


async def test_until_it_was_asked_there_is_no_stream() -> None:
    async with ready_panel() as bench:
        assert bench.stream.runs == 0
        assert bench.state.stream.link is StreamLink.OFF


async def test_a_stream_that_is_not_wanted_any_more_is_let_go() -> None:
    async with streaming() as (bench, stream):
        bench.live.choose(use=False)
        await asyncio.sleep(0)
        assert not stream.is_running
        assert bench.state.stream.link is StreamLink.OFF


async def test_without_a_token_a_stream_that_is_wanted_waits_for_one() -> None:
    async with ready_panel() as bench:
        bench.session.forget_token()
        await bench.until(lambda s: s.link is Link.NO_TOKEN)
        bench.live.choose(use=True)
        await asyncio.sleep(1)
        assert bench.stream.runs == 0
        bench.session.offer_token(TOKEN)
        await bench.until(lambda s: s.link is Link.CONNECTED)
        assert bench.stream.runs == 1


async def test_a_stream_taken_over_is_said_and_not_fought_for() -> None:
    async with streaming() as (bench, stream):
        stream.say(Evicted("Session active elsewhere"))
        await bench.until(lambda s: s.stream.link is StreamLink.EVICTED)
        await asyncio.sleep(600)
        assert stream.runs == 1
        assert [n.notice for n in bench.state.notices] == [Notice.STREAM_TAKEN_OVER]
        assert not bench.live.is_live


async def test_a_stream_taken_over_comes_back_when_the_trader_asks() -> None:
    async with streaming() as (bench, stream):
        stream.say(Evicted("Session active elsewhere"))
        await bench.until(lambda s: s.stream.link is StreamLink.EVICTED)
        bench.live.choose(use=True)
        await asyncio.sleep(0)
        assert stream.runs == 2


@pytest.mark.parametrize(
    ("retry_after", "link"), [(2.0, StreamLink.DOWN), (None, StreamLink.REFUSED)]
)
async def test_a_stream_that_is_down_says_whether_it_will_be_tried_again(
    retry_after: float | None, link: StreamLink
) -> None:
    async with streaming() as (bench, stream):
        stream.say(Closed(StreamCause.LOST, "reset", retry_after))
        await bench.until(lambda s: s.stream.link is link)
        assert "reset" in bench.state.stream.detail


async def test_a_stream_that_does_not_answer_is_shown_as_slow() -> None:
    async with streaming() as (bench, stream):
        stream.healthy = False
        await bench.until(lambda s: s.stream.link is StreamLink.SLOW, seconds=1)
        stream.healthy = True
        await bench.until(lambda s: s.stream.link is StreamLink.UP, seconds=1)


# --- what is pushed ---------------------------------------------------------------------------


async def test_prices_are_shown_and_not_asked_for_meanwhile() -> None:
    async with streaming() as (bench, stream):
        before = asked(bench, "quote")
        for last in range(50):
            stream.say(QuoteTick(MES, Decimal(5000), Decimal(5001), Decimal(5000 + last)))
            await asyncio.sleep(0.1)
        quote = bench.state.quotes[MES]
        assert quote.value.last == Decimal(5049)
        assert asked(bench, "quote") - before <= 1


@pytest.mark.parametrize("every", [0.3, 1.9, 5.0])
async def test_prices_are_never_stale_however_seldom_a_market_ticks(every: float) -> None:
    async with streaming() as (bench, stream):
        old: set[float] = set()
        bench.store.subscribe(lambda s: old.update({stale(s).get(Feed.PRICES, 0.0)}))
        for _ in range(20):
            stream.say(QuoteTick(MES, last=Decimal(5000)))
            await asyncio.sleep(every)
        assert old == {0.0}


@pytest.mark.parametrize(
    "of_the_stream",
    [{"healthy": False}, {"bridge": BridgeState.SYNCING}, {"bridge": BridgeState.OFFLINE}],
    ids=str,
)
async def test_prices_from_a_stream_that_is_not_live_are_left_to_readings(
    of_the_stream: dict[str, object],
) -> None:
    async with streaming() as (bench, stream):
        stream.healthy = bool(of_the_stream.get("healthy", True))
        if isinstance(bridge := of_the_stream.get("bridge"), BridgeState):
            stream.say(ServerStatus(bridge, ""))
        before = asked(bench, "quote")
        for _ in range(50):
            stream.say(QuoteTick(MES, last=Decimal(1)))
            await asyncio.sleep(0.1)
        assert bench.state.quotes[MES].value.last != Decimal(1)
        assert asked(bench, "quote") - before >= 4


async def test_a_flood_of_prices_is_shown_not_more_often_than_an_eye_follows() -> None:
    async with streaming() as (bench, stream):
        drawn = 0

        def count(_state: object) -> None:
            nonlocal drawn
            drawn += 1

        bench.store.subscribe(count)
        for last in range(1000):
            stream.say(QuoteTick(MES, last=Decimal(5000 + last % 7)))
            await asyncio.sleep(0.001)
        assert drawn <= 1 / DRAW_EVERY + 15  # and what heartbeat and readings show
        bench.store.unsubscribe(count)


async def test_a_pushed_position_is_shown_and_has_everything_read_again() -> None:
    async with streaming() as (bench, stream):
        before = asked(bench, "snapshot"), asked(bench, "orders")
        seen: list[int] = []
        bench.store.subscribe(lambda s: seen.append(s.held[KEY].value.net))
        stream.say(PositionPush("Sim101", MES, Position.of_net(1)))
        await asyncio.sleep(TOGETHER + 0.01)
        assert seen[0] == 1
        assert seen[-1] == 3  # what was read again
        assert asked(bench, "snapshot") > before[0]
        assert asked(bench, "orders") > before[1]


@pytest.mark.parametrize(
    "event",
    [Opened(), GapSeen(3), Resync(), Dropped(2)],
    ids=lambda event: type(event).__name__,
)
async def test_whatever_may_have_been_missed_is_read_at_once(event: StreamEvent) -> None:
    async with streaming() as (bench, stream):
        before = asked(bench, "snapshot"), asked(bench, "orders")
        stream.say(event)
        await asyncio.sleep(0.01)
        assert (asked(bench, "snapshot"), asked(bench, "orders")) == (before[0] + 1, before[1] + 1)


async def test_all_that_one_order_changes_is_read_in_one_go() -> None:
    async with streaming() as (bench, stream):
        before = asked(bench, "snapshot"), asked(bench, "orders")
        for _ in range(4):
            stream.say(FILL, ServerStatus(BridgeState.READY, "ready"))
            await asyncio.sleep(TOGETHER / 5)
        await asyncio.sleep(TOGETHER)
        assert (asked(bench, "snapshot"), asked(bench, "orders")) == (before[0] + 1, before[1] + 1)


async def test_profit_is_kept() -> None:
    async with streaming() as (bench, stream):
        stream.say(PnlUpdate((AccountPnl("Sim101", realised=Decimal(5)),)))
        await bench.until(lambda s: "Sim101" in s.pnl)


async def test_the_ticket_and_what_is_held_are_asked_to_be_pushed() -> None:
    async with streaming() as (bench, stream):
        held = {c for (_, c), read in bench.state.held.items() if read.value != FLAT}
        assert stream.wanted.quotes == held | {MES}
        assert stream.wanted.changes


async def test_not_more_contracts_are_asked_for_than_can_be_followed() -> None:
    async with streaming() as (bench, _):
        many = {
            ("Sim101", Contract(f"Z{i}", 2026, 12)): Read(Position.of_net(1), 0.0)
            for i in range(90)
        }
        state = replace(bench.state, held=many)
        assert len(wanted(state).quotes) == MOST_QUOTES
        assert MES in wanted(state).quotes


# --- the way of an order ----------------------------------------------------------------------


async def test_an_order_goes_over_the_stream_while_it_is_healthy_and_else_over_rest() -> None:
    over_stream, over_rest = FakeServer(), FakeServer()
    for server in (over_stream, over_rest):
        await server.accounts()
    healthy = True
    road = Road(over_stream, over_rest, lambda: healthy)
    await road.close_position(*KEY)
    healthy = False
    await road.close_position(*KEY)
    assert (len(over_stream.sent), len(over_rest.sent)) == (1, 1)


async def test_an_order_lost_on_the_stream_does_not_follow_over_rest() -> None:
    over_stream = FakeServer(outcomes_after=[Unknown(Cause.CONNECTION_LOST)])
    over_rest = FakeServer()
    await over_stream.accounts()
    road = Road(over_stream, over_rest, lambda: True)
    assert await road.close_position(*KEY) == Unknown(Cause.CONNECTION_LOST)
    assert over_rest.sent == []


async def test_a_reverse_while_pushes_come_ends_with_what_was_read() -> None:
    async with streaming() as (bench, stream):
        bench.press()
        for net in (3, 0, -3):
            stream.say(PositionPush("Sim101", MES, Position.of_net(net)))
            await asyncio.sleep(0.02)
        await bench.idle()
        (ended,) = (e for e in bench.events if isinstance(e, ReverseEnded))
        assert ended.verdict.kind is VerdictKind.REVERSED


async def test_the_notice_of_a_lost_stream_goes_when_it_was_read() -> None:
    async with streaming() as (bench, stream):
        stream.say(Evicted("Session active elsewhere"))
        await bench.until(lambda s: bool(s.notices))
        bench.desk.dismiss_notice(Noticed(Notice.STREAM_TAKEN_OVER))
        assert bench.state.notices == ()
