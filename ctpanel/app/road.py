"""Which way an order takes: over the live stream while it is healthy, else over REST.

The way is chosen before the first byte and never after: an order that went one way and got no
answer is unknown, and nothing follows it on the other.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ctpanel.app.ports import ServerOrders
from ctpanel.domain.instrument import Contract
from ctpanel.domain.outcomes import WireOutcome
from ctpanel.domain.reverse import EntryOrder, Intent
from ctpanel.domain.values import Side


@dataclass(frozen=True, slots=True)
class Road:
    """app.ports.ServerOrders over two others."""

    stream: ServerOrders
    rest: ServerOrders
    is_live: Callable[[], bool]

    def _chosen(self) -> ServerOrders:
        return self.stream if self.is_live() else self.rest

    async def reverse_position(self, intent: Intent) -> WireOutcome:
        """Close, wait up to 5 s for flat, then enter anyway."""
        return await self._chosen().reverse_position(intent)

    async def place(
        self, account: str, contract: Contract, order: EntryOrder, order_id: str, *, held: Side
    ) -> WireOutcome:
        """Place an order under our own id, on condition that this side is held."""
        return await self._chosen().place(account, contract, order, order_id, held=held)

    async def close_position(self, account: str, contract: Contract) -> WireOutcome:
        """Close one position in full."""
        return await self._chosen().close_position(account, contract)

    async def cancel_orders(self, account: str, contract: Contract) -> WireOutcome:
        """Cancel the working orders of one contract."""
        return await self._chosen().cancel_orders(account, contract)

    async def flatten(self, account: str) -> WireOutcome:
        """Close every position of one account and cancel its orders."""
        return await self._chosen().flatten(account)
