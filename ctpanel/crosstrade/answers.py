"""What an answer means: for readings a body or an error, for orders one of the three outcomes.

Success needs more than a status: replies carry `success`, errors come in two shapes, and the
documentation's pages disagree on which (crosstrade.io/docs/api/overview). For an order the
question is always the same: is it *proven* that nothing was executed?
"""

from http import HTTPStatus
from typing import Final, TypeAlias

from ctpanel.crosstrade.errors import (
    AddonOffline,
    CrossTradeReadError,
    Garbled,
    RefusedByServer,
    TokenRefused,
    TooManyRequests,
    Unreachable,
    capped,
)
from ctpanel.crosstrade.strict_json import NotStrictJson, parse
from ctpanel.crosstrade.transport import Reply
from ctpanel.domain.outcomes import Accepted, Cause, Refused, Unknown

NO_POSITION: Final = ("no position found", "no positions found")
"""How the API says that nothing is held; nothing else that it says means that."""

_BEFORE_ANYTHING: Final = (*NO_POSITION, "invalid_account", "unknown api command")
"""Refusals that a call in parts gives before its first part."""

_RATE_LIMIT: Final = ("rate limit exceeded",)

_TOKEN: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_SERVER_ERRORS: Final = 500

Refusal: TypeAlias = tuple[str, ...]
"""What the server said no with, part by part, plain and capped; empty when it did not."""

WireAnswer: TypeAlias = Accepted | Refused | Unknown
"""What an answer can mean; NotSent is not among it."""


def body_of_read(reply: Reply) -> object:
    """The JSON of a successful reading.

    Raises:
        CrossTradeReadError: anything else.
    """
    if not HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
        raise _read_error(reply)
    try:
        body = parse(reply.body)
    except NotStrictJson as error:
        raise Garbled(capped(f"the answer is not the expected JSON: {error}")) from None
    refusal = refusal_in(body)
    if refusal:
        raise RefusedByServer(refusal)
    return body


_TOKEN_CODES: Final = {
    "unauthorized": "",
    "api_requires_pro": "Your CrossTrade plan has no API, Pro is needed.",
}
"""The API's codes with a 401 in a trader's words, where they say more than the refusal itself."""


def _read_error(reply: Reply) -> CrossTradeReadError:
    refusal = _refusal_of(reply)
    said = capped(": ".join(refusal)) or f"HTTP {reply.status}"
    if reply.status in _TOKEN:
        code = refusal[0] if refusal else ""
        return TokenRefused(_TOKEN_CODES.get(code, said))
    if reply.status == HTTPStatus.REQUEST_TIMEOUT:
        return AddonOffline(said)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return TooManyRequests(said)
    if reply.status >= _SERVER_ERRORS:
        return Unreachable(f"the server has a fault (HTTP {reply.status})")
    if reply.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND) and refusal:
        return RefusedByServer(refusal)
    return Garbled(f"an answer outside the API (HTTP {reply.status})")


def outcome_of_order(reply: Reply, *, in_parts: bool, proof: str, many: bool) -> WireAnswer:
    """What an answered order call came to.

    Args:
        reply: the answer.
        in_parts: the call does several things, and a refusal may have come in between.
        proof: the field that must be there before the answer counts as success.
        many: that field is a list, not one id.
    """
    if reply.status < HTTPStatus.OK or reply.status >= _SERVER_ERRORS:
        return Unknown(Cause.SERVER_ERROR, f"HTTP {reply.status}")
    if HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST:
        return Unknown(Cause.REDIRECT, f"HTTP {reply.status}")
    if reply.status >= HTTPStatus.BAD_REQUEST:
        return _refusal(reply, in_parts=in_parts)
    return _success(reply, in_parts=in_parts, proof=proof, many=many)


def _refusal(reply: Reply, *, in_parts: bool) -> Refused | Unknown:
    refusal = _refusal_of(reply)
    said = capped(": ".join(refusal)) or f"HTTP {reply.status}"
    if reply.status in _TOKEN:
        return Refused(said, token_refused=True)
    if reply.status == HTTPStatus.REQUEST_TIMEOUT:
        return Unknown(Cause.ADDON, said)
    if not refusal:
        return Unknown(Cause.UNREADABLE, said)
    if reply.status == HTTPStatus.NOT_FOUND and b'"did_you_mean"' in reply.body:
        return Refused(said)  # a wrong path: the router answered, no endpoint was reached
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS and says(refusal, _RATE_LIMIT):
        return Refused(said)  # the API's own text; a broker's limit has another
    return _said_no(refusal, in_parts=in_parts)


def _said_no(refusal: Refusal, *, in_parts: bool) -> Refused | Unknown:
    """A refusal with a reason; of a call in parts only some reasons prove that nothing ran."""
    text = capped(": ".join(refusal))
    if in_parts and not says(refusal, _BEFORE_ANYTHING):
        return Unknown(Cause.HALF_DONE, text)
    return Refused(text)


def _success(reply: Reply, *, in_parts: bool, proof: str, many: bool) -> WireAnswer:
    try:
        body = parse(reply.body)
    except NotStrictJson as error:
        return Unknown(Cause.UNREADABLE, capped(str(error)))
    refusal = refusal_in(body)
    if not isinstance(body, dict):
        return Unknown(Cause.UNREADABLE, "the answer is not an object")
    if body.get("success") is True:
        if refusal:
            said = capped(f"the answer says yes and no: {': '.join(refusal)}")
            return Unknown(Cause.UNREADABLE, said)
        return _accepted(body.get(proof), proof, many=many)
    if refusal:
        return _said_no(refusal, in_parts=in_parts)
    return Unknown(Cause.UNREADABLE, "the answer does not say success")


def _accepted(found: object, proof: str, *, many: bool) -> Accepted | Unknown:
    if many and isinstance(found, list):
        return Accepted(tuple(capped(item) for item in found if isinstance(item, str)))
    if not many and isinstance(found, str) and found.strip():
        return Accepted((capped(found),))
    return Unknown(Cause.UNREADABLE, f"the answer has no {proof}")


def refusal_in(body: object) -> Refusal:
    """The refusal an answer carries, whatever its status; empty when it carries none.

    The pages document two shapes: a text under `error`, or a code there and a text under `detail`.
    `success` must be a boolean: `"false"` is true in more than one language.
    """
    if not isinstance(body, dict):
        return ()
    if body.get("success", True) is not False and not body.get("error"):
        return ()
    parts = (body.get("error"), body.get("detail"))
    told = (capped(part) for part in parts if isinstance(part, str))
    return tuple(part for part in told if part) or ("refused without a reason",)


def says(refusal: Refusal, phrases: tuple[str, ...]) -> bool:
    """Whether one of its parts begins with one of the phrases, in any case."""
    return any(part.lower().startswith(phrases) for part in refusal)


def _refusal_of(reply: Reply) -> Refusal:
    try:
        return refusal_in(parse(reply.body))
    except NotStrictJson:
        return ()
