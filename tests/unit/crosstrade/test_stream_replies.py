"""Answers over the stream are judged like those of REST: both shapes of an error, each text."""

import json
from typing import Any

import pytest

from ctpanel.crosstrade.answers import body_of_read, outcome_of_order
from ctpanel.crosstrade.errors import (
    AddonOffline,
    CrossTradeReadError,
    Garbled,
    RefusedByServer,
    TokenRefused,
    TooManyRequests,
    Unreachable,
)
from ctpanel.crosstrade.stream.frames import Answer, read_frame
from ctpanel.crosstrade.stream.replies import reply_of
from ctpanel.crosstrade.wire.echo import Asked
from ctpanel.domain.outcomes import Accepted, Cause, Refused, Unknown, WireOutcome
from tests.fakes.examples import MES

NO_POSITION = "No position found for instrument 'MES 12-26' in account 'Sim101'"


def beside(error: object, **more: object) -> dict[str, Any]:
    return {"id": "c1", "error": error, **more}


def within(error: object, **more: object) -> dict[str, Any]:
    return {"id": "c1", "data": {"success": False, "error": error, **more}}


SHAPES = pytest.mark.parametrize("shaped", [beside, within])


def answer(body: object) -> Answer:
    found = read_frame(json.dumps(body)).content
    assert isinstance(found, Answer), found
    return found


def outcome(body: object, *, in_parts: bool = False) -> WireOutcome:
    reply = reply_of(answer(body))
    return outcome_of_order(
        reply, Asked("Sim101", MES), in_parts=in_parts, proof="orderId", many=False
    )


def test_data_is_the_body_that_rest_would_have_sent() -> None:
    frame = {"id": "c1", "data": {"success": True, "orderId": "a1"}, "seq": 7}
    assert outcome(frame) == Accepted(("a1",))


def test_numbers_keep_their_digits() -> None:
    found = read_frame('{"id":"c1","data":{"x":5012.250000000001, "success": true}}').content
    assert isinstance(found, Answer)
    assert b"5012.250000000001" in reply_of(found).body


# text, of one step, in parts
TEXTS: dict[str, tuple[type[Refused] | Cause, type[Refused] | Cause]] = {
    "Rate limit exceeded": (Refused, Refused),
    "unauthorized": (Refused, Refused),
    "api_requires_pro": (Refused, Refused),
    "Unknown API command": (Refused, Refused),
    NO_POSITION: (Refused, Refused),
    "Order linked to 'a1' not found or already terminal.": (Refused, Cause.HALF_DONE),
    "Max contracts exceeded": (Refused, Cause.HALF_DONE),
    "addon_disconnected": (Cause.ADDON, Cause.ADDON),
    "addon_timeout": (Cause.ADDON, Cause.ADDON),
    "The request timed out": (Cause.ADDON, Cause.ADDON),
    "NinjaTrader is not connected": (Cause.ADDON, Cause.ADDON),
    "Internal server error": (Cause.SERVER_ERROR, Cause.SERVER_ERROR),
    "Object reference not set to an instance of an object.": (
        Cause.SERVER_ERROR,
        Cause.SERVER_ERROR,
    ),
    "Order submission failed": (Cause.SERVER_ERROR, Cause.SERVER_ERROR),
    "Service unavailable": (Cause.SERVER_ERROR, Cause.SERVER_ERROR),
}


@SHAPES
@pytest.mark.parametrize("in_parts", [False, True])
@pytest.mark.parametrize("text", TEXTS)
def test_an_error_comes_to_what_rest_makes_of_it(text: str, in_parts: bool, shaped: Any) -> None:  # noqa: ANN401, FBT001 - parameters of a table
    found, wanted = outcome(shaped(text), in_parts=in_parts), TEXTS[text][in_parts]
    if isinstance(wanted, Cause):
        assert isinstance(found, Unknown)
        assert found.cause is wanted
    else:
        assert isinstance(found, wanted)


@SHAPES
def test_a_code_with_its_text_is_read_whole(shaped: Any) -> None:  # noqa: ANN401 - as above
    found = outcome(shaped("invalid_request", detail=NO_POSITION), in_parts=True)
    assert found == Refused(f"invalid_request: {NO_POSITION}")


UNREADABLE: dict[str, dict[str, Any]] = {
    "neither data nor error": {"id": "c1"},
    "null data": {"id": "c1", "data": None},
    "both": {"id": "c1", "data": {"success": True, "orderId": "a1"}, "error": "late"},
    "a list": {"id": "c1", "data": [1]},
    "a text": {"id": "c1", "data": "ok"},
    "yes without an id": {"id": "c1", "data": {"success": True}},
    "yes and no": {"id": "c1", "data": {"success": True, "orderId": "a1", "error": "late"}},
    "yes in quotes": {"id": "c1", "data": {"success": "true", "orderId": "a1"}},
}


@pytest.mark.parametrize("in_parts", [False, True])
@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_an_answer_that_says_nothing_clear_is_unknown(body: Any, in_parts: bool) -> None:  # noqa: ANN401, FBT001 - as above
    found = outcome(body, in_parts=in_parts)
    assert isinstance(found, Unknown)
    assert found.cause is Cause.UNREADABLE


@pytest.mark.parametrize("error", [7, [], {}, True, ""])
def test_an_error_without_a_text_proves_nothing(error: object) -> None:
    assert isinstance(outcome(beside(error)), Unknown)


READ_ERRORS: dict[str, type[CrossTradeReadError]] = {
    "Rate limit exceeded": TooManyRequests,
    "unauthorized": TokenRefused,
    "addon_disconnected": AddonOffline,
    NO_POSITION: RefusedByServer,
    "Internal server error": Unreachable,
}


@SHAPES
@pytest.mark.parametrize("text", READ_ERRORS)
def test_a_reading_fails_as_it_does_over_rest(text: str, shaped: Any) -> None:  # noqa: ANN401 - as above
    with pytest.raises(READ_ERRORS[text]):
        body_of_read(reply_of(answer(shaped(text))))


def test_a_reading_without_an_answer_is_garbled() -> None:
    with pytest.raises(Garbled):
        body_of_read(reply_of(answer({"id": "c1"})))
