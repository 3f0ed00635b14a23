"""The matching engine: pure, seeded, in its own time. No IO, no wall clock, no floats.

Time is whole milliseconds given from outside with `advance`; between two calls everything happens
in the order of its due time. What a reverse, close or flatten does with it is in reversal.py.
"""

import heapq
import random
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Final

from ctpanel.domain.instrument import Contract, InstrumentSpec, is_on_tick
from ctpanel.domain.order import OrderState
from ctpanel.domain.values import Action, OrderType, Price
from ctpanel.paper.faults import Faults
from ctpanel.paper.market import STEP_MS, Book, Market
from ctpanel.paper.model import AtmTemplate, Fill, Holding, NewOrder, PaperAccount, PaperOrder

ACK_MS: Final = 15
"""From submitted to accepted, and from accepted to working."""
FILL_MS: Final = 25
"""From working to a market order's first fill, and between its fills."""
CANCEL_MS: Final = 20
DEPTH: Final = 5
"""Contracts that fill at once; larger orders fill in parts."""
CLOSE_NAME: Final = "Close"
"""NinjaTrader's own label of a closing order."""

_NAMED_CHILDREN: Final = ("Stop1", "Target1")


class Exchange:
    """Accounts, their orders, and the market they meet."""

    def __init__(
        self,
        *,
        seed: int,
        today: date,
        specs: Mapping[str, InstrumentSpec],
        templates: Mapping[str, AtmTemplate],
        faults: Faults,
    ) -> None:
        self.market = Market(seed, today, specs)
        self.faults = faults
        self.accounts: dict[str, PaperAccount] = {}
        self.orders: list[PaperOrder] = []
        self.fills: list[Fill] = []
        self.now_ms = 0
        self._given: list[tuple[str, Contract, int, Price]] = []
        self._live: list[PaperOrder] = []
        self._templates = templates
        self._ids = random.Random(f"{seed}/ids")
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._ticket = count()
        self.later(STEP_MS, self._step)

    # --- time ---------------------------------------------------------------------------------

    def later(self, delay_ms: int, action: Callable[[], None]) -> None:
        """Do something `delay_ms` from now."""
        heapq.heappush(self._due, (self.now_ms + delay_ms, next(self._ticket), action))

    def advance(self, now_ms: int) -> None:
        """Let everything happen that is due by then."""
        while self._due and self._due[0][0] <= now_ms:
            self.now_ms, _, action = heapq.heappop(self._due)
            action()
        self.now_ms = max(self.now_ms, now_ms)

    def _step(self) -> None:
        self.market.step()
        self._live = [order for order in self._live if order.is_working]
        for order in tuple(self._live):
            if order.state in (OrderState.WORKING, OrderState.PART_FILLED):
                self._look_at_market(order)
        self.later(STEP_MS, self._step)

    # --- accounts -----------------------------------------------------------------------------

    def open_account(self, name: str, provider: str) -> PaperAccount:
        """Add an account."""
        self.accounts[name] = PaperAccount(name, provider)
        return self.accounts[name]

    def account(self, name: str) -> PaperAccount | None:
        """An account by its name in any case, as the API takes it."""
        wanted = name.casefold()
        return next((a for a in self.accounts.values() if a.name.casefold() == wanted), None)

    def give(self, account: str, contract: Contract, net: int, average: Price) -> None:
        """Put a position into an account without an order: the state of the world at the start."""
        self.market.book(contract)
        self.accounts[account].holding(contract).apply(net, average)
        self._given.append((account, contract, net, average))

    def working(self, account: str, contract: Contract | None = None) -> list[PaperOrder]:
        """Orders of an account that may still fill."""
        return [
            order
            for order in self._live
            if order.account == account
            and order.is_working
            and contract in (None, order.asked.contract)
        ]

    # --- orders -------------------------------------------------------------------------------

    def new_id(self) -> str:
        """32 hex digits, as the API's order ids are."""
        return f"{self._ids.getrandbits(128):032x}"

    def order(self, account: str, order_id: str) -> PaperOrder | None:
        """An account's order by its id; of two that a client named alike, the first."""
        named = (o for o in self.orders if (o.account, o.order_id) == (account, order_id))
        return next(named, None)

    def submit(self, account: str, asked: NewOrder) -> PaperOrder:
        """Take an order. What is wrong with it shows in its state, as at a broker."""
        order = PaperOrder(
            asked.order_id or self.new_id(), account, asked, OrderState.INITIALIZED, self.now_ms
        )
        self.orders.append(order)
        self._live.append(order)
        order.enter(OrderState.SUBMITTED, self.now_ms)
        self.later(ACK_MS, lambda: self._accept(order))
        return order

    def _accept(self, order: PaperOrder) -> None:
        if not order.is_wanted:
            return
        if self.faults.broker == "lost":
            self.later(STEP_MS, lambda: self._accept(order))
            return
        reason = self._objection(order)
        if reason:
            self.reject(order, reason)
            return
        order.enter(OrderState.ACCEPTED, self.now_ms)
        self.later(ACK_MS, lambda: self._work(order))

    def _objection(self, order: PaperOrder) -> str:
        """Why a broker would not take it, "" when it would."""
        asked, book = order.asked, self.market.book(order.asked.contract)
        used = self.accounts[order.account].used_oco_ids
        if asked.oco_id and asked.oco_id in used:
            return f"OCO ID '{asked.oco_id}' cannot be reused"
        if asked.strategy and asked.strategy not in self._templates:
            return f"ATM strategy template '{asked.strategy}' was not found"
        if asked.strategy and self._templates[asked.strategy].quantity != asked.quantity:
            return f"ATM strategy '{asked.strategy}' does not match the order quantity"
        for price in (asked.limit_price, asked.stop_price):
            if price is not None and not is_on_tick(price, book.spec.tick_size):
                return f"Price {price} is not a multiple of the tick size {book.spec.tick_size}"
        if asked.stop_price is not None and self._is_beyond(order, book):
            buys = asked.action is Action.BUY
            word, where = ("Buy", "below") if buys else ("Sell", "above")
            return (
                f"{word} stop or {word.lower()} stop limit orders can't be placed "
                f"{where} the market."
            )
        return ""

    def _is_beyond(self, order: PaperOrder, book: Book) -> bool:
        stop = order.asked.stop_price
        if stop is None:
            return False
        if order.asked.action is Action.BUY:
            return stop <= book.price(book.ask)
        return stop >= book.price(book.bid)

    def _work(self, order: PaperOrder) -> None:
        if not order.is_wanted:
            return
        order.enter(OrderState.WORKING, self.now_ms)
        delay = self.faults.close_delay_ms if order.asked.name == CLOSE_NAME else 0
        self.later(FILL_MS + delay, lambda: self._look_at_market(order))

    def _look_at_market(self, order: PaperOrder) -> None:
        """Trigger it, fill it, or leave it resting."""
        if not order.is_wanted or self.faults.broker == "lost":
            return
        kind = order.asked.order_type
        book = self.market.book(order.asked.contract)
        if kind.needs_stop and not order.triggered:
            order.triggered = self._is_beyond(order, book)
            if not order.triggered:
                return
        price = self._fill_price(order, book)
        if price is not None and not self._is_held_up(order):
            self.fill(order, min(DEPTH, order.remaining), price)

    def _is_held_up(self, order: PaperOrder) -> bool:
        """A closing market order that a fault delays is not filled by a market step before."""
        if order.asked.name != CLOSE_NAME:
            return False
        worked = next(at for at, word in order.history if word == OrderState.WORKING.value)
        return self.now_ms < worked + FILL_MS + self.faults.close_delay_ms

    def _fill_price(self, order: PaperOrder, book: Book) -> Price | None:
        buys = order.asked.action is Action.BUY
        market = book.price(book.ask if buys else book.bid)
        if order.asked.order_type in (OrderType.MARKET, OrderType.STOPMARKET):
            return market
        limit = order.asked.limit_price
        if limit is None:
            return None
        reached = market <= limit if buys else market >= limit
        return market if reached else None

    def fill(self, order: PaperOrder, quantity: int, price: Price) -> None:
        """Execute a part of an order."""
        account, asked = self.accounts[order.account], order.asked
        signed = asked.action.sign * quantity
        order.filled += quantity
        order.paid += price * quantity
        account.holding(asked.contract).apply(signed, price)
        book = self.market.book(asked.contract)
        book.trade(int(price / book.spec.tick_size), quantity)
        self.fills.append(
            Fill(
                f"{len(self.fills) + 1:08d}_{order.order_id[:8]}",
                self.now_ms,
                order.order_id,
                order.account,
                asked.contract,
                asked.action,
                quantity,
                price,
                asked.name,
            )
        )
        done = order.remaining == 0
        order.enter(OrderState.FILLED if done else OrderState.PART_FILLED, self.now_ms)
        if not done:
            self.later(FILL_MS, lambda: self._look_at_market(order))
        self._consume_oco(order)
        if asked.strategy:
            self._attach(order, quantity, price)

    def reject(self, order: PaperOrder, reason: str) -> None:
        """A broker's no."""
        order.reason = reason
        order.enter(OrderState.REJECTED, self.now_ms)
        self._consume_oco(order)

    def cancel(self, order: PaperOrder, *, by_group: bool = False) -> None:
        """Ask for a cancel; the order may still fill before it comes through.

        An order that its OCO group cancels does not cancel the group in turn: the one whose fill
        began it would lose what is left of it.
        """
        if not order.is_wanted:
            return
        order.enter(OrderState.CANCEL_PENDING, self.now_ms)
        self.later(CANCEL_MS, lambda: self._cancelled(order, by_group=by_group))

    def _cancelled(self, order: PaperOrder, *, by_group: bool) -> None:
        if not order.is_working:
            return
        order.enter(OrderState.CANCELLED, self.now_ms)
        if not by_group:
            self._consume_oco(order)

    # --- groups -------------------------------------------------------------------------------

    def _consume_oco(self, order: PaperOrder) -> None:
        """One of a group has ended or filled: the others are cancelled, the id is spent."""
        oco_id = order.asked.oco_id
        if not oco_id:
            return
        self.accounts[order.account].used_oco_ids.add(oco_id)
        for other in self.working(order.account):
            if other is not order and other.asked.oco_id == oco_id:
                self.cancel(other, by_group=True)

    def _attach(self, entry: PaperOrder, quantity: int, price: Price) -> None:
        """Stop and target of an ATM strategy, for the contracts that just filled."""
        asked, template = entry.asked, self._templates[entry.asked.strategy]
        tick = self.market.book(asked.contract).spec.tick_size
        away = asked.action.sign * tick
        stop, target = price - away * template.stop_ticks, price + away * template.target_ticks
        action = Action.SELL if asked.action is Action.BUY else Action.BUY
        oco_id = self.new_id()
        for name, kind, limit_price, stop_price in (
            (_NAMED_CHILDREN[0], OrderType.STOPMARKET, None, stop),
            (_NAMED_CHILDREN[1], OrderType.LIMIT, target, None),
        ):
            child = NewOrder(
                asked.contract,
                action,
                quantity,
                kind,
                "GTC",
                limit_price,
                stop_price,
                oco_id,
                name=name,
            )
            self.submit(entry.account, child)

    def unrealised(self, account: PaperAccount, contract: Contract) -> Decimal:
        """Open profit in currency, at the last trade."""
        held, book = account.holding(contract), self.market.book(contract)
        points = book.price(book.last) - held.average
        return points * held.net * book.spec.point_value

    def realised(self, account: PaperAccount) -> Decimal:
        """Closed profit of the session in currency."""
        closed = (
            held.realised * self.market.book(contract).spec.point_value
            for contract, held in account.holdings.items()
        )
        return sum(closed, Decimal(0))

    def holding_at(self, account: str, contract: Contract, at_ms: int) -> Holding:
        """A position as it was at an earlier time, for views that lag behind the fills."""
        held = Holding()
        for given_to, where, net, average in self._given:
            if (given_to, where) == (account, contract):
                held.apply(net, average)
        for fill in self.fills:
            if (fill.account, fill.contract) == (account, contract) and fill.at_ms <= at_ms:
                held.apply(fill.action.sign * fill.quantity, fill.price)
        return held
