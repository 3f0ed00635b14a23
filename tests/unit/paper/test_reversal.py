"""The documented reverse: close, wait up to five seconds, enter even when not flat."""

from collections.abc import Iterator
from typing import Any

import pytest

from ctpanel.domain.order import OrderState
from ctpanel.domain.values import Action, OrderType
from ctpanel.paper import reversal
from ctpanel.paper.exchange import Exchange
from ctpanel.paper.reversal import WAIT_MS, Job
from tests.fakes.examples import MES
from tests.unit.paper.engines import (
    BID,
    asked,
    move,
    net,
    place,
    states,
    still_exchange,
    wait,
    working,
)

ME = "Sim101"
"""Holds three MES, long."""


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with still_exchange() as made:
        yield made


def reverse(exchange: Exchange, **changes: Any) -> Job:  # noqa: ANN401 - a test names its fields
    entry = asked(**{"action": Action.SELL, "quantity": 3, **changes})
    return reversal.reverse(exchange, ME, entry)


def run(exchange: Exchange, job: Job) -> int:
    """Go on in small steps until it is done; the milliseconds it took."""
    began = exchange.now_ms
    while not job.done:
        assert exchange.now_ms - began <= WAIT_MS + 100
        wait(exchange, 5)
    return exchange.now_ms - began


def test_it_closes_and_enters(exchange: Exchange) -> None:
    job = reverse(exchange)
    took = run(exchange, job)
    wait(exchange)
    assert net(exchange, ME) == -3
    assert [(fill.name, fill.quantity) for fill in exchange.fills] == [("Close", 3), ("Entry", 3)]
    assert took < 200


def test_its_order_is_the_entry(exchange: Exchange) -> None:
    job = reverse(exchange, quantity=5)
    run(exchange, job)
    assert job.order is not None
    assert (job.order.asked.name, job.order.asked.quantity) == ("Entry", 5)


def test_the_quantity_is_that_of_the_new_position(exchange: Exchange) -> None:
    run(exchange, reverse(exchange, quantity=1))
    wait(exchange)
    assert net(exchange, ME) == -1


def test_the_same_side_closes_and_opens_again(exchange: Exchange) -> None:
    run(exchange, reverse(exchange, action=Action.BUY))
    wait(exchange)
    assert net(exchange, ME) == 3
    assert len(exchange.fills) == 2


def test_nothing_is_entered_before_the_position_is_flat(exchange: Exchange) -> None:
    exchange.faults.close_delay_ms = 3000
    job = reverse(exchange)
    wait(exchange, 3000)
    assert (job.done, len(exchange.orders)) == (False, 1)
    assert 3000 <= run(exchange, job) + 3000 < 3200
    wait(exchange)
    assert net(exchange, ME) == -3


def test_it_enters_after_five_seconds_even_when_not_flat(exchange: Exchange) -> None:
    exchange.faults.close_delay_ms = 8000
    job = reverse(exchange)
    assert run(exchange, job) == pytest.approx(WAIT_MS, abs=30)
    assert net(exchange, ME) == 3
    wait(exchange, 500)
    assert net(exchange, ME) == 0
    wait(exchange, 4000)
    assert net(exchange, ME) == -3


def test_it_waits_for_the_contracts_orders_too(exchange: Exchange) -> None:
    exchange.faults.orphans = "keep"
    far = place(exchange, ME, order_type=OrderType.LIMIT, limit_price=BID - 5)
    job = reverse(exchange)
    assert run(exchange, job) == pytest.approx(WAIT_MS, abs=30)
    assert far.is_working


def test_it_cancels_the_contracts_orders_first(exchange: Exchange) -> None:
    far = place(exchange, ME, order_type=OrderType.LIMIT, limit_price=BID - 5)
    run(exchange, reverse(exchange))
    assert far.state is OrderState.CANCELLED


def test_an_old_add_on_enters_without_waiting(exchange: Exchange) -> None:
    exchange.faults.reverse_wait = "none"
    exchange.faults.close_delay_ms = 3000
    assert run(exchange, reverse(exchange)) < 20


@pytest.mark.parametrize("account", ["Sim102", "DEMO4021"])
def test_without_a_position_it_is_refused_with_the_documented_text(
    exchange: Exchange, account: str
) -> None:
    job = reversal.reverse(exchange, account, asked())
    assert job.done
    assert job.error == f"No position found for instrument 'MES 12-26' in account '{account}'"
    wait(exchange)
    assert exchange.orders == []


