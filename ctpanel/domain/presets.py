"""Presets: what a hotkey stands for. A key acts on its preset, never on half-typed fields.

Turning one into a plan is in state.py, pressing it in app/hotkeys.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from ctpanel.domain.chord import Chord
from ctpanel.domain.instrument import tick_places
from ctpanel.domain.market import Quote
from ctpanel.domain.ticket import Ticket
from ctpanel.domain.values import Action, Entry, OrderType, Price, TimeInForce

MOST_ACCOUNTS: Final = 5
"""Accounts one press may concern: reading five before, in eleven requests, and ordering fits the
twenty the server allows in one burst; reading back waits where it must."""

MOST_PRESETS: Final = 40
LONGEST_NAME: Final = 40
LONGEST_STRATEGY: Final = 64
MOST_QUANTITY: Final = 999
MOST_TICKS: Final = 999


class Deed(Enum):
    """What a key does; the value is its words."""

    REVERSE = "Reverse"
    CLOSE = "Close position"
    CANCEL = "Cancel orders"
    HALT = "Halt"

    @property
    def opens_risk(self) -> bool:
        """Whether it needs arming; what takes risk off always works."""
        return self is Deed.REVERSE


@dataclass(frozen=True, slots=True)
class Preset:
    """One named press.

    Attributes:
        chord: its key, None while it has none.
        accounts: whose positions; none: the account shown in the window when it is pressed.
        instrument: a dated contract's name; "": the one shown in the window.
        quantity: contracts to enter; None: as many as are held.
        limit_ticks: the limit price, in ticks beyond the market in the order's own direction: a
            BUY's from the ask upwards, a SELL's from the bid downwards. Negative: short of it.
        stop_ticks: the stop price, the same.
        entry: None: what was chosen for the account.
    """

    name: str
    deed: Deed
    chord: Chord | None = None
    accounts: tuple[str, ...] = ()
    instrument: str = ""
    quantity: int | None = None
    order_type: OrderType = OrderType.MARKET
    time_in_force: TimeInForce = TimeInForce.DAY
    limit_ticks: int = 0
    stop_ticks: int = 1
    strategy: str = ""
    entry: Entry | None = None

    def accounts_for(self, shown: str) -> tuple[str, ...]:
        """The accounts it concerns while `shown` is the account in the window."""
        return self.accounts or (shown,)

    def ticket(
        self, account: str, contract: str, action: Action | None, market: Quote | None, entry: Entry
    ) -> Ticket:
        """The whole order ticket it stands for; prices stay empty without a market."""
        kind = self.order_type
        return Ticket(
            account=account,
            instrument=contract,
            quantity=None if self.quantity is None else str(self.quantity),
            order_type=kind,
            time_in_force=self.time_in_force,
            limit_price=_beyond(market, action, self.limit_ticks) if kind.needs_limit else "",
            stop_price=_beyond(market, action, self.stop_ticks) if kind.needs_stop else "",
            strategy=self.strategy,
            entry=self.entry or entry,
        )


def _beyond(market: Quote | None, action: Action | None, ticks: int) -> str:
    if market is None or action is None:
        return ""
    side: Price | None = market.ask if action is Action.BUY else market.bid
    if side is None:
        return ""
    price = side + market.tick_size * ticks * action.sign
    return format(price.quantize(Decimal(1).scaleb(-tick_places(market.tick_size))), "f")


STANDARD: Final = (
    Preset("Reverse", Deed.REVERSE, Chord.parse("Ctrl+Alt+KeyR")),
    Preset("Reverse into 2", Deed.REVERSE, Chord.parse("Ctrl+Alt+Digit2"), quantity=2),
    Preset("Close", Deed.CLOSE, Chord.parse("Ctrl+Alt+Shift+KeyC")),
    Preset("Cancel orders", Deed.CANCEL, Chord.parse("Ctrl+Alt+Shift+KeyX")),
    Preset("Halt", Deed.HALT, Chord.parse("Ctrl+Alt+KeyH")),
)
"""What there is until the trader edits it."""


def faults(presets: Iterable[Preset]) -> tuple[str, ...]:
    """What is wrong with a list of presets, a sentence each; none: it may be used and kept."""
    listed = tuple(presets)
    return (*_of_all(listed), *(fault for one in listed for fault in _faults(one)))


def _of_all(listed: tuple[Preset, ...]) -> Iterable[str]:
    if len(listed) > MOST_PRESETS:
        yield f"At most {MOST_PRESETS} presets."
    for number, one in enumerate(listed):
        for other in listed[:number]:
            if other.name == one.name:
                yield f"Two presets are called {one.name}."
            if one.chord is not None and one.chord == other.chord:
                yield f"{other.name} and {one.name} have the same key."


def _faults(one: Preset) -> Iterable[str]:
    if not one.name.strip() or len(one.name) > LONGEST_NAME or not one.name.isprintable():
        yield f"A preset needs a name of up to {LONGEST_NAME} characters."
    if len(one.accounts) > MOST_ACCOUNTS:
        yield f"{one.name}: at most {MOST_ACCOUNTS} accounts in one press."
    if len(set(one.accounts)) < len(one.accounts):
        yield f"{one.name}: an account is named twice."
    if one.quantity is not None and not 1 <= one.quantity <= MOST_QUANTITY:
        yield f"{one.name}: a whole number of contracts, 1 to {MOST_QUANTITY}."
    if max(abs(one.limit_ticks), abs(one.stop_ticks)) > MOST_TICKS:
        yield f"{one.name}: at most {MOST_TICKS} ticks from the market."
    if len(one.strategy) > LONGEST_STRATEGY or not one.strategy.isprintable():
        yield f"{one.name}: an ATM strategy's name has up to {LONGEST_STRATEGY} characters."
