"""What the use-cases need from outside, as protocols, and the errors these may raise.

ReadFailed              a reading did not succeed; it proves nothing, least of all "flat"
SecretsUnavailable      the credential store cannot be used now
JournalFailed           a row could not be made durable
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from ctpanel.domain.chord import Chord
from ctpanel.domain.feedback import Sound, SoundChoice
from ctpanel.domain.halt import HaltCause, Halted
from ctpanel.domain.instrument import Contract
from ctpanel.domain.limits import Limits
from ctpanel.domain.market import Account, Quote
from ctpanel.domain.order import Execution, LifecycleEvent, Order
from ctpanel.domain.outcomes import WireOutcome
from ctpanel.domain.position import Position
from ctpanel.domain.presets import STANDARD, Preset
from ctpanel.domain.reverse import EntryOrder, Intent
from ctpanel.domain.stream import AccountPnl, StreamEvent, Wanted
from ctpanel.domain.values import Confirming, Entry, Side


class ReadCause(Enum):
    """Why a reading failed, as far as it changes what the panel does next."""

    TOKEN_REFUSED = "TOKEN_REFUSED"  # noqa: S105 - a cause, not a token
    ADDON_OFFLINE = "ADDON_OFFLINE"
    RATE_LIMITED = "RATE_LIMITED"
    REFUSED = "REFUSED"
    UNREACHABLE = "UNREACHABLE"
    IDENTITY = "IDENTITY"
    GARBLED = "GARBLED"


class ReadFailed(Exception):
    """A reading did not succeed.

    Attributes:
        cause: what kind of failure.
        detail: plain text for the trader, capped; may be the server's own words.
    """

    cause = ReadCause.UNREACHABLE

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class SecretsUnavailable(Exception):
    """The credential store is missing, locked, or did not answer; the text says which."""


class JournalFailed(Exception):
    """A row could not be made durable; the text says why."""


class Token:
    """The API token. Nothing prints, compares or pickles it; only `reveal` gives it out."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        """Keep a token.

        Raises:
            ValueError: it is empty or not plain printable ASCII without spaces.
        """
        stripped = secret.strip()
        if not stripped or not all("!" <= letter <= "~" for letter in stripped):
            raise ValueError("a token is one run of printable characters without spaces")
        self._secret = stripped

    def reveal(self) -> str:
        """The secret itself, for one header or the credential store."""
        return self._secret

    def __repr__(self) -> str:
        return "Token(…)"

    def __reduce__(self) -> str:
        raise TypeError("a token is not pickled")


@dataclass(slots=True)
class TokenHolder:
    """The one place that holds the token in use; the client asks it for every request."""

    token: Token | None = None


class Clock(Protocol):
    """Time. Durations are monotonic; wall time is only written down."""

    def monotonic(self) -> float:
        """Seconds that never jump."""
        ...

    def wall(self) -> datetime:
        """The time of day, with its zone."""
        ...

    def today(self) -> date:
        """The local date."""
        ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Accounts, all their open positions and what they have made, from one reading."""

    accounts: tuple[Account, ...]
    held: Mapping[str, Mapping[Contract, Position]]
    made: tuple[AccountPnl, ...] = ()


class ServerReads(Protocol):
    """Reading the server. Every call raises ReadFailed, which proves nothing about positions."""

    async def accounts(self) -> tuple[Account, ...]:
        """The accounts of this token."""
        ...

    async def snapshot(self) -> Snapshot:
        """All accounts with their open positions."""
        ...

    async def position(self, account: str, contract: Contract) -> Position:
        """One position, flat only when the server said so."""
        ...

    async def orders(self, account: str) -> tuple[Order, ...]:
        """All orders of an account that the server remembers, finished ones included."""
        ...

    async def executions(self, account: str, lookback: int) -> tuple[Execution, ...]:
        """All fills of an account in the last seconds, 900 at most."""
        ...

    async def lifecycle(self, account: str, order_id: str) -> tuple[LifecycleEvent, ...]:
        """What the server remembers of an order, oldest first; the id may be our own."""
        ...

    async def quote(self, query: str) -> Quote:
        """The market of a contract, or of what a root stands for now."""
        ...


class ServerOrders(Protocol):
    """Ordering. No call raises: what became of it is its value, and no call is ever repeated.

    Account names are those the server listed; any other is refused before the wire.
    """

    async def reverse_position(self, intent: Intent) -> WireOutcome:
        """Close, wait up to 5 s for flat, then enter anyway."""
        ...

    async def place(
        self, account: str, contract: Contract, order: EntryOrder, order_id: str, *, held: Side
    ) -> WireOutcome:
        """Place one order, under our own id, on condition of the side that is held by then."""
        ...

    async def close_position(self, account: str, contract: Contract) -> WireOutcome:
        """Close one position in full."""
        ...

    async def cancel_orders(self, account: str, contract: Contract) -> WireOutcome:
        """Cancel the working orders of one contract."""
        ...

    async def flatten(self, account: str) -> WireOutcome:
        """Close every position of one account and cancel its orders."""
        ...


class LiveStream(Protocol):
    """One live stream: what the server pushes. It is held by `run` and heard by one consumer."""

    @property
    def healthy(self) -> bool:
        """Whether it is connected and has answered lately, so that an order may go over it."""
        ...

    def want(self, wanted: Wanted) -> None:
        """Have this pushed from now on, on every connection."""
        ...

    async def run(self) -> None:
        """Hold a connection, and another after it, until cancelled or until it must not be."""
        ...

    async def get(self) -> StreamEvent:
        """The next event."""
        ...


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """A system-wide key went down or up.

    Attributes:
        name: the name it was bound under.
        is_press: it went down; a key that is held goes down once.
        at: monotonic seconds at which it was read from the system.
    """

    name: str
    is_press: bool
    at: float


