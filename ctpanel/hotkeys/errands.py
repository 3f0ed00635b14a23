"""Carries what is to be bound from the event loop to a thread of the keys', and the answer back.

The loop may be jammed while keys are pressed; the thread never waits for it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError
from threading import Lock, Thread
from typing import Final

from ctpanel.app.ports import KeyEvent
from ctpanel.domain.chord import Chord

ANSWER_WITHIN: Final = 5.0
"""Seconds that a system may take to bind keys."""

ENDS_WITHIN: Final = 2.0
"""Seconds a thread may take to end."""

_LOOK_EVERY: Final = 0.005

LET_GO: Final = "The keys were let go."

Chords = Mapping[str, Chord]
Answer = Future[Mapping[str, str]]

log = logging.getLogger(__name__)


class Errands:
    """What is asked of one thread. `wake` makes that thread call `take`."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._lock = Lock()
        self._waiting: deque[tuple[Chords, Answer]] = deque()
        self._ended = ""

    async def ask(self, chords: Chords, within: float = ANSWER_WITHIN) -> Mapping[str, str]:
        """Have these bound; why each of the others could not be. Never raises."""
        answer: Answer = Future()
        with self._lock:
            if self._ended:
                return dict.fromkeys(chords, self._ended)
            self._waiting.append((dict(chords), answer))
        self._wake()
        try:
            return await asyncio.wait_for(asyncio.wrap_future(answer), within)
        except TimeoutError:
            return dict.fromkeys(chords, "The system did not answer in time.")

    def take(self) -> tuple[Chords, Answer] | None:
        """In the thread: the next errand."""
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def end(self, reason: str) -> None:
        """In the thread: nothing can be bound from now on, and why."""
        with self._lock:
            self._ended = self._ended or reason
            left, self._waiting = self._waiting, deque()
        for chords, answer in left:
            reply(answer, dict.fromkeys(chords, reason))


def reply(answer: Answer, refused: Mapping[str, str]) -> None:
    """Answer an errand, unless nobody waits for it any more."""
    try:
        answer.set_result(refused)
    except InvalidStateError:
        return


def tell(heard: Callable[[KeyEvent], None], event: KeyEvent) -> None:
    """Hand an event over; what goes wrong there must not end the hearing of keys."""
    try:
        heard(event)
    except Exception:
        log.exception("a hotkey was not carried out")


async def ended(thread: Thread) -> None:
    """Wait until a thread that was told to end has done so, but not for ever."""
    tries = int(ENDS_WITHIN / _LOOK_EVERY)
    while thread.is_alive() and tries:
        tries -= 1
        await asyncio.sleep(_LOOK_EVERY)
