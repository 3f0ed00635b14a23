"""What can go wrong on the wire, and the one table that says what each thing means.

ReadFailed (app.ports)
└── CrossTradeReadError
    ├── TokenRefused        401, 403: the token or its plan
    ├── AddonOffline        408: CrossTrade cannot reach the add-on in NinjaTrader
    ├── TooManyRequests     429
    ├── RefusedByServer     400, 404, or an error body: the server understood and said no
    ├── Unreachable         no connection, or it broke, or no answer in time
    ├── IdentityNotProven   TLS: the server is not proven to be who it should be
    └── Garbled             an answer that is not what the API documents
Undelivered                 an exchange that did not bring an answer (inside this package only)

For orders the same failures become values (domain.outcomes): only what failed before the first
byte left is NotSent, everything after it is Unknown.
"""

import ssl
from typing import Final

import httpx

from ctpanel.app.ports import ReadCause, ReadFailed
from ctpanel.domain.outcomes import Cause, NotSent, Unknown

MAX_DETAIL: Final = 200
"""Characters of server text that are kept."""


class CrossTradeReadError(ReadFailed):
    """A reading of the CrossTrade API failed."""


class TokenRefused(CrossTradeReadError):
    """401 or 403."""

    cause = ReadCause.TOKEN_REFUSED


class AddonOffline(CrossTradeReadError):
    """408: the add-on in NinjaTrader is not connected, or did not answer in time."""

    cause = ReadCause.ADDON_OFFLINE


class TooManyRequests(CrossTradeReadError):
    """429."""

    cause = ReadCause.RATE_LIMITED


class RefusedByServer(CrossTradeReadError):
    """The server understood the question and answered with an error text.

    Attributes:
        parts: its code and its text, or the one of them that it gave.
    """

    cause = ReadCause.REFUSED

    def __init__(self, parts: tuple[str, ...]) -> None:
        super().__init__(capped(": ".join(parts)))
        self.parts = parts


class Unreachable(CrossTradeReadError):
    """No answer: not connected, connection lost, or too slow."""

    cause = ReadCause.UNREACHABLE


class IdentityNotProven(CrossTradeReadError):
    """The TLS handshake failed. There is no "continue anyway"."""

    cause = ReadCause.IDENTITY


class Garbled(CrossTradeReadError):
    """The answer is not what the API documents."""

    cause = ReadCause.GARBLED


class BodyTooLarge(Exception):
    """The answer is longer than any the API has reason to give."""


class Undelivered(Exception):
    """An exchange ended without an answer.

    Attributes:
        was_sent: False only when nothing can have left this machine.
        cause: what happened.
    """

    def __init__(self, cause: Cause, *, was_sent: bool, detail: str) -> None:
        super().__init__(cause.value)
        self.cause = cause
        self.was_sent = was_sent
        self.detail = detail

    def as_outcome(self) -> NotSent | Unknown:
        """What this means for an order."""
        kind = Unknown if self.was_sent else NotSent
        return kind(self.cause, self.detail)

    def as_read_error(self) -> CrossTradeReadError:
        """What this means for a reading."""
        if self.cause is Cause.UNREADABLE:
            return Garbled(self.detail)
        if self.cause is Cause.SERVER_IDENTITY:
            return IdentityNotProven(f"it could not prove who it is ({self.detail})")
        return Unreachable(f"{_NO_ANSWER.get(self.cause, 'no answer')} ({self.detail})")


_NO_ANSWER: Final = {
    Cause.NO_CONNECTION: "no connection",
    Cause.DEADLINE: "no answer in time",
    Cause.CONNECTION_LOST: "the connection broke",
}

_TABLE: Final[tuple[tuple[type[BaseException], Cause, bool], ...]] = (
    # library error            what happened           may bytes have left?
    # Most specific first: ConnectTimeout and PoolTimeout are TimeoutExceptions too.
    (httpx.ConnectTimeout, Cause.NO_CONNECTION, False),
    (httpx.PoolTimeout, Cause.NO_CONNECTION, False),
    (httpx.ConnectError, Cause.NO_CONNECTION, False),
    (httpx.UnsupportedProtocol, Cause.NO_CONNECTION, False),
    (httpx.ProxyError, Cause.NO_CONNECTION, False),
    (httpx.TimeoutException, Cause.DEADLINE, True),
    (TimeoutError, Cause.DEADLINE, True),
    (httpx.DecodingError, Cause.UNREADABLE, True),
    (BodyTooLarge, Cause.UNREADABLE, True),
    # Every other error of the network and of the protocol.
    (httpx.HTTPError, Cause.CONNECTION_LOST, True),
    # Not expected; whatever it is, the order may have left.
    (Exception, Cause.INTERNAL, True),
)


def undelivered(error: Exception) -> Undelivered:
    """Translate a library's error. Total: every Exception has a row."""
    if _is_tls(error):
        return Undelivered(Cause.SERVER_IDENTITY, was_sent=False, detail=describe(error))
    for kind, cause, was_sent in _TABLE:
        if isinstance(error, kind):
            return Undelivered(cause, was_sent=was_sent, detail=describe(error))
    raise AssertionError("the last row takes every Exception")


def _is_tls(error: BaseException) -> bool:
    """Whether the handshake failed, not only broke off; httpx wraps ssl's error in its own."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError) and not isinstance(seen, ssl.SSLEOFError):
            return isinstance(error, httpx.ConnectError)
        seen = seen.__cause__ or seen.__context__
    return False


def describe(error: BaseException) -> str:
    """An error in one short line: httpx's timeouts have no text of their own."""
    return capped(f"{type(error).__name__}: {error}".rstrip(": "))


def capped(text: str) -> str:
    """Server or library text made harmless: one line, no control or direction characters, short.

    Unprintable characters include the bidirectional overrides that can make a sentence read
    differently from what it says.
    """
    line = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(line.split())
    return line if len(line) <= MAX_DETAIL else line[: MAX_DETAIL - 1] + "…"
