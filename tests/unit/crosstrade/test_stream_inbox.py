"""What waits for the consumer: in order, only the newest where that is enough, never too much."""

import asyncio
from decimal import Decimal

import pytest

from ctpanel.crosstrade.stream import inbox
from ctpanel.crosstrade.stream.inbox import Inbox
from ctpanel.domain.instrument import Contract
from ctpanel.domain.stream import (
    AccountPnl,
    Closed,
    Dropped,
    GapSeen,
    Opened,
    OrderPush,
    PnlUpdate,
    QuoteTick,
    Resync,
    StreamCause,
    StreamEvent,
)
from tests.fakes.examples import MES, order

NQ = Contract("NQ", 2026, 12)
DOWN = Closed(StreamCause.LOST, "", 1.0)


def tick(contract: Contract, last: int) -> QuoteTick:
    return QuoteTick(contract, last=Decimal(last))


def pnl(account: str, amount: int) -> PnlUpdate:
    return PnlUpdate((AccountPnl(account, realised=Decimal(amount)),))


def changed(number: int) -> OrderPush:
    return OrderPush(order(str(number)))


async def after(*events: StreamEvent) -> list[StreamEvent]:
    """What a consumer that comes late receives."""
    found, waiting = [], Inbox()
    for event in events:
        waiting.put(event)
    while waiting._waiting:
        found.append(await waiting.get())
    return found


async def test_changes_come_all_and_in_order() -> None:
    assert await after(*map(changed, range(9))) == [changed(number) for number in range(9)]


async def test_of_each_contracts_quotes_only_the_newest_waits() -> None:
    found = await after(tick(MES, 1), tick(NQ, 2), tick(MES, 3))
    assert found == [tick(MES, 3), tick(NQ, 2)]


async def test_a_quote_that_changes_all_the_time_is_received_all_the_same() -> None:
    waiting, found = Inbox(), []
    waiting.put(tick(NQ, 0))
    for number in range(4):
        waiting.put(tick(MES, number))
        waiting.put(tick(NQ, number))
        found.append(await waiting.get())
    assert {event.contract for event in found if isinstance(event, QuoteTick)} == {MES, NQ}


async def test_of_each_accounts_profit_only_the_newest_waits() -> None:
    found = await after(pnl("Sim101", 1), pnl("Sim102", 2), pnl("Sim101", 3))
    assert found == [pnl("Sim101", 3), pnl("Sim102", 2)]


async def test_up_and_down_end_with_what_came_last() -> None:
    assert await after(Opened(), DOWN, Opened()) == [DOWN, Opened()]
    assert await after(DOWN, Opened(), DOWN) == [Opened(), DOWN]


async def test_reasons_to_read_anew_are_told_once_with_their_sum() -> None:
    found = await after(Dropped(2), Resync(), GapSeen(1), Dropped(3), Resync(), GapSeen(4))
    assert found == [Dropped(5), Resync(), GapSeen(5)]


async def test_too_many_changes_are_dropped_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PLACES", 3)
    found = await after(Opened(), *map(changed, range(3)), tick(MES, 1), changed(3))
    assert found == [Opened(), tick(MES, 1), Dropped(3), changed(3)]


async def test_what_was_received_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PLACES", 2)
    waiting = Inbox()
    for number in range(20):
        waiting.put(changed(number))
        assert await waiting.get() == changed(number)


async def test_accounts_made_up_without_end_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inbox, "PLACES", 5)
    found = await after(*(pnl(f"A{number}", 1) for number in range(1000)), changed(1))
    assert len(found) == 11
    assert found[-1] == changed(1)


async def test_a_consumer_waits_for_what_is_not_there_yet() -> None:
    waiting = Inbox()
    event = asyncio.create_task(waiting.get())
    await asyncio.sleep(0)
    assert not event.done()
    waiting.put(Resync())
    assert await event == Resync()
