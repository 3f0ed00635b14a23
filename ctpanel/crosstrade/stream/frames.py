"""What a received frame is. Pure and total: no bytes make it raise, or take longer than they are.

The JSON is as strict as that of REST (strict_json.py). What is wrong with one frame is a value, so
that it can be counted; whether it may have been news is decided by its kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

import msgspec

from ctpanel.crosstrade.errors import Garbled, capped
from ctpanel.crosstrade.strict_json import NotStrictJson, parse
from ctpanel.crosstrade.wire import pushes
from ctpanel.domain.stream import QuoteTick, Resync, StreamEvent

LONGEST_PUSH: Final = 1_000_000
"""Characters of a frame that answers no question."""

HIGHEST_NUMBER: Final = 2**53
"""A frame's number beyond this is no number of a frame."""

ELSEWHERE: Final = "session active elsewhere"
"""What the server says to a connection that a newer one of the same user replaces."""


class Ignored(Enum):
    """Why a frame, or a part of one, had no effect."""

    BINARY = "not text"
    TOO_LARGE = "too large"
    NOT_JSON = "not the JSON we read"
    NOT_A_FRAME = "no frame of the API"
    UNKNOWN_KIND = "of an unknown kind"
    UNREADABLE = "of a known kind, but unreadable"
    NOT_OURS = "about something that is no future"
    BAD_QUOTE = "an unreadable quote"
    NOT_ASKED_FOR = "a quote nobody asked for"
    UNKNOWN_ID = "an answer to no open question"
    REPEATED = "a number that was there before"
    SAID = "something the server says to nobody in particular"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a call.

    Attributes:
        data: its bytes; none at all when nothing can be read from it; None when there is an error.
        error: code or text, and the text beside a code; "" for what is missing.
    """

    call_id: str
    data: bytes | None
    error: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Push:
    """News. `ticks` has None in the place of each quote that cannot be read."""

    events: tuple[StreamEvent, ...] = ()
    ticks: tuple[QuoteTick | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another connection of this user has replaced this one."""

    reason: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """A frame without effect.

    Attributes:
        why: what is wrong with it, or that nothing is.
        may_be_news: it may have told what must be known; only a reading helps.
    """

    why: Ignored | None
    may_be_news: bool = False


Content: TypeAlias = Answer | Push | Elsewhere | Nothing


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame: its number if it has one, how many pushes the server dropped before it."""

    content: Content
    number: int | None = None
    dropped: int = 0


class _Answer(msgspec.Struct):
    data: msgspec.Raw


_data_of: Final = msgspec.json.Decoder(_Answer).decode


def read_frame(raw: str | bytes, longest: int = LONGEST_PUSH) -> Frame:
    """What this frame is."""
    if isinstance(raw, bytes):
        return Frame(Nothing(Ignored.BINARY, may_be_news=True))
    if len(raw) > longest:
        return Frame(Nothing(Ignored.TOO_LARGE, may_be_news=True))
    try:
        encoded = raw.encode()
        body = parse(encoded)
        return _frame(body, encoded)
    except (NotStrictJson, UnicodeEncodeError, msgspec.DecodeError):
        return Frame(Nothing(Ignored.NOT_JSON, may_be_news=True))


def _frame(body: Any, encoded: bytes) -> Frame:  # noqa: ANN401 - any JSON
    if not isinstance(body, dict):
        return Frame(Nothing(Ignored.NOT_A_FRAME, may_be_news=True))
    number, dropped = body.get("seq"), body.get("dropped")
    sound = number is None or _is_count(number)
    if not sound or not (dropped is None or isinstance(dropped, bool) or _is_count(dropped)):
        return Frame(Nothing(Ignored.NOT_A_FRAME, may_be_news=True))
    return Frame(_content(body, encoded), number, int(dropped or 0))


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < HIGHEST_NUMBER


def _content(body: dict[str, Any], encoded: bytes) -> Content:
    kind, said = body.get("type"), body.get("error")
    if isinstance(kind, str) and kind in _KINDS:  # before the id: a fill has one of its own
        return _push(kind, body)
    if "id" in body:
        return _answer(body, encoded)
    if isinstance(said, str):
        is_ours = said.lower().startswith(ELSEWHERE)
        return Elsewhere(capped(said)) if is_ours else Nothing(Ignored.SAID)
    return Nothing(None if "status" in body else Ignored.UNKNOWN_KIND)


def _answer(body: dict[str, Any], encoded: bytes) -> Content:
    call_id, error = body["id"], body.get("error")
    if not isinstance(call_id, str):
        return Nothing(Ignored.UNKNOWN_ID)
    if error is None or "data" in body:
        # With both, the answer says yes and no: nothing can be read from it.
        whole = error is None and "data" in body
        return Answer(call_id, bytes(_data_of(encoded).data) if whole else b"", ("", ""))
    told = (error, body.get("detail"))
    first, second = (capped(part) if isinstance(part, str) else "" for part in told)
    return Answer(call_id, None, (first, second))


def _push(kind: str, body: dict[str, Any]) -> Content:
    try:
        return _KINDS[kind](body)
    except Garbled:
        return Nothing(Ignored.UNREADABLE, may_be_news=kind != "marketData")


def _one(
    read: Callable[[dict[str, Any]], StreamEvent | None],
) -> Callable[[dict[str, Any]], Content]:
    def content(body: dict[str, Any]) -> Content:
        event = read(body)
        return Nothing(Ignored.NOT_OURS) if event is None else Push((event,))

    return content


_KINDS: Final[dict[str, Callable[[dict[str, Any]], Content]]] = {
    "marketData": lambda body: Push(ticks=pushes.ticks(body)),
    "pnlUpdate": _one(pushes.pnl),
    "positionUpdate": _one(pushes.position_push),
    "orderUpdate": _one(pushes.order_push),
    "executionUpdate": _one(pushes.execution_push),
    "status": _one(pushes.status),
    "resync": lambda _: Push((Resync(),)),
}