class Hotkeys(Protocol):
    """System-wide keys. KeyEvents are handed over in a thread of the adapter's own, if it has one.

    No call raises. Presses and releases of one name always alternate, beginning with a press.
    """

    @property
    def problem(self) -> str:
        """Why no key can reach the panel, in one sentence; "" while they can."""
        ...

    @property
    def tells_release(self) -> bool:
        """Whether it is told when a key goes up."""
        ...

    async def bind(self, chords: Mapping[str, Chord]) -> Mapping[str, str]:
        """Hear exactly these keys from now on, by name.

        Returns:
            for each name that could not be bound, why, in one sentence; the others are heard.
        """
        ...

    def label(self, chord: Chord) -> str:
        """A chord for the trader, as the keyboard in use writes it; plain text, capped."""
        ...

    async def close(self) -> None:
        """Let every key go, for good. Nothing is heard afterwards."""
        ...


class SecretStore(Protocol):
    """The operating system's credential store. Every call raises SecretsUnavailable."""

    async def load(self) -> Token | None:
        """The saved token, None when there is none."""
        ...

    async def save(self, token: Token) -> None:
        """Save and read back."""
        ...

    async def forget(self) -> None:
        """Delete, and make sure it is gone."""
        ...


class Journal(Protocol):
    """The durable record. A returned `append` means: on disk."""

    async def append(self, intent_id: str, step: str, facts: Mapping[str, str]) -> None:
        """Write one row.

        Raises:
            JournalFailed: it is not certain to be on disk.
        """
        ...


@dataclass(frozen=True, slots=True)
class Settings:
    """What is remembered between starts. No secret, ever.

    Attributes:
        account: last chosen account.
        instrument: last chosen instrument, as its dated contract.
        recents: instruments chosen lately, newest first.
        strategies: remembered ATM strategies; the quantity each was recorded with, or None.
        entries: the way of entering chosen for each account.
        streams: whether the live stream is wanted, by server; one that is missing was not asked.
        confirmations: what a press needs, by `state.account_key`, where it was chosen.
        presets: what the hotkeys stand for.
        theme: "system", "light" or "dark".
        on_top: the window stays above others.
        strip: the price strip is shown.
        sound_on: the panel is heard.
        sounds: what was chosen for a sound; one that is missing is played as it is built in.
        window: opaque text of the window's place on the screen.
    """

    account: str = ""
    instrument: str = ""
    recents: tuple[str, ...] = ()
    strategies: Mapping[str, int | None] = field(default_factory=dict)
    entries: Mapping[str, Entry] = field(default_factory=dict)
    streams: Mapping[str, bool] = field(default_factory=dict)
    confirmations: Mapping[str, Confirming] = field(default_factory=dict)
    presets: tuple[Preset, ...] = STANDARD
    limits: Limits = field(default_factory=Limits)
    theme: str = "system"
    on_top: bool = True
    strip: bool = False
    sound_on: bool = True
    sounds: Mapping[Sound, SoundChoice] = field(default_factory=dict)
    window: str = ""


class HaltSwitch(Protocol):
    """What stops everything that opens risk. Pulled and asked from any thread, without waiting."""

    @property
    def is_pulled(self) -> bool:
        """Whether it is; a switch whose record cannot be read counts as pulled."""
        ...

    def pull(self, cause: HaltCause) -> Halted:
        """Pull it, and have a restart know; it holds for this run even where that fails."""
        ...

    def release(self) -> None:
        """Let orders leave again.

        Raises:
            OSError: a restart would still find it pulled; it stays pulled.
        """
        ...


class SettingsStore(Protocol):
    """Where settings are kept."""

    async def save(self, settings: Settings) -> None:
        """Replace what is kept, in one step.

        Raises:
            OSError: the old settings are still there.
        """
        ...


class Sounds(Protocol):
    """The loudspeaker. No call waits or raises: an order must not be held up by a sound."""

    @property
    def problem(self) -> str:
        """Why the last sound was not heard as chosen, a sentence; "" when it was."""
        ...

    def use(self, *, on: bool, choices: Mapping[Sound, SoundChoice]) -> None:
        """Play as chosen from now on."""
        ...

    def play(self, sound: Sound) -> None:
        """Play after those that wait; it is dropped when its moment has passed by then."""
        ...

    def try_out(self, sound: Sound, file: str, told: Callable[[str], None], *, aloud: bool) -> None:
        """See whether an own file can be used, and play it if `aloud`, off or muted or not.

        "" is the built-in one. `told` is called in a thread of the adapter with what is wrong, a
        sentence, or "".
        """
        ...


class Messages(Protocol):
    """The desktop's own messages, for one without a tray. No call waits or raises."""

    @property
    def problem(self) -> str:
        """Why the last message was not shown, a sentence; "" when it was."""
        ...

    def show(self, title: str, text: str) -> None:
        """Show a plain message; one that cannot be shown is dropped."""
        ...


class Away(Enum):
    """Why nobody sits before the screen any more."""

    LOCKED = "LOCKED"
    SLEEPING = "SLEEPING"


class ScreenLock(Protocol):
    """The session's lock screen, and the computer's sleep."""

    @property
    def problem(self) -> str:
        """Why a lock or a sleep may go unnoticed, a sentence; "" when neither does."""
        ...

    def watch(self, on_lock: Callable[[Away], None]) -> None:
        """Call `on_lock` at every lock and sleep from now on, in a thread of this adapter."""
        ...

    def end(self) -> None:
        """Watch no longer."""
        ...
