"""The servers that must behave alike: the real clients over real sockets, and the fake."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Self, TypeAlias, TypeVar

import httpx
import uvicorn
from starlette.types import Receive, Scope, Send

from ctpanel import resources
from ctpanel.app.ports import ServerOrders, ServerReads
from ctpanel.domain.instrument import Contract, read_table
from ctpanel.domain.position import Position
from ctpanel.domain.reverse import EntryOrder, Intent
from ctpanel.domain.values import Action, OrderType, TimeInForce
from ctpanel.paper.faults import Faults
from ctpanel.paper.model import NewOrder
from ctpanel.paper.server import PaperOptions, build
from tests.fakes.examples import intent, plan
from tests.fakes.fake_server import FakeServer
from tests.unit.crosstrade.clients import TOKEN, client
from tests.unit.crosstrade.streams import stream_client

T = TypeVar("T")

WITHIN = 3.0
"""Seconds in which fills must show."""


@dataclass(frozen=True)
class Server:
    """One of the servers: its two ports, and the exchange behind them.

    Attributes:
        received: how many orders have arrived.
        rest: somebody else's order, put into an account.
    """

    reads: ServerReads
    orders: ServerOrders
    faults: Faults
    received: Callable[[], int]
    rest: Callable[[str, NewOrder], Awaitable[None]]

    async def contract(self, root: str) -> Contract:
        """The front month, and with it the list of accounts."""
        await self.reads.accounts()
        return (await self.reads.quote(root)).contract

    async def net_becomes(self, net: int, account: str, contract: Contract) -> None:
        async def held() -> int:
            return (await self.reads.position(account, contract)).net

        await becomes(held, net)


Opener: TypeAlias = Callable[[], AbstractAsyncContextManager[Server]]


async def becomes(read: Callable[[], Awaitable[T]], wanted: T) -> None:
    """Read until it is so.

    Raises:
        AssertionError: it never was.
    """
    seen: T | None = None
    try:
        async with asyncio.timeout(WITHIN):
            while (seen := await read()) != wanted:
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{seen} instead of {wanted}") from None


def press(contract: Contract, start: int, account: str = "Sim101", **order: Any) -> Intent:  # noqa: ANN401 - a test names its fields
    """A press that reverses a position at market, unless told otherwise."""
    action = Action.SELL if start > 0 else Action.BUY
    entry = EntryOrder(action, abs(start), OrderType.MARKET, TimeInForce.DAY)
    made = plan()
    return intent(
        replace(
            made,
            account=replace(made.account, name=account),
            contract=contract,
            start=Position.of_net(start),
            order=replace(entry, **order),
        )
    )


@asynccontextmanager
async def fake() -> AsyncIterator[Server]:
    made = FakeServer()

    async def rest(account: str, order: NewOrder) -> None:
        made.submit(account, order)

    yield Server(made, made, made.faults, lambda: len(made.sent), rest)


class PaperThread:
    """Paper exchanges on a socket of its own, in a thread of its own; one after the other.

    Attributes:
        origin: its address.
        faults: those of the present exchange.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            self._answer,
            log_level="critical",
            lifespan="off",
            ws="websockets-sansio",
            interface="asgi3",
        )
        self._server = uvicorn.Server(config)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.open_exchange()

    def open_exchange(self) -> None:
        """Begin with a new exchange."""
        self.faults = Faults()
        specs = read_table(resources.read_text("instruments.json"))
        options = PaperOptions(token=TOKEN, faults=self.faults)
        self._app, self._live = build(options, specs)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._server.serve(sockets=[self._listener]))

    def received(self) -> int:
        """How many orders the present exchange has received, by its own record."""
        header = {"Authorization": f"Bearer {TOKEN}"}
        record = httpx.get(f"{self.origin}/_paper/record", headers=header, trust_env=False).json()
        return sum(entry["kind"] == "order" for entry in record["requests"])

    async def rest(self, account: str, order: NewOrder) -> None:
        submitted = asyncio.run_coroutine_threadsafe(self._submit(account, order), self._loop)
        await asyncio.wrap_future(submitted)

    async def _submit(self, account: str, order: NewOrder) -> None:
        self._live.tick()
        self._live.exchange.submit(account, order)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


@asynccontextmanager
async def real(paper: PaperThread) -> AsyncIterator[Server]:
    paper.open_exchange()
    async with client(paper.origin, listed=()) as panel:
        yield Server(panel.reads, panel.orders, paper.faults, paper.received, paper.rest)


@asynccontextmanager
async def streamed(paper: PaperThread) -> AsyncIterator[Server]:
    paper.open_exchange()
    async with stream_client(paper.origin, listed=()) as panel:
        yield Server(panel.reads, panel.orders, paper.faults, paper.received, paper.rest)
