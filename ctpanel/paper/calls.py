"""Every call of the API: its name on the stream, its path over HTTP, and what answers it.

https://crosstrade.io/docs/api/overview says that the same calls exist in both ways.
"""

from dataclasses import dataclass
from typing import Final

from ctpanel.paper.endpoints import Endpoints
from ctpanel.paper.gate import Handler, Kind

API: Final = "/v1/api"
_A: Final = f"{API}/accounts/{{account}}"
_O: Final = f"{_A}/orders/{{order}}"


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call."""

    name: str
    path: str
    kind: Kind
    handler: Handler

    @property
    def method(self) -> str:
        """Its method over HTTP."""
        return "POST" if self.kind == "order" else "GET"

    @property
    def of_account(self) -> bool:
        """Whether it is about one account, named in path or arguments."""
        return self.path.startswith(_A)


def api_calls(api: Endpoints) -> tuple[ApiCall, ...]:
    """All of them; a path without variable parts before one that would take it too."""
    reads = (
        ("ListAccounts", f"{API}/accounts", api.accounts),
        ("GetAccountSummary", f"{API}/accounts/snapshot", api.snapshot),
        ("GetAllPositions", f"{API}/positions", api.all_positions),
        ("GetQuote", f"{API}/market/quote", api.quote),
        ("GetMarketInfo", f"{API}/market/info", api.market_info),
        ("GetAccount", _A, api.account),
        ("GetPosition", f"{_A}/position", api.position),
        ("ListPositions", f"{_A}/positions", api.positions),
        ("ListOrders", f"{_A}/orders", api.orders),
        ("ListExecutions", f"{_A}/executions", api.executions),
        ("GetOrder", _O, api.order),
        ("GetOrderStatus", f"{_O}/status", api.order_status),
        ("GetOrderLifecycle", f"{_O}/lifecycle", api.lifecycle),
    )
    orders = (
        ("FlattenEverything", f"{API}/positions/flatten", api.flatten_everything),
        ("ClosePosition", f"{_A}/positions/close", api.close),
        ("Flatten", f"{_A}/positions/flatten", api.flatten),
        ("Reverse", f"{_A}/positions/reverse", api.reverse),
        ("ReversePosition", f"{_A}/positions/reverseposition", api.reverse_position),
        ("PlaceOrder", f"{_A}/orders/place", api.place),
        ("FlatPlace", f"{_A}/orders/flatplace", api.flat_place),
        ("CancelOrders", f"{_A}/orders/cancel", api.cancel_orders),
        ("Cancel", f"{_O}/cancel", api.cancel),
    )
    return (
        ApiCall("GetWatermarks", f"{_A}/watermarks", "server", api.watermarks),
        *(ApiCall(name, path, "order", handler) for name, path, handler in orders),
        *(ApiCall(name, path, "read", handler) for name, path, handler in reads),
    )
