"""The paper exchange as a server on loopback: routes, its own desk, and running it."""

import asyncio
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Final

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from ctpanel.domain.instrument import InstrumentSpec
from ctpanel.paper.calls import API, ApiCall, api_calls
from ctpanel.paper.endpoints import Endpoints
from ctpanel.paper.faults import Faults, set_fault
from ctpanel.paper.gate import Gate
from ctpanel.paper.live import LiveExchange
from ctpanel.paper.pushes import Pushes
from ctpanel.paper.rpc import Rpc
from ctpanel.paper.spoiled import Dropped
from ctpanel.paper.stream import StreamDoor
from ctpanel.paper.views import Views
from ctpanel.paper.wire import TRANSPORT
from ctpanel.paper.world import EXAMPLE_TOKEN, World, open_world

HOST: Final = "127.0.0.1"
DESK: Final = "/_paper"
"""Where the exchange's own record and switches are; nothing of the API is below it."""


@dataclass(frozen=True, slots=True)
class PaperOptions:
    """How to open the exchange; port 0 takes a free one."""

    port: int = 0
    token: str = EXAMPLE_TOKEN
    seed: int = 1
    faults: Faults = field(default_factory=Faults)


def build(
    options: PaperOptions, specs: dict[str, InstrumentSpec], world: World = open_world
) -> tuple[ASGIApp, LiveExchange]:
    """The application and the exchange behind it."""
    began = datetime.now().astimezone()  # noqa: TID251 - the exchange's own wall clock starts here
    exchange = world(seed=options.seed, today=began.date(), specs=specs, faults=options.faults)
    live = LiveExchange(exchange)
    gate = Gate(live, options.token)
    views = Views(exchange, began)
    calls = api_calls(Endpoints(live, views))
    stream = StreamDoor(gate, Rpc(gate, calls), Pushes(live, views))
    routes = [*_api_routes(gate, calls), stream.route(), *_desk_routes(gate)]
    router = Router(routes=routes, default=_not_found, redirect_slashes=False)
    return _droppable(router), live


def _api_routes(gate: Gate, calls: tuple[ApiCall, ...]) -> list[BaseRoute]:
    """Every path of the API that the exchange answers."""
    return [
        Route(call.path, gate.endpoint(call.kind, call.handler), methods=[call.method])
        for call in calls
    ]


def _desk_routes(gate: Gate) -> list[Route]:
    """The exchange's own record and switches, behind the same token."""
    exchange = gate.live.exchange

    async def record(_request: Request) -> Response:
        orders = [
            {
                "orderId": order.order_id,
                "account": order.account,
                "instrument": order.asked.contract.name,
                "action": order.asked.action.value,
                "quantity": order.asked.quantity,
                "name": order.asked.name,
                "state": order.state.value,
                "filled": order.filled,
            }
            for order in exchange.orders
        ]
        return JSONResponse({"requests": [asdict(e) for e in gate.record], "orders": orders})

    async def faults(request: Request) -> Response:
        if request.method == "POST":
            for name, value in (await request.json()).items():
                try:
                    set_fault(gate.faults, name, str(value))
                except ValueError as error:
                    return JSONResponse({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        return JSONResponse(asdict(gate.faults))

    async def market(request: Request) -> Response:
        asked = await request.json()
        contract = exchange.market.resolve(str(asked["instrument"]))
        if contract is None:
            return JSONResponse({"error": "no such instrument"}, HTTPStatus.BAD_REQUEST)
        book = exchange.market.book(contract)
        book.move_to(book.bid + int(asked["ticks"]))
        return JSONResponse({"bid": str(book.price(book.bid))})

    return [
        Route(f"{DESK}/record", _guarded(gate, record), methods=["GET"]),
        Route(f"{DESK}/faults", _guarded(gate, faults), methods=["GET", "POST"]),
        Route(f"{DESK}/market", _guarded(gate, market), methods=["POST"]),
    ]


def _guarded(
    gate: Gate, answer: Callable[[Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    async def checked(request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {gate.token}":
            return JSONResponse({"error": "unauthorized"}, HTTPStatus.UNAUTHORIZED)
        try:
            return await answer(request)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return JSONResponse({"error": "Invalid request"}, HTTPStatus.BAD_REQUEST)

    return checked


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    body = {"error": f"no endpoint {scope['path']}", "did_you_mean": [f"{API}/accounts"]}
    await JSONResponse(body, HTTPStatus.NOT_FOUND)(scope, receive, send)


def _droppable(app: ASGIApp) -> ASGIApp:
    """Let a fault close the connection: ASGI itself has no word for that.

    WORKAROUND: uvicorn's `receive` is a method of what holds the transport: RequestResponseCycle in
    https://github.com/encode/uvicorn/blob/master/uvicorn/protocols/http/h11_impl.py and
    WebSocketsSansIOProtocol in its websockets_sansio_impl.py beside it.
    """

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        cycle = getattr(receive, "__self__", None)
        scope[TRANSPORT] = getattr(cycle, "transport", None)
        try:
            await app(scope, receive, send)
        except Dropped:
            if cycle is None:
                raise
            cycle.transport.abort()
            while not cycle.disconnected:
                await asyncio.sleep(0.001)

    return run


def serve(
    options: PaperOptions,
    specs: dict[str, InstrumentSpec],
    *,
    world: World = open_world,
    until_stdin_closes: bool = False,
) -> int:
    """Run until interrupted, or until the other end of stdin is gone. Prints its address.

    Returns:
        An exit status: 1 when the port cannot be had.
    """
    # Named TCP: otherwise asyncio leaves Nagle's algorithm on, and every answer waits 40 ms.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, options.port))
    except OSError as error:
        print(f"cannot listen on {HOST}:{options.port}: {error.strerror}", file=sys.stderr)  # noqa: T201 - a command's output
        return 1
    app, live = build(options, specs, world)
    with listener, suppress(KeyboardInterrupt):
        asyncio.run(_serve(app, live, listener, until_stdin_closes=until_stdin_closes))
    return 0


async def _serve(
    app: ASGIApp, live: LiveExchange, listener: socket.socket, *, until_stdin_closes: bool
) -> None:
    config = uvicorn.Config(
        app,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        server_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    listener.listen()
    try:
        print(f"listening on http://{HOST}:{listener.getsockname()[1]}", flush=True)  # noqa: T201 - the documented line
    except BrokenPipeError:  # the panel that started us is gone already
        return
    market = asyncio.create_task(live.run())
    market.add_done_callback(lambda _: setattr(server, "should_exit", True))
    if until_stdin_closes:
        _end_with_stdin(server)
    try:
        await server.serve(sockets=[listener])
    finally:
        market.cancel()
        with suppress(asyncio.CancelledError):
            await market  # an engine that failed is an error of this command, not a silence


def _end_with_stdin(server: uvicorn.Server) -> None:
    """Stop when the program that started us is gone, however it went.

    A daemon thread: a blocked read must not keep this process from ending by itself.
    """

    def wait() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True

    threading.Thread(target=wait, name="parent watch", daemon=True).start()
