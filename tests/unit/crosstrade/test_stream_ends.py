"""Why connections end, and how long to wait: the table, and the patience."""

import ssl

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import (
    ConnectionClosedError,
    InvalidHandshake,
    InvalidStatus,
    InvalidURI,
)
from websockets.frames import Close
from websockets.http11 import Response

from ctpanel.crosstrade.stream.ends import (
    STEADY,
    Ending,
    Patience,
    end_by_code,
    end_of_attempt,
    end_of_connection,
)
from ctpanel.domain.stream import StreamCause

EVICTED = None


def status(code: int) -> InvalidStatus:
    return InvalidStatus(Response(code, "", Headers()))


ATTEMPTS: dict[str, tuple[Exception, StreamCause]] = {
    "401": (status(401), StreamCause.TOKEN_REFUSED),
    "403": (status(403), StreamCause.TOKEN_REFUSED),
    "404": (status(404), StreamCause.NOT_OFFERED),
    "307": (status(307), StreamCause.NOT_OFFERED),
    "200": (status(200), StreamCause.NOT_OFFERED),
    "408": (status(408), StreamCause.UNREACHABLE),
    "429": (status(429), StreamCause.TOO_MUCH),
    "503": (status(503), StreamCause.UNREACHABLE),
    "not a WebSocket": (InvalidHandshake("no"), StreamCause.NOT_OFFERED),
    "no address": (InvalidURI("ws://", "no host"), StreamCause.NOT_OFFERED),
    "somebody else": (ssl.SSLCertVerificationError("who?"), StreamCause.IDENTITY),
    "TLS broken off": (ssl.SSLEOFError("eof"), StreamCause.UNREACHABLE),
    "nobody listens": (ConnectionRefusedError(), StreamCause.UNREACHABLE),
    "too slow": (TimeoutError(), StreamCause.UNREACHABLE),
    "hung up": (EOFError(), StreamCause.UNREACHABLE),
    "anything else": (RuntimeError("boom"), StreamCause.FAULT),
}


@pytest.mark.parametrize(("error", "cause"), ATTEMPTS.values(), ids=ATTEMPTS)
def test_an_attempt_fails_with_its_row_of_the_table(error: Exception, cause: StreamCause) -> None:
    found = end_of_attempt(error)
    assert found.cause is cause
    assert found.detail


@pytest.mark.parametrize(
    ("code", "reason", "cause"),
    [
        (1000, "", StreamCause.LEFT),
        (1001, "going away", StreamCause.LEFT),
        (1011, "boom", StreamCause.LEFT),
        (1012, "restart", StreamCause.LEFT),
        (1008, "Too many violations", StreamCause.TOO_MUCH),
        (1008, "Session active elsewhere", EVICTED),
        (1000, "session ACTIVE elsewhere (other device)", EVICTED),
        (4000, "", EVICTED),
        (4001, "Session active elsewhere", EVICTED),
        (4999, "whatever it means", EVICTED),
    ],
)
def test_a_close_frame_means_what_its_code_and_reason_say(
    code: int, reason: str, cause: StreamCause | None
) -> None:
    assert end_by_code(code, reason).cause is cause


def closed(
    rcvd: Close | None, sent: Close | None, *, theirs_first: bool = True
) -> ConnectionClosedError:
    order = None if rcvd is None or sent is None else theirs_first
    return ConnectionClosedError(rcvd, sent, order)


def test_a_connection_that_breaks_is_lost() -> None:
    assert end_of_connection(closed(None, None)).cause is StreamCause.LOST


@pytest.mark.parametrize("code", [1002, 1007, 1009])
def test_a_connection_that_we_had_to_end_is_garbled(code: int) -> None:
    ours = closed(Close(code, ""), Close(code, "too big"), theirs_first=False)
    assert end_of_connection(ours).cause is StreamCause.GARBLED
    assert end_of_connection(closed(None, Close(code, ""))).cause is StreamCause.GARBLED


def test_a_servers_last_words_are_short_and_harmless() -> None:
    assert end_by_code(1011, "a\x1b[31m\u202eb" + "x" * 500).detail.startswith("1011 a [31m b")
    assert len(end_by_code(1011, "x" * 500).detail) <= 200


# --- patience ---------------------------------------------------------------------------------

LOST = Ending(StreamCause.LOST)


def waits(*endings: Ending, lived: float = 1.0, jitter: float = 0.0) -> list[float | None]:
    patience = Patience(lambda: jitter)
    return [patience.after(ending, lived) for ending in endings]


def test_failures_in_a_row_are_waited_for_longer_and_longer() -> None:
    assert waits(*[LOST] * 8) == [1, 2, 4, 8, 16, 30, 30, 30]
    assert waits(*[LOST] * 5000)[-1] == 30


def test_panels_that_lost_the_server_together_come_back_apart() -> None:
    assert waits(LOST, LOST, jitter=1.0) == [1.5, 3.0]


def test_a_connection_that_lasted_starts_the_count_anew() -> None:
    assert waits(*[LOST] * 3, lived=STEADY) == [1, 1, 1]


def test_a_link_that_breaks_every_half_minute_does_not_keep_the_stream_away() -> None:
    assert waits(*[LOST] * 40, lived=25.0, jitter=1.0)[-1] == 1.5


def test_one_that_opens_and_breaks_at_once_does_not() -> None:
    assert waits(*[LOST] * 3, lived=STEADY - 0.1) == [1, 2, 4]


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_after_too_much_a_minute_passes_at_least(jitter: float) -> None:
    (wait,) = waits(Ending(StreamCause.TOO_MUCH), jitter=jitter)
    assert wait is not None
    assert wait >= 60


@pytest.mark.parametrize("ending", [Ending(None), Ending(StreamCause.TOKEN_REFUSED)])
def test_an_eviction_and_a_refused_token_are_final(ending: Ending) -> None:
    assert waits(ending) == [None]
