"""What each received frame does: answers go to calls, pushes to the inbox, the rest is counted.

One for each connection. No IO; what a frame is, frames.py has said.
"""

from typing import Final

from ctpanel.crosstrade.stream.ends import Ending
from ctpanel.crosstrade.stream.frames import (
    Answer,
    Content,
    Elsewhere,
    Ignored,
    Nothing,
    Push,
    read_frame,
)
from ctpanel.crosstrade.stream.inbox import Inbox
from ctpanel.crosstrade.stream.order import FrameOrder
from ctpanel.crosstrade.stream.rpc import RpcChannel
from ctpanel.crosstrade.stream.wanted import Subscriptions
from ctpanel.domain.stream import Dropped, GapSeen, StreamCause

MOST_BAD: Final = 20
"""Frames in a row that cannot be followed before the connection is given up."""

_BAD: Final = (
    *(Ignored.BINARY, Ignored.TOO_LARGE, Ignored.NOT_JSON, Ignored.NOT_A_FRAME),
    Ignored.REPEATED,
)


class Receiver:
    """The receiving end of one connection."""

    def __init__(self, rpc: RpcChannel, inbox: Inbox, subscriptions: Subscriptions) -> None:
        self._rpc = rpc
        self._inbox = inbox
        self._subscriptions = subscriptions
        self._ignored = rpc.ignored
        self._order = FrameOrder()
        self._bad = 0

    def take(self, raw: str | bytes) -> Ending | None:
        """Let one frame have its effect; an Ending when no other may follow."""
        frame = read_frame(raw, self._rpc.longest)
        if frame.dropped:
            self._inbox.put(Dropped(frame.dropped))
        missing = self._order.missing(frame.number)
        if missing:
            self._inbox.put(GapSeen(missing))
        content = frame.content
        if missing is None and not isinstance(content, Answer | Elsewhere):
            content = Nothing(Ignored.REPEATED)
        return self._follow(content)

    def _follow(self, content: Content) -> Ending | None:
        match content:
            case Elsewhere():
                return Ending(None, content.reason)
            case Nothing():
                return self._ignore(content)
            case Answer():
                self._rpc.take(content)
            case Push():
                self._push(content)
        self._bad = 0
        return None

    def _push(self, push: Push) -> None:
        for event in push.events:
            self._inbox.put(event)
        for tick in push.ticks:
            if tick is None:
                self._ignored[Ignored.BAD_QUOTE] += 1
            elif tick.contract in self._subscriptions.wanted.quotes:
                self._inbox.put(tick)
            else:
                self._ignored[Ignored.NOT_ASKED_FOR] += 1

    def _ignore(self, nothing: Nothing) -> Ending | None:
        if nothing.why is None:
            return None
        self._ignored[nothing.why] += 1
        if nothing.may_be_news:
            self._inbox.put(Dropped(1))
        self._bad = self._bad + 1 if nothing.why in _BAD else 0
        if self._bad < MOST_BAD:
            return None
        said = f"{MOST_BAD} frames in a row, the last {nothing.why.value}"
        return Ending(StreamCause.GARBLED, said)
