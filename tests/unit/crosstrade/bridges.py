"""A server that remembers which orders it carried out, whatever it then does to their answer.

What a client is told and what became of its order are two things. A fault here can be played with
both truths; the client cannot see which one it is.
"""

import asyncio
from dataclasses import dataclass, field
from typing import TypeAlias

from ctpanel.domain.outcomes import Cause
from tests.fakes.raw_server import Connection, Script, answer
from tests.unit.crosstrade.test_wire_faults import FAULTS, TAKEN, sends

PAGE = b"<html><b>We are back in five minutes</b></html>"


@dataclass
class Bridge:
    """Carries out every order that arrives whole, or none.

    Attributes:
        carried: the orders that were carried out, oldest first.
    """

    carries_out: bool
    carried: list[bytes] = field(default_factory=list)

    def playing(self, script: Script) -> Script:
        """The script, with what arrives in it carried out before anything is answered."""

        async def watched(connection: Connection) -> None:
            await script(_Watched(connection, self))

        return watched


class _Watched(Connection):
    """A connection whose requests go to the bridge."""

    def __init__(self, plain: Connection, bridge: Bridge) -> None:
        super().__init__(plain._reader, plain._writer, plain._requests)
        self._bridge = bridge

    async def request(self) -> bytes:
        whole = await super().request()
        if self._bridge.carries_out:
            self._bridge.carried.append(whole)
        return whole


@dataclass(frozen=True)
class Lost:
    """A fault after the first byte: what the server does, and what the client makes of it."""

    script: Script
    cause: Cause
    arrived: int = 1


def stops(data: bytes) -> Script:
    """Say this much, then nothing more, and keep the connection."""

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(data)
        await connection.silence()

    return script


async def reset_in_the_answer(connection: Connection) -> None:
    await connection.request()
    await connection.send(TAKEN[:-5])
    connection.reset()


async def promises_without_end(connection: Connection) -> None:
    await connection.request()
    while True:
        await connection.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await asyncio.sleep(0.001)


def says(body: bytes | object, status: str = "200 OK") -> Script:
    return sends(answer(body, status))


_ON_THE_WIRE = {
    name: Lost(fault.script, fault.cause, fault.arrived) for name, fault in FAULTS.items()
}
_LATER_STILL = {
    "a body that stops half-way": Lost(stops(TAKEN[:-5]), Cause.DEADLINE),
    "103 without end": Lost(promises_without_end, Cause.DEADLINE),
    "101 to nothing asked": Lost(
        sends(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), Cause.CONNECTION_LOST
    ),
    "reset in the middle of the answer": Lost(reset_in_the_answer, Cause.CONNECTION_LOST),
    "an answer in HTTP/2": Lost(sends(b"\0\0\0\x04\0\0\0\0\0"), Cause.CONNECTION_LOST),
}
_ANSWERED = {
    "307 to everything": Lost(
        sends(answer(b"", "307 T", "Location: /v1/api/positions/flatten")), Cause.REDIRECT
    ),
    "408 add-on offline": Lost(
        says({"success": False, "error": "addon_disconnected"}, "408 Request Timeout"), Cause.ADDON
    ),
    "200 that ran out of time": Lost(
        says({"success": False, "error": "addon_timeout"}), Cause.ADDON
    ),
    "500": Lost(says({"success": False, "error": "boom"}, "500 E"), Cause.SERVER_ERROR),
    "500 that denies it": Lost(
        says({"error": "No position found for instrument 'MES 12-26'"}, "500 E"),
        Cause.SERVER_ERROR,
    ),
    "502": Lost(says(PAGE, "502 Bad Gateway"), Cause.SERVER_ERROR),
    "503 with a maintenance page": Lost(says(PAGE, "503 S"), Cause.SERVER_ERROR),
    "504": Lost(says(b"", "504 Gateway Timeout"), Cause.SERVER_ERROR),
    "403 of somebody in between": Lost(says(PAGE, "403 Forbidden"), Cause.UNREADABLE),
    "404 without a word": Lost(says(b"", "404 Not Found"), Cause.UNREADABLE),
    "429 of somebody in between": Lost(says(PAGE, "429 Too Many"), Cause.UNREADABLE),
    "success without what was made": Lost(says({"success": True}), Cause.UNREADABLE),
    "success in quotes": Lost(
        says({"success": "false", "orderId": "a1", "orderIds": [], "closedPositions": []}),
        Cause.UNREADABLE,
    ),
    "success that is 1": Lost(
        says({"success": 1, "orderId": "a1", "orderIds": [], "closedPositions": []}),
        Cause.UNREADABLE,
    ),
    "success and error": Lost(
        says({"success": True, "orderId": "a1", "closedPositions": [], "error": "late"}),
        Cause.UNREADABLE,
    ),
    "success with an infinite number": Lost(
        says(b'{"success":true,"orderId":"a1","orderIds":[],"x":1e999}'), Cause.UNREADABLE
    ),
    "success after a byte order mark": Lost(
        says(b'\xef\xbb\xbf{"success":true,"orderId":"a1"}'), Cause.UNREADABLE
    ),
    "success, then something more": Lost(
        says(b'{"success":true,"orderId":"a1"}{}'), Cause.UNREADABLE
    ),
    "success of another account": Lost(
        says(
            {
                "success": True,
                "account": "Sim102",
                "orderId": "a1",
                "orderIds": [],
                "closedPositions": [],
            }
        ),
        Cause.ANOTHER,
    ),
    "nothing held in another account": Lost(
        says(
            {"error": "No position found for instrument 'MES 12-26' in account 'Sim102'"},
            "400 Bad Request",
        ),
        Cause.ANOTHER,
    ),
    "nested without end": Lost(says(b"[" * 100_000), Cause.UNREADABLE),
    "an empty answer": Lost(says(b""), Cause.UNREADABLE),
}
AFTER_THE_FIRST_BYTE = {**_ON_THE_WIRE, **_LATER_STILL, **_ANSWERED}
"""Every fault that leaves open whether the order was carried out."""

Cell: TypeAlias = tuple[Lost, bool]


def _both_truths(*, late: bool) -> dict[str, Cell]:
    """Whatever did not arrive whole cannot have been carried out."""
    return {
        f"{name}, {'carried out' if done else 'not carried out'}": (fault, done)
        for name, fault in AFTER_THE_FIRST_BYTE.items()
        for done in (False, True)
        if (fault.arrived or not done) and late == (fault.cause is Cause.DEADLINE)
    }


PROMPT: dict[str, Cell] = _both_truths(late=False)
LATE: dict[str, Cell] = _both_truths(late=True)
"""Those that a deadline ends."""
