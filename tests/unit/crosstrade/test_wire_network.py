"""A network that is half there, or goes away: two families of addresses, a peer that vanishes."""

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from ctpanel.crosstrade import orders, transport
from ctpanel.domain.outcomes import Accepted, Cause, NotSent, Unknown
from tests.fakes.raw_server import Connection, RawServer, always, closed_port
from tests.unit.crosstrade.clients import ORDERS, client
from tests.unit.crosstrade.test_wire_faults import TAKEN

ROOT = Path(__file__).parents[3]
NAME = "api.example"
SHORT = 0.3
"""Seconds; only where a deadline is what ends the call."""

# --- IPv6 is broken, IPv4 works -------------------------------------------------------------------


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Makes one name mean two addresses, as of a server that is reached over both families.

    It lists how often that name was looked up.
    """
    real, asked = socket.getaddrinfo, []

    def resolved(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as socket's own
        if host not in (NAME, NAME.encode()):
            return real(host, port, *args, **kwargs)
        asked.append(NAME)
        stream = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        v6, v4 = ("::1", port, 0, 0), ("127.0.0.1", port)
        return [(socket.AF_INET6, *stream, v6), (socket.AF_INET, *stream, v4)]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    return asked


def v6_socket(port: int) -> socket.socket:
    found = socket.socket(socket.AF_INET6)
    found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    found.bind(("::1", port))
    return found


@contextmanager
def refusing(port: int) -> Iterator[None]:
    """The port is taken and nobody listens on it: the kernel refuses."""
    with closing(v6_socket(port)):
        yield


@contextmanager
def swallowing(port: int) -> Iterator[None]:
    """A full queue of connections nobody accepts: the kernel drops who comes next."""
    with ExitStack() as stack:
        deaf = stack.enter_context(closing(v6_socket(port)))
        deaf.listen(0)
        first = stack.enter_context(closing(socket.socket(socket.AF_INET6)))
        first.connect(("::1", port))
        yield


Breakage: TypeAlias = Callable[[int], AbstractContextManager[None]]

BROKEN = pytest.mark.parametrize("broken", [refusing, swallowing])
NEEDS_V6 = pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 on this machine")


def by_name(server: RawServer) -> str:
    return server.origin.replace("127.0.0.1", NAME)


@NEEDS_V6
@BROKEN
async def test_an_order_whose_ipv6_is_broken_goes_out_once_over_ipv4(
    broken: Breakage, looked_up: list[str]
) -> None:
    async with RawServer(always(TAKEN)) as server, client(by_name(server)) as panel:
        with broken(int(server.origin.rpartition(":")[2])):
            outcome = await ORDERS["reverse_position"](panel.orders)
    assert outcome == Accepted(("a1",))
    assert looked_up == [NAME]
    assert (server.connections, len(server.requests)) == (1, 1)


@NEEDS_V6
@BROKEN
async def test_an_order_that_neither_family_takes_is_not_sent(
    broken: Breakage, looked_up: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_TIMEOUT", httpx.Timeout(5.0, connect=2 * SHORT))
    port = closed_port()
    with broken(port):
        async with client(f"http://{NAME}:{port}") as panel:
            outcome = await ORDERS["reverse_position"](panel.orders)
    assert isinstance(outcome, NotSent)
    assert outcome.cause is Cause.NO_CONNECTION
    assert looked_up == [NAME]


# --- the network changes in the middle of a call --------------------------------------------------


@pytest.fixture
def short_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SINGLE", "REVERSE"):
        monkeypatch.setattr(orders, name, SHORT)


@pytest.mark.usefixtures("short_deadlines")
async def test_after_a_peer_vanished_without_a_word_the_next_call_connects_anew() -> None:
    """What the client sees of a lost network: the connection stands, and nothing comes of it."""

    async def answers_once_then_vanishes(connection: Connection) -> None:
        await connection.request()
        await connection.send(TAKEN)
        await connection.request()
        await connection.silence()

    async with (
        RawServer(answers_once_then_vanishes, always(TAKEN)) as server,
        client(server.origin) as panel,
    ):
        before, during, after = [await ORDERS["place"](panel.orders) for _ in range(3)]
    assert before == after == Accepted(("a1",))
    assert isinstance(during, Unknown)
    assert during.cause is Cause.DEADLINE
    assert (server.connections, len(server.requests)) == (2, 3)


IN_ITS_OWN = ("unshare", "-rn")
"""Starts a program in a network of its own."""


def may_make_networks() -> bool:
    """Whether a program may be started here in a network of its own."""
    if sys.platform != "linux" or shutil.which(IN_ITS_OWN[0]) is None:
        return False
    tried = subprocess.run([*IN_ITS_OWN, "true"], capture_output=True, check=False)  # noqa: S603 - does nothing
    return tried.returncode == 0


@pytest.mark.skipif(not may_make_networks(), reason="needs a Linux that lets users make networks")
def test_an_order_during_which_the_interface_goes_is_unknown_and_later_ones_connect_anew() -> None:
    """In a network of its own, whose only interface is switched off and on again.

    The order has been read when the interface goes; the answer to it never comes through.
    """
    program = [*IN_ITS_OWN, sys.executable, "-m", "tests.unit.crosstrade.interface_flap"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["outcomes"] == {
        "before": "Accepted(order_ids=('a1',))",
        "during": "Unknown(Cause.DEADLINE)",
        "without": "NotSent(Cause.NO_CONNECTION)",
        "after": "Accepted(order_ids=('a1',))",
    }
    assert (told["connections"], told["requests"]) == (2, 3)
