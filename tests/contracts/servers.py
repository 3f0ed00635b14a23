"""The two servers that must behave alike: the real client over a real socket, and the fake."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Self, TypeAlias, TypeVar

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

T = TypeVar("T")

WITHIN = 3.0
"""Seconds in which fills must show."""


@dataclass(frozen=True)
class Server:
    """Either server: its two ports, and the exchange behind them.

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
    """The paper exchange on a socket of its own, in a thread of its own.

    Attributes:
        origin: its address.
        posts: how many orders have arrived.
    """

    def __init__(self, faults: Faults) -> None:
        specs = read_table(resources.read_text("instruments.json"))
        self._app, self._live = build(PaperOptions(token=TOKEN, faults=faults), specs)
        config = uvicorn.Config(
            self._counted, log_level="critical", lifespan="off", ws="none", interface="asgi3"
        )
        self._server = uvicorn.Server(config)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.posts = 0

    async def __aenter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            await asyncio.sleep(0.005)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = True
        await asyncio.to_thread(self._thread.join)

    async def rest(self, account: str, order: NewOrder) -> None:
        if self._loop is None:
            raise RuntimeError("it is not running")
        submitted = asyncio.run_coroutine_threadsafe(self._submit(account, order), self._loop)
        await asyncio.wrap_future(submitted)

    async def _submit(self, account: str, order: NewOrder) -> None:
        self._live.tick()
        self._live.exchange.submit(account, order)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        market = asyncio.create_task(self._live.run())
        try:
            await self._server.serve(sockets=[self._listener])
        finally:
            market.cancel()

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.posts += scope["method"] == "POST"
        await self._app(scope, receive, send)


@asynccontextmanager
async def real() -> AsyncIterator[Server]:
    faults = Faults()
    async with PaperThread(faults) as paper, client(paper.origin, listed=()) as panel:
        yield Server(panel.reads, panel.orders, faults, lambda: paper.posts, paper.rest)


BOTH: dict[str, Opener] = {"real": real, "fake": fake}
