"""A paper exchange of the test's own, and what it recorded: the other side of what a panel says."""

from decimal import Decimal
from typing import Any, Final

import httpx

from tests.e2e.desktop import Desktop
from tests.e2e.processes import wait_until

TOKEN: Final = "e2e-only-token-7f3k9q"
HEADERS: Final = {"Authorization": f"Bearer {TOKEN}"}
_LINE: Final = "listening on "


class PaperExchange:
    """`ctpanel paper` as a process of its own, with a token the test knows.

    Attributes:
        origin: its address.
    """

    def __init__(self, desktop: Desktop, port: int = 0) -> None:
        self.process = desktop.ctpanel("paper", "--port", str(port), "--token", TOKEN)
        wait_until(lambda: "\n" in self.process.said(), "a listening paper exchange")
        line = self.process.said().splitlines()[0]
        assert line.startswith(_LINE), line
        self.origin = line.removeprefix(_LINE)

    @property
    def port(self) -> int:
        return int(self.origin.rpartition(":")[2])

    def order_requests(self) -> list[dict[str, Any]]:
        """Every request that could have moved money, as it arrived."""
        return [request for request in self._record()["requests"] if request["kind"] == "order"]

    def order_paths(self) -> list[str]:
        """The last words of those requests' paths."""
        return [request["path"].rpartition("/")[2] for request in self.order_requests()]

    def entries(self) -> list[dict[str, Any]]:
        """The orders by which reverses entered."""
        return [order for order in self._record()["orders"] if order["name"] == "Entry"]

    def above_market(self, instrument: str, ticks: int) -> str:
        """A price so many ticks above the ask."""
        quote = self._get("/v1/api/market/quote", instrument=instrument)
        return str(Decimal(str(quote["ask"])) + ticks * Decimal(str(quote["tickSize"])))

    def has(self, **faults: str) -> None:
        """Switch faults on from now on."""
        address = f"{self.origin}/_paper/faults"
        httpx.post(address, json=faults, headers=HEADERS, trust_env=False).raise_for_status()

    def _record(self) -> dict[str, Any]:
        return self._get("/_paper/record")

    def _get(self, path: str, **query: str) -> dict[str, Any]:
        address = f"{self.origin}{path}"
        answer = httpx.get(address, params=query, headers=HEADERS, trust_env=False, timeout=5)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found
