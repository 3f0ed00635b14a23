"""Every reading the panel can take, one method per endpoint. Raises errors of errors.py only."""

from collections.abc import Mapping
from typing import Final

from ctpanel.app.ports import Snapshot
from ctpanel.crosstrade.answers import body_of_read, nothing_held
from ctpanel.crosstrade.budget import Budget
from ctpanel.crosstrade.errors import RefusedByServer, Undelivered
from ctpanel.crosstrade.paths import PREFIX, Paths
from ctpanel.crosstrade.transport import MAX_BODY, Carrier, Request
from ctpanel.crosstrade.wire import accounts as account_wire
from ctpanel.crosstrade.wire import market as market_wire
from ctpanel.crosstrade.wire import orders as order_wire
from ctpanel.crosstrade.wire.envelope import same_account, same_instrument, typed
from ctpanel.domain.instrument import Contract
from ctpanel.domain.market import Account, Quote
from ctpanel.domain.order import Execution, LifecycleEvent, Order, OrderState
from ctpanel.domain.position import FLAT, Position

DEADLINE: Final = 5.0
"""Seconds for one reading, from the first byte sent to the last received."""

ALL_ORDERS: Final = 16_000_000
"""Bytes of a list of orders: it has the finished ones too, a few hundred bytes each."""

LOOKBACK: Final = 900
"""Seconds of executions that can be asked for at most (docs.crosstrade.io/api/executions)."""


class CrossTradeReads:
    """The reading half of the API.

    `reserve` is what this reader leaves in the shared budget: the reconciler leaves nothing. None
    where its caller has waited for its turn, and left enough for an order and reading it back.
    """

    def __init__(
        self,
        channel: Carrier,
        paths: Paths,
        budget: Budget,
        *,
        reserve: float | None,
        on_paper: bool,
    ) -> None:
        self._channel = channel
        self._paths = paths
        self._budget = budget
        self._reserve = reserve
        self._on_paper = on_paper

    async def accounts(self) -> tuple[Account, ...]:
        """`GET accounts`. Only accounts listed here or by `snapshot` can be traded."""
        body = await self._get(f"{PREFIX}/accounts")
        found = account_wire.accounts(body, on_paper=self._on_paper)
        self._paths.list_accounts(account.name for account in found)
        return found

    async def account(self, account: str) -> Account:
        """`GET accounts/{account}`."""
        body = await self._get(self._of(account))
        return account_wire.account(body, on_paper=self._on_paper)

    async def snapshot(self) -> Snapshot:
        """`GET accounts/snapshot`: accounts and open positions in one request."""
        body = await self._get(f"{PREFIX}/accounts/snapshot")
        found = account_wire.snapshot(body, on_paper=self._on_paper)
        self._paths.list_accounts(account.name for account in found.accounts)
        return found

    async def watermarks(self, account: str) -> account_wire.Watermarks:
        """`GET accounts/{account}/watermarks`: answered even while the add-on is offline."""
        body = await self._get(self._of(account, "watermarks"))
        return typed(body, account_wire.Watermarks)

    async def position(self, account: str, contract: Contract) -> Position:
        """`GET accounts/{account}/position`; flat only when the server says so, in either way."""
        query = ("instrument", contract.name)
        try:
            body = await self._get(self._of(account, "position"), query)
        except RefusedByServer as refusal:
            named = nothing_held(refusal.parts)
            if named is None:
                raise
            same_instrument(named[0], contract)
            same_account(named[1], account)
            return FLAT
        return account_wire.position(body, account, contract)

    async def positions(self, account: str) -> Mapping[Contract, Position]:
        """`GET accounts/{account}/positions`, flat ones included where the server lists them."""
        body = await self._get(self._of(account, "positions"), ("includeFlat", "true"))
        return account_wire.positions(body, account)

    async def all_positions(self) -> Mapping[str, Mapping[Contract, Position]]:
        """`GET positions`: of every account, flat ones included where the server lists them."""
        body = await self._get(f"{PREFIX}/positions", ("includeFlat", "true"))
        return account_wire.positions_by_account(body)

    async def orders(self, account: str) -> tuple[Order, ...]:
        """`GET accounts/{account}/orders`, finished ones included."""
        body = await self._get(self._of(account, "orders"), longest=ALL_ORDERS)
        return order_wire.orders(body, account)

    async def order(self, account: str, order_id: str) -> Order:
        """`GET accounts/{account}/orders/{orderId}`."""
        body = await self._get(self._of(account, "orders", order_id))
        return order_wire.order(body, account)

    async def order_status(self, account: str, order_id: str) -> OrderState:
        """`GET accounts/{account}/orders/{orderId}/status`."""
        body = await self._get(self._of(account, "orders", order_id, "status"))
        return order_wire.order_status(body)

    async def lifecycle(self, account: str, order_id: str) -> tuple[LifecycleEvent, ...]:
        """`GET accounts/{account}/orders/{orderId}/lifecycle`; needs add-on 1.13.2."""
        body = await self._get(self._of(account, "orders", order_id, "lifecycle"))
        return order_wire.lifecycle(body, account)

    async def executions(self, account: str, lookback: int = LOOKBACK) -> tuple[Execution, ...]:
        """`GET accounts/{account}/executions` of the last `lookback` seconds."""
        query = ("lookbackTime", str(min(lookback, LOOKBACK)))
        return order_wire.executions(await self._get(self._of(account, "executions"), query))

    async def quote(self, query: str) -> Quote:
        """`GET market/quote` of one instrument, and of no other."""
        body = await self._get(f"{PREFIX}/market/quote", ("instrument", query))
        return market_wire.quote(body, query)

    async def quotes(self, contracts: tuple[Contract, ...]) -> tuple[Quote, ...]:
        """`GET market/quote` of several contracts at once."""
        names = ",".join(contract.name for contract in contracts)
        body = await self._get(f"{PREFIX}/market/quote", ("instrument", names))
        return market_wire.quotes(body)

    async def market_info(self, contract: Contract) -> market_wire.MarketInfo:
        """`GET market/info`: the session of one contract."""
        body = await self._get(f"{PREFIX}/market/info", ("instrument", contract.name))
        return typed(body, market_wire.MarketInfo)

    def _of(self, account: str, *rest: str) -> str:
        try:
            return self._paths.of_account(account, *rest)
        except ValueError:
            raise RefusedByServer(("the server did not list this account or order",)) from None

    async def _get(self, path: str, *query: tuple[str, str], longest: int = MAX_BODY) -> object:
        if self._reserve is not None:
            await self._budget.take_in_turn(self._reserve)
        began = self._budget.now()
        try:
            reply = await self._channel.exchange(
                Request("GET", path, DEADLINE, query, longest=longest)
            )
        except Undelivered as lost:
            raise lost.as_read_error() from lost
        self._budget.answered(reply.status, self._budget.now() - began)
        return body_of_read(reply)
