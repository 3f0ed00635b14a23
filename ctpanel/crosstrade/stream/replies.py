"""An answer over the stream as the REST reply it stands for, so that one table judges both. Pure.

REST says with its status where a call ended; the stream has only a text, in one of two places. It
is given the status that REST has for such a text. A text that may be a fault of the server is one:
then nothing is proved.
"""

from http import HTTPStatus
from typing import Final

import msgspec

from ctpanel.crosstrade.answers import Refusal, refusal_in
from ctpanel.crosstrade.stream.frames import Answer
from ctpanel.crosstrade.strict_json import NotStrictJson, parse
from ctpanel.crosstrade.transport import Reply

_CODES: Final = {
    "rate limit exceeded": HTTPStatus.TOO_MANY_REQUESTS,
    "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "unauthorized": HTTPStatus.UNAUTHORIZED,
    "api_requires_pro": HTTPStatus.UNAUTHORIZED,
    "invalid_secret_key": HTTPStatus.UNAUTHORIZED,
    "invalid_token": HTTPStatus.UNAUTHORIZED,
    "insufficient_scope": HTTPStatus.FORBIDDEN,
    "forbidden": HTTPStatus.FORBIDDEN,
}
"""Whole codes and texts with which a call ends before any endpoint."""

_NO_ANSWER: Final = (
    *("timeout", "timed out", "disconnected", "not connected", "offline"),
    *("no response", "did not respond", "did not answer"),
)
_FAULTS: Final = (
    *("internal", "server error", "exception", "unexpected", "unavailable", "gateway"),
    *("overload", "object reference", "null", "fail", "could not", "unknown error"),
)
"""Parts of texts that do not say whether anything was done."""


def reply_of(answer: Answer) -> Reply:
    """What REST would have said."""
    if answer.data is None:
        told = tuple(part for part in answer.error if part)
        return Reply(_status(told), msgspec.json.encode(_error_body(told)))
    refusal = _refusal_in(answer.data)
    return Reply(_status(refusal) if refusal else HTTPStatus.OK, answer.data)


def _error_body(told: Refusal) -> dict[str, object]:
    if len(told) > 1:
        return {"success": False, "error": told[0], "detail": told[1]}
    return {"error": told[0] if told else "refused without a reason"}


def _refusal_in(data: bytes) -> Refusal:
    try:
        body = parse(data)
    except NotStrictJson:
        return ()
    says_yes = isinstance(body, dict) and body.get("success") is True
    return () if says_yes else refusal_in(body)  # yes and no at once is judged with the rest


def _status(told: Refusal) -> int:
    said = [part.lower() for part in told]
    for part in said:
        if part.rstrip(".") in _CODES:
            return _CODES[part.rstrip(".")]
    if any(sign in part for part in said for sign in _NO_ANSWER):
        return HTTPStatus.REQUEST_TIMEOUT
    if not said or any(sign in part for part in said for sign in _FAULTS):
        return HTTPStatus.INTERNAL_SERVER_ERROR
    return HTTPStatus.BAD_REQUEST
