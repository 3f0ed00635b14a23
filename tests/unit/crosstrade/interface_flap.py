"""A program for a network of its own: orders before, while and after its interface goes away.

Not a test: test_wire_network.py runs it and judges what it prints.
"""

import asyncio
import fcntl
import json
import socket
import struct

import httpx

from ctpanel.crosstrade import orders, transport
from ctpanel.domain.outcomes import NotSent, Unknown, WireOutcome
from tests.fakes.raw_server import Connection, RawServer, always
from tests.unit.crosstrade.clients import ORDERS, client
from tests.unit.crosstrade.test_wire_faults import TAKEN

GET_FLAGS, SET_FLAGS = 0x8913, 0x8914
UP = 0x1
SHORT = 0.5
"""Seconds until an order is given up."""


def switch(*, on: bool) -> None:
    """Loopback, the only interface there is."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack_from("16xh", fcntl.ioctl(any_socket, GET_FLAGS, asked))
        flags = flags | UP if on else flags & ~UP
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", flags))


async def loses_the_network_before_its_second_answer(connection: Connection) -> None:
    await connection.request()
    await connection.send(TAKEN)
    await connection.request()
    switch(on=False)
    await connection.send(TAKEN)
    await connection.silence()


async def main() -> None:
    switch(on=True)
    orders.SINGLE = SHORT  # type: ignore[misc]  # in this program only
    transport._TIMEOUT = httpx.Timeout(SHORT, connect=SHORT / 2)  # type: ignore[misc]  # same
    outcomes = {}
    async with (
        RawServer(loses_the_network_before_its_second_answer, always(TAKEN)) as server,
        client(server.origin) as panel,
    ):
        for when in ("before", "during", "without", "after"):
            if when == "after":
                switch(on=True)
            outcomes[when] = told(await ORDERS["place"](panel.orders))
    found = {"connections": server.connections, "requests": len(server.requests)}
    print(json.dumps({"outcomes": outcomes, **found}))  # noqa: T201 - what the test judges


def told(outcome: WireOutcome) -> str:
    """An outcome without its detail, which is the system's own text."""
    if isinstance(outcome, NotSent | Unknown):
        return f"{type(outcome).__name__}({outcome.cause})"
    return repr(outcome)


if __name__ == "__main__":
    asyncio.run(main())
