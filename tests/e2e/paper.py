"""A paper exchange of the test's own, and what it recorded: the other side of what a panel says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from tests.e2e.processes import Child, wait_until

TOKEN: Final = "e2e-only-token-7f3k9q"
HEADERS: Final = {"Authorization": f"Bearer {TOKEN}"}
_LINE: Final = "listening on "


class PaperExchange:
    """`ctpanel paper` as its own process, with a token the test knows."""

    def __init__(self, command: str, env: Mapping[str, str], log: Path) -> None:
        self.process = Child([command, "paper", "--port", "0", "--token", TOKEN], env, log)
        try:
            wait_until(lambda: "\n" in self.process.said(), "a listening paper exchange")
            line = self.process.said().splitlines()[0]
            assert line.startswith(_LINE), line
        except AssertionError:
            self.process.end()
            raise
        self.origin = line.removeprefix(_LINE)

    def order_requests(self) -> list[dict[str, Any]]:
        """Every request that could have moved money, as it arrived."""
        return [request for request in self._record()["requests"] if request["kind"] == "order"]

    def order_paths(self) -> list[str]:
        """The last words of those requests' paths."""
        return [request["path"].rpartition("/")[2] for request in self.order_requests()]

    def entries(self) -> list[dict[str, Any]]:
        """The orders by which reverses entered."""
        return [order for order in self._record()["orders"] if order["name"] == "Entry"]

    def market(self, instrument: str) -> dict[str, Any]:
        """What the exchange quotes."""
        path = f"/v1/api/market/quote?instrument={instrument.replace(' ', '%20')}"
        return self._get(path)

    def _record(self) -> dict[str, Any]:
        return self._get("/_paper/record")

    def _get(self, path: str) -> dict[str, Any]:
        answer = httpx.get(f"{self.origin}{path}", headers=HEADERS, trust_env=False, timeout=5)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found
