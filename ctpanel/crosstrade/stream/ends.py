"""Why a connection of the stream ended, and how long to wait before the next. No IO.

The one table of this package from websockets' errors and close codes to causes.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.frames import CloseCode

from ctpanel.crosstrade.errors import capped, describe
from ctpanel.crosstrade.stream.frames import ELSEWHERE
from ctpanel.domain.stream import StreamCause

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 30.0
"""Seconds between two attempts, before jitter."""
STEADY: Final = 5.0
"""Seconds a connection must have lived before its end counts as a first failure again. Longer, and
a link that breaks every half minute keeps the stream away for most of the time."""
_FLOORS: Final = {
    StreamCause.TOO_MUCH: 60.0,
    StreamCause.NOT_OFFERED: 60.0,
    StreamCause.IDENTITY: 30.0,
}
"""Seconds to wait at the least, whatever came before."""

_PRIVATE_CODES: Final = range(4000, 5000)
"""Close codes with a server's own meaning: it meant this connection, and not to come again."""
_OUR_OBJECTIONS: Final = (
    *(CloseCode.PROTOCOL_ERROR, CloseCode.INVALID_DATA, CloseCode.MESSAGE_TOO_BIG),
)
_TOKEN: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a connection, or of an attempt; `cause` is None when another one replaced it."""

    cause: StreamCause | None
    detail: str = ""


class Ended(Exception):
    """There is no connection, or none any more."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.detail)
        self.ending = ending


def end_of_attempt(error: Exception) -> Ending:
    """Why a connection did not come about. Total."""
    detail = describe(error)
    match error:
        case InvalidStatus():
            return _end_by_status(error.response.status_code)
        case ssl.SSLError() if not isinstance(error, ssl.SSLEOFError):
            return Ending(StreamCause.IDENTITY, detail)
        case InvalidHandshake() | InvalidURI():
            return Ending(StreamCause.NOT_OFFERED, detail)
        case OSError() | EOFError():  # TimeoutError is an OSError
            return Ending(StreamCause.UNREACHABLE, detail)
        case _:
            return Ending(StreamCause.FAULT, detail)


def _end_by_status(status: int) -> Ending:
    detail = f"HTTP {status}"
    if status in _TOKEN:
        return Ending(StreamCause.TOKEN_REFUSED, detail)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Ending(StreamCause.TOO_MUCH, detail)
    if status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Ending(StreamCause.UNREACHABLE, detail)
    return Ending(StreamCause.NOT_OFFERED, detail)


def end_of_connection(error: Exception) -> Ending:
    """Why a connection is no more. Total."""
    if not isinstance(error, ConnectionClosed):
        return Ending(StreamCause.FAULT, describe(error))
    if error.sent is not None and not error.rcvd_then_sent and error.sent.code in _OUR_OBJECTIONS:
        return Ending(StreamCause.GARBLED, capped(error.sent.reason))
    if error.rcvd is None:
        return Ending(StreamCause.LOST, describe(error))
    return end_by_code(error.rcvd.code, error.rcvd.reason)


def end_by_code(code: int, reason: str) -> Ending:
    """What a server means with its close frame."""
    detail = capped(f"{code} {reason}")
    if ELSEWHERE in reason.lower() or code in _PRIVATE_CODES:
        return Ending(None, detail)
    if code == CloseCode.POLICY_VIOLATION:
        return Ending(StreamCause.TOO_MUCH, detail)
    return Ending(StreamCause.LEFT, detail)


class Patience:
    """How long to wait; `random` gives numbers from 0 to 1."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._failures = 0

    def after(self, ending: Ending, lived: float) -> float | None:
        """Seconds, None when it is not to be tried again.

        The jitter keeps panels apart that lost the server in the same moment.
        """
        if ending.cause in (None, StreamCause.TOKEN_REFUSED):
            return None
        self._failures = 1 if lived >= STEADY else self._failures + 1
        doubled = FIRST_WAIT * (1 << min(self._failures - 1, 10))
        wait = max(min(doubled, LONGEST_WAIT), _FLOORS.get(ending.cause, 0.0))
        return wait * (1 + self._random() / 2)
