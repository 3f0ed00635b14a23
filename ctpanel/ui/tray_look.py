"""How the panel stands, for its icon in the tray: a shape, a colour, a sentence. No Qt."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from ctpanel.domain.state import Link, PanelState, Phase
from ctpanel.ui.link_words import link_words

LONGEST: Final = 240
"""Characters of a message or a tool tip outside the window."""

_LOOKALIKES: Final = str.maketrans(
    {"<": "\u2039", ">": "\u203a", "&": "\uff06"}  # angle quotation marks, a wide ampersand
)


class Standing(Enum):
    """What the icon tells apart, gravest first; the value is its word."""

    UNKNOWN = "UNKNOWN"
    SENDING = "SENDING"
    FAULT = "FAULT"
    HALTED = "HALTED"
    OFFLINE = "OFFLINE"
    ARMED = "ARMED"
    READY = "READY"


@dataclass(frozen=True, slots=True)
class Look:
    """What the icon shows, and its tool tip."""

    standing: Standing
    tip: str


def look(state: PanelState) -> Look:
    """The gravest of what stands."""
    unanswered = any(f.phase is Phase.UNANSWERED for f in state.in_flight.values())
    stands = {
        Standing.UNKNOWN: bool(state.locks) or unanswered,
        Standing.SENDING: bool(state.in_flight or state.acts),
        Standing.FAULT: bool(state.faults or state.journal_fault),
        Standing.HALTED: state.halted is not None,
        Standing.OFFLINE: state.link is not Link.CONNECTED,
        Standing.ARMED: state.armed is not None,
        Standing.READY: True,
    }
    standing = next(one for one in Standing if stands[one])
    return Look(standing, outside(f"ctpanel: {_TIPS.get(standing) or _tip(standing, state)}"))


_TIPS: Final = {
    Standing.UNKNOWN: "UNKNOWN. Look at Positions and Orders in NinjaTrader.",
    Standing.SENDING: "SENDING. An order is on its way.",
    Standing.FAULT: "FAULT. Nothing is sent; the window says why.",
    Standing.HALTED: "HALTED. Nothing that opens risk is sent.",
}


def _tip(standing: Standing, state: PanelState) -> str:
    """With what is steady only: a tool tip that changes all the time cannot be read."""
    if standing is Standing.OFFLINE:
        return f"OFFLINE. {link_words(state)}"
    where = "" if state.key is None else f" {state.key[0]} {state.key[1]}."
    return f"{standing.value}.{where}"


def outside(text: str) -> str:
    """A text for the desktop: one line, capped, and without a sign it could take for markup."""
    line = " ".join(text.split())
    plain = "".join(sign for sign in line if sign.isprintable()).translate(_LOOKALIKES)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
