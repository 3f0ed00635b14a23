"""The table of statuses and bodies: how each answer to a reading succeeds or fails."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctpanel.crosstrade.answers import body_of_read
from ctpanel.crosstrade.errors import (
    AddonOffline,
    CrossTradeReadError,
    Garbled,
    RefusedByServer,
    TokenRefused,
    TooManyRequests,
    Unreachable,
)
from ctpanel.crosstrade.transport import Reply

PAGE = b"<html><b>502 Bad Gateway</b></html>"


def reply(status: int, body: object = b"") -> Reply:
    return Reply(status, body if isinstance(body, bytes) else json.dumps(body).encode())


READ_ERRORS = {
    "401": (401, b"", TokenRefused, "HTTP 401"),
    "401 no plan": (401, {"error": "api_requires_pro"}, TokenRefused, "Pro is needed"),
    "403": (403, PAGE, TokenRefused, "HTTP 403"),
    "408": (
        408,
        {"success": False, "error": "addon_disconnected"},
        AddonOffline,
        "addon_disconnected",
    ),
    "429": (429, {"error": "Rate limit exceeded"}, TooManyRequests, "Rate limit exceeded"),
    "400": (400, {"error": "Invalid request"}, RefusedByServer, "Invalid request"),
    "400 without body": (400, b"", Garbled, "HTTP 400"),
    "404 wrong path": (
        404,
        {"error": "no endpoint", "did_you_mean": []},
        RefusedByServer,
        "no endpoint",
    ),
    "404 with a page": (404, PAGE, Garbled, "HTTP 404"),
    "409": (409, {"error": "conflict"}, Garbled, "HTTP 409"),
    "300": (300, {"success": True}, Garbled, "HTTP 300"),
    "301": (301, b"", Garbled, "HTTP 301"),
    "500": (500, {"error": "boom"}, Unreachable, "HTTP 500"),
    "503": (503, PAGE, Unreachable, "HTTP 503"),
    "200 that says no": (
        200,
        {"success": False, "error": "x", "detail": "y"},
        RefusedByServer,
        "x: y",
    ),
    "200 with an error": (200, {"error": "x"}, RefusedByServer, "x"),
    "200 with a page": (200, PAGE, Garbled, "JSON"),
    "200 with NaN": (200, b'{"last": NaN}', Garbled, "NaN"),
    "200 with nothing": (200, b"", Garbled, "JSON"),
}


@pytest.mark.parametrize(("status", "body", "kind", "text"), READ_ERRORS.values(), ids=READ_ERRORS)
def test_a_reading_fails_with_its_row_of_the_table(
    status: int, body: object, kind: type[CrossTradeReadError], text: str
) -> None:
    with pytest.raises(CrossTradeReadError) as caught:
        body_of_read(reply(status, body))
    assert type(caught.value) is kind
    assert text in caught.value.detail


def test_a_refused_token_needs_no_words_of_the_servers() -> None:
    with pytest.raises(TokenRefused) as caught:
        body_of_read(reply(401, {"error": "unauthorized"}))
    assert caught.value.detail == ""


def test_a_refusal_is_kept_in_its_parts() -> None:
    with pytest.raises(RefusedByServer) as caught:
        body_of_read(reply(400, {"error": "not_found", "detail": "no such order"}))
    assert caught.value.parts == ("not_found", "no such order")


@pytest.mark.parametrize("body", [[], {}, {"bid": 1}, {"success": True, "error": ""}, ["Sim101"]])
def test_a_reading_needs_no_success_key(body: object) -> None:
    assert body_of_read(reply(200, body)) == body


@given(st.integers(100, 599), st.binary(max_size=60) | st.text().map(str.encode))
def test_a_reading_fails_with_nothing_but_its_own_errors(status: int, body: bytes) -> None:
    with suppress(CrossTradeReadError):
        body_of_read(Reply(status, body))


@given(st.sampled_from([200, 400, 401, 404, 408, 429]), st.text(max_size=400))
def test_the_text_of_a_failed_reading_is_short_one_line_and_harmless(
    status: int, error: str
) -> None:
    with pytest.raises(CrossTradeReadError) as caught:
        body_of_read(reply(status, {"success": False, "error": error}))
    assert caught.value.detail.isprintable()
    assert 0 < len(caught.value.detail) <= 200
