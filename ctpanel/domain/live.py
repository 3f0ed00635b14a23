"""How the panel stands with the live stream. What is pushed over it is in stream.py."""

from dataclasses import dataclass
from enum import Enum

from ctpanel.domain.stream import BridgeState


class StreamLink(Enum):
    """The stream, by its last news."""

    OFF = "OFF"
    CONNECTING = "CONNECTING"
    UP = "UP"
    SLOW = "SLOW"
    DOWN = "DOWN"
    EVICTED = "EVICTED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class StreamStatus:
    """Where the stream stands.

    Attributes:
        detail: why it is not up; may be the server's own words.
        bridge: what the server last said of the add-on, None while it has said nothing.
    """

    link: StreamLink = StreamLink.OFF
    detail: str = ""
    bridge: BridgeState | None = None

    @property
    def is_live(self) -> bool:
        """Whether orders and prices may rely on it."""
        return self.link is StreamLink.UP and self.bridge in (None, BridgeState.READY)


def is_held(status: StreamStatus) -> bool:
    """Whether the stream is being used, or tried again by itself."""
    return status.link not in (StreamLink.OFF, StreamLink.EVICTED, StreamLink.REFUSED)
