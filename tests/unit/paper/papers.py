"""The paper exchange over HTTP, straight into the application: without a socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from ctpanel import resources
from ctpanel.domain.instrument import read_table
from ctpanel.paper.faults import Faults
from ctpanel.paper.live import LiveExchange
from ctpanel.paper.server import PaperOptions, build

API = "/v1/api"
A = f"{API}/accounts/Sim101"


@dataclass
class Paper:
    http: httpx.AsyncClient
    live: LiveExchange
    faults: Faults

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self.http.get(path, params=query)

    async def post(self, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401 - any JSON
        return await self.http.post(path, json=body)

    def wait(self, seconds: float) -> None:
        """Let time pass for exchange and allowance."""
        self.live._began -= seconds
        self.live.tick()


@asynccontextmanager
async def paper(**faults: Any) -> AsyncIterator[Paper]:  # noqa: ANN401 - each fault has its type
    set_to = Faults(**faults)
    specs = read_table(resources.read_text("instruments.json"))
    app, live = build(PaperOptions(token="t", faults=set_to), specs)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": "Bearer t"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://paper", headers=headers
    ) as http:
        yield Paper(http, live, set_to)


def order(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - a test names its fields
    usual = {"instrument": "MES", "action": "SELL", "quantity": 3, "orderType": "MARKET"}
    return {**usual, "timeInForce": "DAY", **changes}