INVALID = {
    "a limit order without its price": {"order_type": OrderType.LIMIT},
    "a stop order without its price": {"order_type": OrderType.STOPMARKET},
    "a stop limit without its limit": {"order_type": OrderType.STOPLIMIT, "stop_price": BID - 1},
    "no contracts": {"quantity": 0},
    "fewer than none": {"quantity": -3},
}


@pytest.mark.parametrize("changes", INVALID.values(), ids=INVALID)
def test_what_is_invalid_is_refused_before_the_close(
    exchange: Exchange, changes: dict[str, object]
) -> None:
    job = reverse(exchange, **changes)
    assert (job.done, job.error) == (True, "Invalid request")
    wait(exchange)
    assert (net(exchange, ME), exchange.orders) == (3, [])


@pytest.mark.parametrize("changes", INVALID.values(), ids=INVALID)
def test_a_server_may_find_it_invalid_only_after_the_close(
    exchange: Exchange, changes: dict[str, object]
) -> None:
    exchange.faults.validate = "after_close"
    job = reverse(exchange, **changes)
    run(exchange, job)
    wait(exchange)
    assert (job.order, job.error) == (None, "Invalid request")
    assert net(exchange, ME) == 0


def test_a_limit_entry_rests_and_the_account_is_flat(exchange: Exchange) -> None:
    job = reverse(exchange, order_type=OrderType.LIMIT, limit_price=BID + 5)
    assert run(exchange, job) < 200
    wait(exchange)
    assert net(exchange, ME) == 0
    assert working(exchange, ME) == [job.order]
    move(exchange, 20)
    assert net(exchange, ME) == -3


def test_a_stop_on_the_wrong_side_is_rejected_after_the_close(exchange: Exchange) -> None:
    job = reverse(exchange, order_type=OrderType.STOPMARKET, stop_price=BID + 5)
    run(exchange, job)
    wait(exchange)
    assert job.order is not None
    assert states(job.order) == ["Submitted", "Rejected"]
    assert net(exchange, ME) == 0


def test_a_rejected_close_leaves_both_sums_in_the_account(exchange: Exchange) -> None:
    exchange.faults.close = "reject"
    job = reverse(exchange, quantity=2)
    assert run(exchange, job) == pytest.approx(WAIT_MS, abs=30)
    wait(exchange)
    assert net(exchange, ME) == 3 - 2


def test_a_close_that_fills_by_half_leaves_the_wrong_size(exchange: Exchange) -> None:
    exchange.faults.close = "partial"
    job = reverse(exchange)
    run(exchange, job)
    wait(exchange)
    assert net(exchange, ME) == 3 - 1 - 3


def test_an_entry_that_fills_by_half_leaves_the_half(exchange: Exchange) -> None:
    exchange.faults.entry = "partial"
    job = reverse(exchange)
    run(exchange, job)
    wait(exchange)
    assert job.order is not None
    assert (job.order.state, job.order.filled) == (OrderState.CANCELLED, 1)
    assert net(exchange, ME) == -1


def test_a_stop_that_fills_during_the_wait_is_not_closed_twice_over(exchange: Exchange) -> None:
    exchange.faults.orphans = "keep"
    exchange.faults.close_delay_ms = 1000
    place(
        exchange,
        ME,
        action=Action.SELL,
        quantity=3,
        order_type=OrderType.STOPMARKET,
        stop_price=BID - 1,
    )
    job = reverse(exchange)
    move(exchange, -4)
    wait(exchange, 6000)
    assert job.done
    assert net(exchange, ME) == 3 - 3 - 3 - 3


def test_a_close_of_a_part_leaves_the_orders_alone(exchange: Exchange) -> None:
    far = place(exchange, ME, order_type=OrderType.LIMIT, limit_price=BID - 5)
    reversal.close(exchange, ME, MES, 1)
    wait(exchange)
    assert net(exchange, ME) == 2
    assert far.is_working


def test_a_close_never_closes_more_than_is_held(exchange: Exchange) -> None:
    reversal.close(exchange, ME, MES, 50)
    wait(exchange)
    assert net(exchange, ME) == 0


def test_a_close_in_full_that_is_asked_for_twice_closes_once(exchange: Exchange) -> None:
    reversal.close(exchange, ME, MES)
    reversal.close(exchange, ME, MES)
    wait(exchange)
    assert net(exchange, ME) == 0
