"""Every order call the panel can make, one method per endpoint. None raises, none is repeated.

There is no way from here to the calls that act on all accounts at once: every path is built from
one listed account (paths.py).
"""

from collections.abc import Mapping
from typing import Final

from ctpanel.crosstrade.answers import outcome_of_order
from ctpanel.crosstrade.budget import Budget
from ctpanel.crosstrade.errors import Undelivered, capped, describe
from ctpanel.crosstrade.paths import NotListed, Paths
from ctpanel.crosstrade.transport import Carrier, Request
from ctpanel.crosstrade.wire.echo import Asked
from ctpanel.crosstrade.wire.orders import body_of, entry_fields
from ctpanel.domain.instrument import Contract
from ctpanel.domain.outcomes import Cause, NotSent, Unknown, WireOutcome
from ctpanel.domain.reverse import EntryOrder, Intent
from ctpanel.domain.values import Side

SINGLE: Final = 8.0
"""Seconds for a call of one step."""

REVERSE: Final = 15.0
"""Seconds for a reverse: the server may wait 5 s for flat before it answers."""


class CrossTradeOrders:
    """The ordering half of the API."""

    def __init__(self, channel: Carrier, paths: Paths, budget: Budget) -> None:
        self._channel = channel
        self._paths = paths
        self._budget = budget

    async def reverse_position(self, intent: Intent) -> WireOutcome:
        """`POST positions/reverseposition`: close, wait up to 5 s, enter anyway."""
        account, contract = intent.key
        fields = entry_fields(contract, intent.plan.order)
        call = ("positions", "reverseposition")
        asked = Asked(account, contract)
        return await self._post(asked, call, fields, in_parts=True, deadline=REVERSE)

    async def reverse_same_size(self, account: str, contract: Contract) -> WireOutcome:
        """`POST positions/reverse`: the same size on the other side, at market."""
        fields = {"instrument": contract.name}
        call = ("positions", "reverse")
        asked = Asked(account, contract)
        return await self._post(asked, call, fields, in_parts=True, deadline=REVERSE)

    async def close_position(self, account: str, contract: Contract) -> WireOutcome:
        """`POST positions/close`: one position in full, its working orders first."""
        asked, fields = Asked(account, contract), {"instrument": contract.name}
        return await self._post_many(asked, ("positions", "close"), fields, "closedPositions")

    async def flatten(self, account: str) -> WireOutcome:
        """`POST positions/flatten` of one account: every position and its orders."""
        asked = Asked(account)
        return await self._post_many(asked, ("positions", "flatten"), {}, "closedPositions")

    async def place(
        self, account: str, contract: Contract, order: EntryOrder, order_id: str, *, held: Side
    ) -> WireOutcome:
        """`POST orders/place` with our own id, only while this side is held in the contract.

        https://crosstrade.io/docs/api/orders/post-place-order
        """
        fields = {
            **entry_fields(contract, order),
            "orderId": order_id,
            "requireMarketPosition": held.value.lower(),
        }
        return await self._post(Asked(account, contract), ("orders", "place"), fields)

    async def cancel_order(self, account: str, order_id: str) -> WireOutcome:
        """`POST orders/{orderId}/cancel`."""
        return await self._post(Asked(account), ("orders", order_id, "cancel"), {})

    async def cancel_orders(self, account: str, contract: Contract) -> WireOutcome:
        """`POST orders/cancel`: the working orders of one contract."""
        asked, fields = Asked(account, contract), {"instrument": contract.name}
        return await self._post_many(asked, ("orders", "cancel"), fields, "orderIds")

    async def _post_many(
        self, asked: Asked, call: tuple[str, ...], fields: Mapping[str, object], proof: str
    ) -> WireOutcome:
        """A call that does several things, and lists them."""
        return await self._post(asked, call, fields, in_parts=True, proof=proof, many=True)

    async def _post(  # noqa: PLR0913 - what a call is, and how its answer is to be read
        self,
        asked: Asked,
        call: tuple[str, ...],
        fields: Mapping[str, object],
        *,
        in_parts: bool = False,
        proof: str = "orderId",
        many: bool = False,
        deadline: float | None = None,
    ) -> WireOutcome:
        try:
            path = self._paths.of_account(asked.account, *call)
            request = Request("POST", path, deadline or SINGLE, body=body_of(fields))
        except NotListed as error:
            return NotSent(Cause.NOT_LISTED, capped(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing has left
            return NotSent(Cause.INTERNAL, describe(error))
        self._budget.take()
        try:
            reply = await self._channel.exchange(request)
            return outcome_of_order(reply, asked, in_parts=in_parts, proof=proof, many=many)
        except Undelivered as lost:
            return lost.as_outcome()
        except Exception as error:  # noqa: BLE001 - bytes may have left: never less than Unknown
            return Unknown(Cause.INTERNAL, describe(error))
