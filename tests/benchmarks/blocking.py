"""`python -m tests.benchmarks.blocking …`: requests, and a bare TLS socket."""

import asyncio
import json
import socket
import ssl
import sys
from typing import Final
from urllib.parse import urlsplit

import requests

from tests.benchmarks.shots import Shot, now, take_shots
from tests.benchmarks.world import ELSEWHERE, REVERSAL, reverse_path

HEADERS: Final = {"Authorization": "Bearer bench", "Content-Type": "application/json"}


class Requests:
    """requests as the documented example uses it, and with a session that is kept."""

    def __init__(self, origin: str, certificate: str) -> None:
        self._url = f"{origin}{reverse_path(ELSEWHERE)}"
        self._certificate = certificate
        self._session = requests.Session()

    async def post(self) -> Shot:
        began = now()
        answer = requests.post(  # noqa: ASYNC210 - nothing else runs here
            self._url, headers=HEADERS, json=REVERSAL, verify=self._certificate, timeout=10
        )
        answer.raise_for_status()
        return Shot(began, 1)

    async def session(self) -> Shot:
        began = now()
        answer = self._session.post(
            self._url, headers=HEADERS, json=REVERSAL, verify=self._certificate, timeout=10
        )
        answer.raise_for_status()
        return Shot(began, 1)


class Raw:
    """The least that can be done: bytes that were made before, on a socket that is open."""

    def __init__(self, origin: str, certificate: str) -> None:
        address = urlsplit(origin)
        plain = socket.create_connection((address.hostname, address.port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tls = ssl.create_default_context(cafile=certificate)
        self._socket = tls.wrap_socket(plain, server_hostname=address.hostname)
        body = json.dumps(REVERSAL).encode()
        lines = [f"POST {reverse_path(ELSEWHERE)} HTTP/1.1", f"Host: {address.netloc}"]
        lines += [f"{name}: {value}" for name, value in HEADERS.items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        self._frame = "\r\n".join(lines).encode() + body

    async def send(self) -> Shot:
        began = now()
        self._socket.sendall(self._frame)
        assert self._socket.recv(65536).startswith(b"HTTP/1.1 200")
        return Shot(began, 1)


def main(origin: str, certificate: str, _folder: str) -> None:
    seed, raw = Requests(origin, certificate), Raw(origin, certificate)
    shots = {
        "seed_requests_post": seed.post,
        "session_warm": seed.session,
        "raw_tls_limit": raw.send,
    }
    asyncio.run(take_shots(shots))


if __name__ == "__main__":
    main(*sys.argv[1:])
