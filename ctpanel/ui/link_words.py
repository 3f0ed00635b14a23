"""Link, NinjaTrader and stream as a trader reads them. No Qt, no decisions."""

from dataclasses import dataclass
from typing import Final

from ctpanel.domain.freshness import Feed, stale
from ctpanel.domain.live import StreamLink, StreamStatus
from ctpanel.domain.state import Link, PanelState
from ctpanel.domain.stream import BridgeState
from ctpanel.ui.denials import LINKS, sentence


@dataclass(frozen=True, slots=True)
class Mark:
    """A word with a shape, its tone, and the whole sentence behind it."""

    text: str
    tone: str
    sentence: str


_SPEAKING: Final = frozenset({Link.TOKEN_REFUSED, Link.REFUSING})
"""Where the server's own words say why; elsewhere they are a library's."""

_STALE: Final = {
    Feed.POSITIONS: "positions are {0:.0f} s old",
    Feed.PRICES: "no prices for {0:.0f} s",
    Feed.ORDERS: "orders are {0:.0f} s old",
}


def link_words(state: PanelState) -> str:
    """The link's state as a short sentence; what has stopped is named, each by itself."""
    old = stale(state)
    if state.link is Link.CONNECTED and old:
        return f"Connected, but {', '.join(_STALE[feed].format(old[feed]) for feed in old)}"
    detail = state.link_detail if state.link in _SPEAKING else ""
    text = sentence(LINKS[state.link])
    return f"{text}. {detail}" if detail else text


_BRIDGES: Final = {
    BridgeState.READY: Mark("NT8 ✓", "", "NinjaTrader answers."),
    BridgeState.SYNCING: Mark("NT8 …", "warn", "The server is catching up with NinjaTrader."),
    BridgeState.OFFLINE: Mark("NT8 ✕", "wrong", "The add-on in NinjaTrader is not connected."),
    BridgeState.UNCLEAR: Mark("NT8 ?", "warn", "The server does not vouch for NinjaTrader."),
}


def bridge_mark(state: PanelState) -> Mark:
    """How the server stands with the add-on in NinjaTrader."""
    if state.link is Link.ADDON_OFFLINE:
        return _BRIDGES[BridgeState.OFFLINE]
    if state.link is not Link.CONNECTED:
        return Mark("NT8 ?", "", "Nothing is known of NinjaTrader without the server.")
    return _BRIDGES[state.stream.bridge or BridgeState.READY]


_STREAMS: Final = {
    StreamLink.OFF: Mark("REST", "", "Prices and positions are read over REST."),
    StreamLink.CONNECTING: Mark("Stream …", "", "The live stream is connecting."),
    StreamLink.UP: Mark("Stream ✓", "", "The live stream is up; orders go over it."),
    StreamLink.SLOW: Mark(
        "Stream ▲", "warn", "The live stream does not answer; orders go over REST."
    ),
    StreamLink.DOWN: Mark(
        "Stream ✕", "warn", "The live stream is down and will be tried again; REST is used."
    ),
    StreamLink.EVICTED: Mark(
        "Stream ✕",
        "warn",
        "Another program of yours took the live stream over; REST is used until you ask for it.",
    ),
    StreamLink.REFUSED: Mark("Stream ✕", "warn", "There is no live stream; REST is used."),
}


_UNVOUCHED: Final = Mark(
    "Stream ▲",
    "warn",
    "The live stream is up, but the server does not vouch for NinjaTrader; orders go over REST.",
)


def stream_mark(status: StreamStatus) -> Mark:
    """How the live stream stands."""
    is_up = status.link is StreamLink.UP
    mark = _UNVOUCHED if is_up and not status.is_live else _STREAMS[status.link]
    if not status.detail:
        return mark
    return Mark(mark.text, mark.tone, f"{mark.sentence} ({status.detail})")
