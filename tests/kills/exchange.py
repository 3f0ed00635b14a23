"""The paper exchange of these tests: positions to reverse, and what it recorded."""

import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, TypeAlias

import httpx

from ctpanel import resources
from ctpanel.app.ports import Token
from ctpanel.domain.instrument import read_table
from ctpanel.paper.child import PaperChild
from ctpanel.paper.gate import KEPT
from ctpanel.paper.market import front_month

Key: TypeAlias = tuple[str, str]
"""Account and contract by name."""

ACCOUNTS: Final = ("Sim101", "Sim102", "DEMO4021", "LIVE-001")
ROOTS: Final = ("ES", "NQ", "RTY", "YM", "CL", "GC", "ZN", "6E")
"""None that the exchange's world holds at the start: all their orders are ours."""

SIZE: Final = 2
QUIET: Final = 0.25
"""Seconds without a working order after which nothing more comes of a request whose sender died:
a reverse looks at its close every 20 ms."""

SETTLED_WITHIN: Final = 10.0


class Request:
    """An order request as it arrived; without a contract when its sender died amid sending it."""

    def __init__(self, recorded: dict[str, Any]) -> None:
        self.account, self.call = recorded["path"].removeprefix("/").split("/", 4)[3:]
        self.body: dict[str, Any] = recorded["body"]
        self.contract: str = self.body.get("instrument", "")

    @property
    def key(self) -> Key:
        return self.account, self.contract

    def __repr__(self) -> str:
        return f"{self.call} {self.body}"


class Exchange:
    """A paper exchange with its own token, without the rate limit: every process has its own."""

    def __init__(self) -> None:
        self._child = PaperChild("--fault", "rate_limit=off")
        self.origin = self._child.origin()
        headers = {"Authorization": f"Bearer {self.token.reveal()}"}
        self._http = httpx.Client(
            base_url=self.origin, headers=headers, trust_env=False, timeout=10
        )
        self._seen = 0

    @property
    def token(self) -> Token:
        return self._child.token

    def keys(self) -> list[Key]:
        """Account and contract of everything that can be held here."""
        specs = read_table(resources.read_text("instruments.json"))
        today = date.today()  # noqa: DTZ011 - the exchange takes its day from the same clock
        contracts = [front_month(specs[root], today).name for root in ROOTS]
        return [(account, contract) for contract in contracts for account in ACCOUNTS]

    def hold(self, keys: Iterable[Key]) -> Counter[Key]:
        """Have a position in each of them; signed contracts."""
        nets = self.nets()
        for account, contract in [key for key in keys if not nets[key]]:
            order = {
                "instrument": contract,
                "action": "BUY",
                "orderType": "MARKET",
                "quantity": SIZE,
                "timeInForce": "DAY",
            }
            self._http.post(
                f"/v1/api/accounts/{account}/orders/place", json=order
            ).raise_for_status()
        self.settle()
        self.new_requests()
        return self.nets()

    def settle(self) -> None:
        """Wait until what was asked of it has been carried out."""
        deadline = time.monotonic() + SETTLED_WITHIN
        quiet_since = time.monotonic()
        while time.monotonic() - quiet_since < QUIET:
            assert time.monotonic() < deadline, "orders went on working"
            time.sleep(0.05)
            if any(self._is_working(account) for account in ACCOUNTS):
                quiet_since = time.monotonic()

    def _is_working(self, account: str) -> bool:
        return bool(self._get(f"/v1/api/accounts/{account}/orders?activeOnly=true")["orders"])

    def new_requests(self) -> list[Request]:
        """Every order request since the last look."""
        recorded = self._get("/_paper/record")["requests"]
        assert len(recorded) < KEPT, "the record has begun to forget"
        found = recorded[self._seen :]
        self._seen = len(recorded)
        return [Request(request) for request in found if request["kind"] == "order"]

    def nets(self) -> Counter[Key]:
        """What all fills come to."""
        nets: Counter[Key] = Counter()
        for order in self._get("/_paper/record")["orders"]:
            sign = 1 if order["action"] == "BUY" else -1
            nets[order["account"], order["instrument"]] += sign * order["filled"]
        return nets

    def _get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        answer = self._http.get(path)
        answer.raise_for_status()
        return answer.json()

    def end(self) -> None:
        self._http.close()
        self._child.stop()
