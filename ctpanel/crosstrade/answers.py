"""What an answer means: for readings a body or an error, for orders one of the three outcomes.

Success needs more than a status: replies carry `success`, errors come in two shapes, and the
documentation's pages disagree on which (crosstrade.io/docs/api/overview). For an order the
question is always the same: is it *proven* that nothing was executed?
"""

import re
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
from ctpanel.crosstrade.wire.echo import Asked, other_than
from ctpanel.domain.outcomes import Accepted, Cause, Refused, Unknown

_NO_POSITION: Final = re.compile(
    r"no positions? found for instrument '([^']*)'(?: in account '([^']*)')?\.?", re.IGNORECASE
)
"""How the API says that nothing is held; nothing else that it says means that."""

_CODES_WITH_TEXT: Final = ("invalid_request", "not_found", "rate_limited", "invalid_account")
"""Codes under `error` that leave it to the text under `detail` to say what it is about."""

_BEFORE_ANYTHING: Final = ("invalid_account", "unknown api command")
"""Besides "no position", what a call in parts is refused with before its first part."""

_RATE_LIMIT: Final = "rate limit exceeded"

_AT_THE_DOOR: Final = (
    *("unauthorized", "api_requires_pro", "invalid_secret_key", "invalid_token"),
    *("insufficient_scope", "forbidden"),
)
"""Codes of a 401 or 403 that come before any endpoint; others may be a broker's."""

_UNSURE: Final = ("timeout", "timed out", "addon_disconnected", "addon_timeout")
"""Beginnings of a refusal that only says that nobody knows."""

_TOKEN: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_REFUSING: Final = (
    *(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
    *(HTTPStatus.TOO_MANY_REQUESTS, *_TOKEN),
)
"""Statuses whose body may prove that nothing ran."""
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
        return TokenRefused(_TOKEN_CODES.get(refusal[0], said) if refusal else said)
    if reply.status == HTTPStatus.REQUEST_TIMEOUT:
        return AddonOffline(said)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return TooManyRequests(said)
    if reply.status >= _SERVER_ERRORS:
        return Unreachable(f"the server has a fault (HTTP {reply.status})")
    if reply.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND) and refusal:
        return RefusedByServer(refusal)
    return Garbled(f"an answer outside the API (HTTP {reply.status})")


def outcome_of_order(
    reply: Reply, asked: Asked, *, in_parts: bool, proof: str, many: bool
) -> WireAnswer:
    """What an answered order call came to.

    Args:
        reply: the answer.
        asked: what the call was about; an answer about something else proves nothing.
        in_parts: the call does several things, and a refusal may have come in between.
        proof: the field that must be there before the answer counts as success.
        many: that field is a list, not one id.
    """
    if reply.status < HTTPStatus.OK or reply.status >= _SERVER_ERRORS:
        return Unknown(Cause.SERVER_ERROR, f"HTTP {reply.status}")
    if HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST:
        return Unknown(Cause.REDIRECT, f"HTTP {reply.status}")
    other = other_than(asked, _json(reply), nothing_held(_refusal_of(reply)))
    if other:
        return Unknown(Cause.ANOTHER, other)
    if reply.status >= HTTPStatus.BAD_REQUEST:
        return _refusal(reply, in_parts=in_parts)
    return _success(reply, in_parts=in_parts, proof=proof, many=many)


def _refusal(reply: Reply, *, in_parts: bool) -> Refused | Unknown:
    refusal = _refusal_of(reply)
    said = capped(": ".join(refusal)) or f"HTTP {reply.status}"
    if reply.status == HTTPStatus.REQUEST_TIMEOUT:
        return Unknown(Cause.ADDON, said)
    if _is_before_endpoint(reply, refusal):
        return Refused(said)
    if not refusal or reply.status not in _REFUSING:
        return Unknown(Cause.UNREADABLE, said)
    return _said_no(refusal, in_parts=in_parts)


def _is_before_endpoint(reply: Reply, refusal: Refusal) -> bool:
    """Whether the answer proves that no endpoint was reached, whatever the call."""
    match reply.status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN if refusal:
            return refusal[0].lower() in _AT_THE_DOOR
        case HTTPStatus.UNAUTHORIZED:  # its body is not documented; a page may be all there is
            return True
        case HTTPStatus.NOT_FOUND:  # a wrong path: it was the router that answered
            return bool(refusal) and b'"did_you_mean"' in reply.body
        case HTTPStatus.TOO_MANY_REQUESTS if refusal:  # its own text; a broker's has another
            return _sentence(refusal).lower() == _RATE_LIMIT
        case _:
            return False


def _said_no(refusal: Refusal, *, in_parts: bool) -> Refused | Unknown:
    """A refusal with a reason; of a call in parts only some reasons prove that nothing ran."""
    text = capped(": ".join(refusal))
    if any(part.lower().startswith(_UNSURE) for part in refusal):
        return Unknown(Cause.ADDON, text)
    if in_parts and not _is_before_anything(refusal):
        return Unknown(Cause.HALF_DONE, text)
    return Refused(text)


def _is_before_anything(refusal: Refusal) -> bool:
    code = refusal[0].partition(":")[0].lower()
    return nothing_held(refusal) is not None or code in _BEFORE_ANYTHING


def nothing_held(refusal: Refusal) -> tuple[str, str] | None:
    """Instrument and account ("" when not named) of a "No position found", else None."""
    found = _NO_POSITION.fullmatch(_sentence(refusal)) if refusal else None
    return None if found is None else (found[1], found[2] or "")


def _sentence(refusal: Refusal) -> str:
    """What a refusal says: its text, or the text under a code that only names the kind."""
    return refusal[-1] if refusal[0].lower() in _CODES_WITH_TEXT else refusal[0]


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
    if not many and isinstance(found, str) and (order_id := capped(found)):
        return Accepted((order_id,))
    return Unknown(Cause.UNREADABLE, f"the answer has no {proof}")


def refusal_in(body: object) -> Refusal:
    """The refusal an answer carries, whatever its status; empty when it carries none.

    The pages document two shapes: a text under `error`, or a code there and a text under `detail`.
    `success` must be a boolean: `"false"` is true in more than one language.
    """
    if not isinstance(body, dict):
        return ()
    if body.get("success") is not False and not body.get("error"):
        return ()
    parts = (body.get("error"), body.get("detail"))
    told = (capped(part) for part in parts if isinstance(part, str))
    return tuple(part for part in told if part) or ("refused without a reason",)


def _refusal_of(reply: Reply) -> Refusal:
    return refusal_in(_json(reply))


def _json(reply: Reply) -> object:
    """The body, None when it cannot be read."""
    try:
        return parse(reply.body)
    except NotStrictJson:
        return None
