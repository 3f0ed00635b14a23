"""Calls over the stream: the same requests and replies as over REST, and the same outcomes.

What is not connected sends nothing. From the moment a frame is handed over, only its own answer
says what became of it; without one it is Undelivered as sent, and nothing is ever sent again.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from itertools import count
from typing import Final

from ctpanel.crosstrade.errors import Undelivered, capped, describe
from ctpanel.crosstrade.stream.calls import frame_of
from ctpanel.crosstrade.stream.frames import LONGEST_PUSH, Answer, Ignored
from ctpanel.crosstrade.stream.line import Line
from ctpanel.crosstrade.stream.replies import reply_of
from ctpanel.crosstrade.transport import Reply, Request
from ctpanel.domain.outcomes import Cause

MOST_OPEN: Final = 64
"""Calls that can be without an answer at once; the server's allowance is far below."""

ENVELOPE: Final = 1000
"""Characters of a frame around its answer."""


@dataclass(frozen=True, slots=True)
class _Open:
    answer: asyncio.Future[Answer]
    longest: int


class RpcChannel:
    """Takes the place of transport.Channel, as long as there is a line.

    Attributes:
        ignored: what had no effect, by its reason.
    """

    def __init__(self) -> None:
        self.ignored: Counter[Ignored] = Counter()
        self._line: Line | None = None
        self._open: dict[str, _Open] = {}
        self._ids = count(1)

    @property
    def longest(self) -> int:
        """Characters that a frame may have now."""
        answers = (call.longest + ENVELOPE for call in self._open.values())
        return max((LONGEST_PUSH, *answers))

    async def exchange(self, request: Request) -> Reply:
        """Send once and wait for its answer.

        Raises:
            Undelivered: there is no answer; it says whether anything can have been sent.
        """
        call_id = f"c{next(self._ids)}"
        line, frame = self._ready(request, call_id)
        call = _Open(asyncio.get_running_loop().create_future(), request.longest)
        self._open[call_id] = call
        try:
            line.send(frame)
            async with asyncio.timeout(request.deadline):
                return reply_of(await call.answer)
        except TimeoutError as error:
            raise _lost(Cause.DEADLINE, describe(error)) from None
        except Undelivered:
            raise
        except Exception as error:
            raise _lost(Cause.CONNECTION_LOST, describe(error)) from error
        finally:
            del self._open[call_id]

    def _ready(self, request: Request, call_id: str) -> tuple[Line, bytes]:
        """Everything that can fail while nothing has been sent."""
        try:
            frame = frame_of(request, call_id)
        except Exception as error:
            raise Undelivered(Cause.INTERNAL, was_sent=False, detail=describe(error)) from error
        if len(self._open) >= MOST_OPEN:
            raise _not_sent("too many calls wait for their answers")
        if self._line is None or not self._line.is_open:
            raise _not_sent("the stream is not connected")
        return self._line, frame

    def attach(self, line: Line) -> None:
        """Calls go over this line from now on."""
        self._line = line

    def detach(self, why: str) -> None:
        """There is no line any more: what waits for an answer gets none."""
        self._line = None
        for call in self._open.values():
            if not call.answer.done():
                call.answer.set_exception(_lost(Cause.CONNECTION_LOST, capped(why)))

    def take(self, answer: Answer) -> None:
        """Give an answer to the call it belongs to; one that nobody waits for is only counted."""
        call = self._open.get(answer.call_id)
        if call is None or call.answer.done():
            self.ignored[Ignored.UNKNOWN_ID] += 1
        elif answer.data is not None and len(answer.data) > call.longest:
            call.answer.set_exception(_lost(Cause.UNREADABLE, "the answer is too long"))
        else:
            call.answer.set_result(answer)


def _not_sent(why: str) -> Undelivered:
    return Undelivered(Cause.NO_CONNECTION, was_sent=False, detail=why)


def _lost(cause: Cause, detail: str) -> Undelivered:
    return Undelivered(cause, was_sent=True, detail=detail or cause.value)
