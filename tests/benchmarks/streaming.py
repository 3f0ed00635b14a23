"""The server's stream: reverses as calls, and when it is told to, prices and profit at full load.

One thread for each connection, which sends and receives in turn. websockets' sans-IO protocol makes
the frames; the clock is read as soon as the bytes of a call are there.
"""

import json
import select
import ssl
import sys
import threading
import time
from typing import Any, Final

from websockets.frames import Opcode
from websockets.server import ServerProtocol

from tests.benchmarks.world import ACCOUNTS, HELD, PRICE, World, reverse_path

QUOTES_EVERY: Final = 0.02
PROFIT_EVERY: Final = 0.25
"""Seconds: fifty quotes a second of each contract, and all accounts four times a second."""

LOADED: Final = threading.Event()
"""Whether prices and profit are being told."""


class Session:
    """One client over an open TLS socket; `head` is the request that asked for the stream."""

    def __init__(self, tls: ssl.SSLSocket, head: bytes, world: World) -> None:
        self._tls = tls
        self._world = world
        self._protocol = ServerProtocol()
        self._protocol.receive_data(head)
        self._quotes_at = self._profit_at = 0.0
        self._step = 0

    def run(self) -> None:
        """Until the client goes."""
        (asked, *_) = self._protocol.events_received()
        self._protocol.send_response(self._protocol.accept(asked))  # type: ignore[arg-type]  # the request comes first
        self._flush()
        while True:
            if self._tls.pending() or select.select([self._tls], [], [], self._wait())[0]:
                self._receive()
            self._push()

    def _wait(self) -> float:
        if not LOADED.is_set():
            return QUOTES_EVERY
        return max(0.0, min(self._quotes_at, self._profit_at) - time.monotonic())

    def _receive(self) -> None:
        data = self._tls.recv(65536)
        at = time.monotonic_ns()
        if not data:
            raise EOFError
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if getattr(event, "opcode", None) is Opcode.TEXT:
                self._answer(json.loads(bytes(event.data)), at)  # type: ignore[union-attr]  # a frame
        self._flush()

    def _answer(self, asked: dict[str, Any], at: int) -> None:
        if asked["action"] != "rpc":
            self._send({"status": "subscribed"})
            return
        args = asked["args"]
        order = {**args, "action": args["action"].upper()}
        done = self._world.reverse(reverse_path(args["account"]), order)
        self._send({"id": asked["id"], "data": done})
        sys.stdout.write(f"{at}\n")
        sys.stdout.flush()

    def _push(self) -> None:
        if not LOADED.is_set():
            return
        now = time.monotonic()
        if now >= self._quotes_at:
            self._quotes_at = now + QUOTES_EVERY
            self._step += 1
            self._send({"type": "marketData", "quotes": [self._quote(name) for name in HELD]})
        if now >= self._profit_at:
            self._profit_at = now + PROFIT_EVERY
            self._send({"type": "pnlUpdate", "accounts": [_profit(name) for name in ACCOUNTS]})
        self._flush()

    def _quote(self, name: str) -> dict[str, object]:
        last = PRICE + 0.25 * (self._step % 9)
        return {"instrument": name, "bid": last - 0.25, "ask": last, "last": last, "volume": 1}

    def _send(self, body: object) -> None:
        self._protocol.send_text(json.dumps(body).encode())

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            self._tls.sendall(data)


def _profit(account: str) -> dict[str, object]:
    return {
        "account": account,
        "unrealizedProfitLoss": 12.5,
        "realizedProfitLoss": -3.75,
        "netLiquidation": 50_000.0,
    }
