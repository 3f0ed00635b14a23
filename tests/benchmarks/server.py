"""`python -m tests.benchmarks.server CERTIFICATE`: the other end of the wire, in its own process.

It prints its port, and then for every order the nanosecond at which all its bytes were read. A
thread for each connection: nothing but the kernel stands between the bytes and the clock.
"""

import json
import socket
import ssl
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.streaming import LOADED, Session
from tests.benchmarks.world import World
from tests.unit.crosstrade.certificates import server_context

BLANK: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request; `at` is when its last byte was read."""

    method: str
    target: str
    body: bytes
    at: int
    head: bytes

    @property
    def asks_for_stream(self) -> bool:
        return b"upgrade: websocket" in self.head.lower()


class Connection:
    """Requests out of a TLS socket."""

    def __init__(self, tls: ssl.SSLSocket) -> None:
        self._tls = tls
        self._pending = b""

    def request(self) -> Request:
        """The next one.

        Raises:
            EOFError: the client is gone.
        """
        while BLANK not in self._pending:
            self._more()
        head, _, self._pending = self._pending.partition(BLANK)
        length = _content_length(head)
        while len(self._pending) < length:
            self._more()
        at = time.monotonic_ns()
        body, self._pending = self._pending[:length], self._pending[length:]
        method, target, _ = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
        return Request(method, target, body, at, head + BLANK)

    def _more(self) -> None:
        chunk = self._tls.recv(65536)
        if not chunk:
            raise EOFError
        self._pending += chunk

    def answer(self, body: object) -> None:
        payload = json.dumps(body).encode()
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(payload)}"
        )
        self._tls.sendall(head.encode() + BLANK + payload)


def _content_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return int(value)
    return 0


def talk(accepted: socket.socket, tls: ssl.SSLContext, world: World) -> None:
    """Answer until the client goes away."""
    accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with suppress(OSError, EOFError), tls.wrap_socket(accepted, server_side=True) as wrapped:
        connection = Connection(wrapped)
        while True:
            request = connection.request()
            if request.asks_for_stream:
                Session(wrapped, request.head, world).run()
            elif request.method == "GET":
                connection.answer(world.read(request.target))
            else:
                connection.answer(world.reverse(request.target, json.loads(request.body)))
                sys.stdout.write(f"{request.at}\n")
                sys.stdout.flush()


def serve(listener: socket.socket, tls: ssl.SSLContext) -> None:
    world = World()
    while True:
        accepted, _ = listener.accept()
        threading.Thread(target=talk, args=(accepted, tls, world), daemon=True).start()


def main(certificate: Path) -> None:
    """Serve until stdin closes; a line there says whether the streams carry their load."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    tls = server_context(certificate)
    threading.Thread(target=serve, args=(listener, tls), daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    for line in sys.stdin:
        LOADED.set() if line.strip() == "load" else LOADED.clear()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
