"""Closing, flattening and the documented reverse, as the add-on carries them out. Pure.

The reverse: look for a position, close it, wait up to five seconds until it is flat and its orders
are gone, then enter - even when it is not.
https://crosstrade.io/docs/api/positions/post-reverse-position
"""

from dataclasses import dataclass, replace
from typing import Final

from ctpanel.domain.instrument import Contract
from ctpanel.domain.values import Action, OrderType
from ctpanel.paper.exchange import CLOSE_NAME, Exchange
from ctpanel.paper.model import NewOrder, PaperOrder

WAIT_MS: Final = 5000
POLL_MS: Final = 20


@dataclass(slots=True)
class Job:
    """A reverse being carried out; `order` is the entry once it has been placed.

    Attributes:
        error: why it was refused, "" while it was not.
        done: it will not change any more.
    """

    order: PaperOrder | None = None
    error: str = ""
    done: bool = False


def close(
    exchange: Exchange, account: str, contract: Contract, quantity: int | None = None
) -> PaperOrder:
    """Close a position at market; in full, its working orders are cancelled first."""
    net = exchange.accounts[account].net(contract)
    wanted = abs(net) if quantity is None else min(quantity, abs(net))
    if quantity is None and exchange.faults.orphans == "cancel":
        for order in exchange.working(account, contract):
            exchange.cancel(order)
    action = Action.SELL if net > 0 else Action.BUY
    asked = NewOrder(contract, action, wanted, OrderType.MARKET, name=CLOSE_NAME)
    order = exchange.submit(account, asked)
    _spoil(exchange, order, exchange.faults.close)
    return order


def reverse(exchange: Exchange, account: str, asked: NewOrder) -> Job:
    """Start a reverse; it goes on as the exchange's time advances."""
    job = Job()
    contract = asked.contract
    if exchange.accounts[account].net(contract) == 0:
        where = f"instrument '{contract}' in account '{account}'"
        return _refuse(job, f"No position found for {where}")
    objection = objection_to(asked)
    if objection and exchange.faults.validate == "before_close":
        return _refuse(job, objection)
    close(exchange, account, contract)
    waits = exchange.faults.reverse_wait == "on"
    deadline = exchange.now_ms + (WAIT_MS if waits else 0)

    def look() -> None:
        flat = exchange.accounts[account].net(contract) == 0
        clear = not exchange.working(account, contract)
        if not (flat and clear) and exchange.now_ms < deadline:
            exchange.later(POLL_MS, look)
        elif objection:
            _refuse(job, objection)
        else:
            _enter(exchange, account, asked, job)

    exchange.later(POLL_MS if waits else 0, look)
    return job


def _enter(exchange: Exchange, account: str, asked: NewOrder, job: Job) -> None:
    job.order = enter(exchange, account, replace(asked, name="Entry"))
    job.done = True


def enter(exchange: Exchange, account: str, asked: NewOrder) -> PaperOrder:
    """Submit an entry, as a fault leaves it."""
    order = exchange.submit(account, asked)
    _spoil(exchange, order, exchange.faults.entry)
    return order


def _refuse(job: Job, error: str) -> Job:
    job.error = error
    job.done = True
    return job


def objection_to(asked: NewOrder) -> str:
    """What the API itself finds wrong with an order, before any broker sees it."""
    kind = asked.order_type
    missing = (kind.needs_limit and asked.limit_price is None) or (
        kind.needs_stop and asked.stop_price is None
    )
    return "Invalid request" if missing or asked.quantity < 1 else ""


def _spoil(exchange: Exchange, order: PaperOrder, fault: str) -> None:
    """Let an order be rejected, or fill by half and be cancelled."""
    if fault == "reject":
        exchange.reject(order, "Order rejected: simulated fault")
    elif fault == "partial" and order.asked.quantity > 1:
        half = order.asked.quantity // 2
        book = exchange.market.book(order.asked.contract)
        buys = order.asked.action is Action.BUY
        exchange.fill(order, half, book.price(book.ask if buys else book.bid))
        exchange.cancel(order)
