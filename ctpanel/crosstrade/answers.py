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

_BEFORE_ANYTHING: Final = (
    "no position found",
    "no positions found",
    "invalid_account",
    "unknown api command",
)
"""Refusals that a call of two steps gives before its first step."""

_TOKEN: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_SERVER_ERRORS: Final = 500

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
    if refusal is not None:
        raise RefusedByServer(refusal)
    return body


def _read_error(reply: Reply) -> CrossTradeReadError:
    text = _refusal_text(reply)
    said = text or f"HTTP {reply.status}"
    if reply.status in _TOKEN:
        return TokenRefused(said)
    if reply.status == HTTPStatus.REQUEST_TIMEOUT:
        return AddonOffline(said)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return TooManyRequests(said)
    if reply.status >= _SERVER_ERRORS:
        return Unreachable(f"the server has a fault (HTTP {reply.status})")
    if reply.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND) and text:
        return RefusedByServer(text)
    return Garbled(f"an answer outside the API (HTTP {reply.status})")


def outcome_of_order(reply: Reply, *, two_steps: bool, ids: tuple[str, ...]) -> WireAnswer:
    """What an answered order call came to.

    Args:
        reply: the answer.
        two_steps: the call closes and then enters; a refusal may have come in between.
        ids: names of the fields one of which must carry order ids (or closed positions) before
            the answer counts as success.
    """
    if reply.status < HTTPStatus.OK or reply.status >= _SERVER_ERRORS:
        return Unknown(Cause.SERVER_ERROR, f"HTTP {reply.status}")
    if HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST:
        return Unknown(Cause.REDIRECT, f"HTTP {reply.status}")
    if reply.status >= HTTPStatus.BAD_REQUEST:
        return _refusal(reply, two_steps=two_steps)
    return _success(reply, two_steps=two_steps, ids=ids)


def _refusal(reply: Reply, *, two_steps: bool) -> Refused | Unknown:
    text = _refusal_text(reply)
    said = text or f"HTTP {reply.status}"
    if reply.status in _TOKEN:
        return Refused(said, token_refused=True)
    if reply.status == HTTPStatus.REQUEST_TIMEOUT:
        return Unknown(Cause.ADDON, said)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS and "rate limit" in text.lower():
        return Refused(said)
    if not text:
        return Unknown(Cause.UNREADABLE, said)
    if reply.status == HTTPStatus.NOT_FOUND and b'"did_you_mean"' in reply.body:
        return Refused(said)  # a wrong path: the router answered, no endpoint was reached
    return _said_no(text, two_steps=two_steps)


def _said_no(text: str, *, two_steps: bool) -> Refused | Unknown:
    """A refusal with a reason; of a two-step call only some reasons prove that nothing ran."""
    if two_steps and not text.lower().startswith(_BEFORE_ANYTHING):
        return Unknown(Cause.HALF_DONE, text)
    return Refused(text)


def _success(reply: Reply, *, two_steps: bool, ids: tuple[str, ...]) -> WireAnswer:
    try:
        body = parse(reply.body)
    except NotStrictJson as error:
        return Unknown(Cause.UNREADABLE, capped(str(error)))
    refusal = refusal_in(body)
    if refusal is not None:
        return _said_no(refusal, two_steps=two_steps)
    if not isinstance(body, dict) or body.get("success") is not True:
        return Unknown(Cause.UNREADABLE, "the answer does not say success")
    found = next((body[name] for name in ids if name in body), None)
    if isinstance(found, str) and found.strip():
        return Accepted((capped(found),))
    if isinstance(found, list):
        return Accepted(tuple(capped(item) for item in found if isinstance(item, str)))
    return Unknown(Cause.UNREADABLE, f"the answer has no {' or '.join(ids)}")


def refusal_in(body: object) -> str | None:
    """The refusal an answer carries, whatever its status; None when it carries none.

    `success` must be a boolean: `"false"` is true in more than one language.
    """
    if not isinstance(body, dict):
        return None
    if body.get("success", True) is not False and not body.get("error"):
        return None
    parts = [part for part in (body.get("error"), body.get("detail")) if isinstance(part, str)]
    return capped(": ".join(part for part in parts if part)) or "refused without a reason"


def _refusal_text(reply: Reply) -> str:
    try:
        return refusal_in(parse(reply.body)) or ""
    except NotStrictJson:
        return ""
