"""One table says what each failure of the HTTP library is; server text is made harmless."""

import ssl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.app.ports import ReadCause, ReadFailed
from ctpanel.crosstrade.errors import (
    MAX_DETAIL,
    BodyTooLarge,
    CrossTradeReadError,
    Garbled,
    IdentityNotProven,
    Undelivered,
    Unreachable,
    capped,
    describe,
    undelivered,
)
from ctpanel.domain.outcomes import Cause, NotSent, Unknown

NOTHING_LEFT = (
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout(""),
    httpx.PoolTimeout(""),
    httpx.UnsupportedProtocol("ftp"),
    httpx.ProxyError("no"),
)
MAY_HAVE_LEFT = (
    (httpx.ReadTimeout(""), Cause.DEADLINE),
    (httpx.WriteTimeout(""), Cause.DEADLINE),
    (TimeoutError(), Cause.DEADLINE),
    (httpx.ReadError("reset"), Cause.CONNECTION_LOST),
    (httpx.WriteError("pipe"), Cause.CONNECTION_LOST),
    (httpx.CloseError("close"), Cause.CONNECTION_LOST),
    (httpx.RemoteProtocolError("half"), Cause.CONNECTION_LOST),
    (httpx.LocalProtocolError("ours"), Cause.CONNECTION_LOST),
    (httpx.TooManyRedirects("loop"), Cause.CONNECTION_LOST),
    (httpx.DecodingError("gzip"), Cause.UNREADABLE),
    (BodyTooLarge(), Cause.UNREADABLE),
    (RuntimeError("the client has been closed"), Cause.INTERNAL),
    (OSError("any"), Cause.INTERNAL),
    (UnicodeEncodeError("ascii", "ä", 0, 1, "no"), Cause.INTERNAL),
)


@pytest.mark.parametrize("error", NOTHING_LEFT, ids=lambda e: type(e).__name__)
def test_a_failure_before_the_first_byte_is_not_sent(error: Exception) -> None:
    outcome = undelivered(error).as_outcome()
    assert isinstance(outcome, NotSent)
    assert outcome.cause is Cause.NO_CONNECTION


@pytest.mark.parametrize(("error", "cause"), MAY_HAVE_LEFT, ids=lambda e: type(e).__name__)
def test_any_other_failure_is_unknown(error: Exception, cause: Cause) -> None:
    outcome = undelivered(error).as_outcome()
    assert isinstance(outcome, Unknown)
    assert outcome.cause is cause
    assert outcome.detail


def every_error() -> list[type[Exception]]:
    """Every error httpx has, its own subclasses included."""
    found, todo = [], [httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, httpx.CookieConflict]
    while todo:
        kind = todo.pop()
        found.append(kind)
        todo.extend(kind.__subclasses__())
    return found


@pytest.mark.parametrize("kind", every_error())
def test_only_what_failed_before_the_first_byte_is_ever_not_sent(kind: type[Exception]) -> None:
    error = kind.__new__(kind)
    sent = undelivered(error).was_sent
    assert sent == (not isinstance(error, tuple(type(e) for e in NOTHING_LEFT)))


def test_a_failed_handshake_is_about_the_servers_identity() -> None:
    error = httpx.ConnectError("handshake")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed")
    found = undelivered(error)
    assert (found.cause, found.was_sent) == (Cause.SERVER_IDENTITY, False)
    assert isinstance(found.as_read_error(), IdentityNotProven)


def test_a_failed_handshake_is_found_behind_whatever_was_raised_while_handling_it() -> None:
    error = httpx.ConnectError("handshake")
    error.__context__ = OSError("wrapped")
    error.__context__.__context__ = ssl.SSLCertVerificationError("self-signed")
    assert undelivered(error).cause is Cause.SERVER_IDENTITY


def test_a_handshake_that_only_broke_off_says_nothing_of_the_servers_identity() -> None:
    error = httpx.ConnectError("handshake")
    error.__cause__ = ssl.SSLEOFError("unexpected end")
    found = undelivered(error)
    assert (found.cause, found.was_sent) == (Cause.NO_CONNECTION, False)


def test_tls_that_breaks_after_the_handshake_may_have_sent() -> None:
    error = httpx.ReadError("alert")
    error.__cause__ = ssl.SSLError("certificate required")
    assert undelivered(error).was_sent


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_is_a_failed_reading(cause: Cause) -> None:
    error = Undelivered(cause, was_sent=True, detail="d").as_read_error()
    assert isinstance(error, ReadFailed)
    assert "d" in error.detail


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (Cause.NO_CONNECTION, "no connection (d)"),
        (Cause.DEADLINE, "no answer in time (d)"),
        (Cause.CONNECTION_LOST, "the connection broke (d)"),
        (Cause.INTERNAL, "no answer (d)"),
        (Cause.SERVER_IDENTITY, "it could not prove who it is (d)"),
        (Cause.UNREADABLE, "d"),
    ],
)
def test_a_failed_reading_says_what_happened(cause: Cause, words: str) -> None:
    lost = Undelivered(cause, was_sent=True, detail="d")
    assert lost.as_read_error().detail == words
    assert str(lost) == cause.value


def test_a_reading_that_did_not_arrive_is_unreachable_or_garbled() -> None:
    late = undelivered(TimeoutError()).as_read_error()
    long = undelivered(BodyTooLarge()).as_read_error()
    assert (type(late), late.cause) == (Unreachable, ReadCause.UNREACHABLE)
    assert (type(long), long.cause) == (Garbled, ReadCause.GARBLED)


def test_each_kind_of_failed_reading_has_a_cause_of_its_own() -> None:
    kinds = CrossTradeReadError.__subclasses__()
    assert {kind.cause for kind in kinds} == set(ReadCause)
    assert len(kinds) == len(ReadCause)


@given(st.text())
def test_capped_text_is_one_short_printable_line(text: str) -> None:
    found = capped(text)
    assert found.isprintable()
    assert len(found) <= MAX_DETAIL
    assert found == capped(found)


def test_a_text_of_200_characters_is_kept_and_a_longer_one_cut_to_as_many() -> None:
    assert capped("x" * 200) == "x" * 200
    assert capped("x" * 201) == "x" * 199 + "…"


@given(
    st.text(alphabet="\u202a\u202e\u2066\u2069\u200b\u200f\ufeff\x00\x1b\x7f\x9b\r\n\t\u2028\ud800")
)
def test_control_and_direction_characters_leave_nothing(text: str) -> None:
    assert capped(text) == ""


def test_words_on_either_side_of_a_control_character_stay_apart() -> None:
    assert capped("not\u202e\r\nfilled") == "not filled"


def test_a_timeout_without_text_is_described_by_its_name() -> None:
    assert describe(httpx.ReadTimeout("")) == "ReadTimeout"
