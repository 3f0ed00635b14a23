"""What one process of the core is told, and what it leaves in its folder. Both sides read this."""

from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

from ctpanel.domain.values import Entry

Answer: TypeAlias = Literal["lost", "refused"]
"""What the core is made to believe of one of its order calls, whatever became of it."""

Flaw: TypeAlias = Literal["", "sends first", "sends twice", "forgets"]
"""A core that breaks a rule on purpose, so that the checks can be checked."""

ENDED_BY_ITSELF: Final = 0
JOURNAL: Final = "journal.sqlite3"
LOCK: Final = "lock"


class Trip(msgspec.Struct, frozen=True):
    """Where the process kills itself: the nth time it passes a label, and so many seconds later."""

    label: str
    nth: int = 1
    delay: float = 0.0


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One process: a press and what follows, or only the next start on the same folder.

    Attributes:
        answers: by the name of the order call; for the first of that name.
        corrects: confirms what is suggested after the press.
        attests: a start that releases what it found locked.
        presses: a start that reads the server and presses, locked or not.
    """

    act: Literal["reverse", "start"]
    where: str
    origin: str
    account: str
    contract: str
    entry: Entry = Entry.ONE_CALL
    trip: Trip | None = None
    answers: dict[str, Answer] = {}
    corrects: bool = False
    flaw: Flaw = ""
    attests: bool = False
    presses: bool = False

    @property
    def folder(self) -> Path:
        """Its data folder."""
        return Path(self.where)


class Passed(msgspec.Struct, frozen=True):
    """The labels a process passed that was not killed, with how often."""

    labels: dict[str, int]


class Started(msgspec.Struct, frozen=True):
    """What a start came to.

    Attributes:
        locked: account and contract of every lock.
        seconds: from the core's building until they stood.
        offer: what the button stood for after a press: "Plan", or why it was disabled; or "".
    """

    locked: list[tuple[str, str]]
    seconds: float
    offer: str = ""


Left: TypeAlias = Passed | Started


def leave(folder: Path, left: Left) -> None:
    """Write it where the other side looks."""
    (folder / type(left).__name__).write_bytes(msgspec.json.encode(left))


def passed_in(folder: Path) -> Passed:
    return msgspec.json.decode((folder / Passed.__name__).read_bytes(), type=Passed)


def started_in(folder: Path) -> Started | None:
    """None when no start came to its end."""
    place = folder / Started.__name__
    return msgspec.json.decode(place.read_bytes(), type=Started) if place.exists() else None
