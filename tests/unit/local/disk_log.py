"""What a disk was told, and what a power cut may leave of it. No SQLite here, and no real file.

The disk is as bad as SQLite allows it to be: until a file is synced, each of its sectors may be as
it was at any moment since the last sync, and so may its length, whatever the others are; a name may
be in the folder or not until the folder is synced. A sector is old or new, never garbage, and what
was synced stays: https://www.sqlite.org/psow.html and https://www.sqlite.org/atomiccommit.html.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias, TypeVar

SECTOR: Final = 512

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at a place in a file."""

    file: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resize:
    """A file cut short, or made longer by zeros."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """The disk said that it has all of a file."""

    file: int


@dataclass(frozen=True, slots=True)
class Link:
    """A new, empty file under a name."""

    name: str
    file: int


@dataclass(frozen=True, slots=True)
class Unlink:
    """A name taken out of the folder."""

    name: str


@dataclass(frozen=True, slots=True)
class SyncFolder:
    """The disk said that it has the folder's names."""


class Mark(Enum):
    """What the program did meanwhile: it began to append a row; append returned."""

    BEGUN = "BEGUN"
    RETURNED = "RETURNED"


Event: TypeAlias = Write | Resize | Sync | Link | Unlink | SyncFolder | Mark


@dataclass(eq=False)
class DiskLog:
    """All that happened in one folder, in order.

    Attributes:
        start: the files that were there, and on disk, before.
    """

    start: Mapping[str, bytes] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict, init=False)
    _next: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        for name in self.start:
            self._number(name)

    def opened(self, name: str) -> int:
        """The number of the file with this name, made if need be."""
        if name not in self._numbers:
            self.events.append(Link(name, self._number(name)))
        return self._numbers[name]

    def unlinked(self, name: str) -> None:
        """The name is gone; a file opened under it later is another one."""
        del self._numbers[name]
        self.events.append(Unlink(name))

    def without(self, kept_from_disk: Callable[[Event], bool]) -> "DiskLog":
        """As a disk heard it that was never told some things, or did not do them."""
        return DiskLog(self.start, [e for e in self.events if not kept_from_disk(e)])

    def _number(self, name: str) -> int:
        self._numbers[name] = self._next
        self._next += 1
        return self._numbers[name]


class Fate(Enum):
    """What becomes of that which was not synced.

    DROPPED: all of it is lost. KEPT: all of it is there.
    STALE: each file is whole, as it was at some moment. TORN: each sector is.
    """

    DROPPED = "DROPPED"
    KEPT = "KEPT"
    STALE = "STALE"
    TORN = "TORN"


class Disk:
    """Every moment since its last sync: of each file, and of the folder."""

    def __init__(self, start: Mapping[str, bytes]) -> None:
        self._files = {number: [content] for number, content in enumerate(start.values())}
        self._folder: list[dict[str, int]] = [{name: n for n, name in enumerate(start)}]

    def take(self, event: Event) -> None:
        """Be told one thing more."""
        match event:
            case Write(file, offset, data):
                old = self._files[file][-1].ljust(offset, b"\0")
                self._files[file].append(old[:offset] + data + old[offset + len(data) :])
            case Resize(file, size):
                self._files[file].append(self._files[file][-1][:size].ljust(size, b"\0"))
            case Sync(file):
                del self._files[file][:-1]
            case Link(name, file):
                self._files[file] = [b""]
                self._folder.append({**self._folder[-1], name: file})
            case Unlink(name):
                self._folder.append({n: f for n, f in self._folder[-1].items() if n != name})
            case SyncFolder():
                del self._folder[:-1]
            case Mark():
                pass

    def left(self, fate: Fate, chance: random.Random) -> dict[str, bytes]:
        """The files after a power cut now."""
        pick = _Pick(fate, chance)
        names = sorted({name for moment in self._folder for name in moment})
        linked = {name: pick.one(self._folder).get(name) for name in names}
        return {name: pick.content(self._files[f]) for name, f in linked.items() if f is not None}


class _Pick:
    """Picks among moments, oldest first. How often it is the newest is drawn once, for all."""

    def __init__(self, fate: Fate, chance: random.Random) -> None:
        self._fate = fate
        self._chance = chance
        self._newest = chance.random()

    def one(self, moments: Sequence[T]) -> T:
        if self._fate is Fate.DROPPED:
            return moments[0]
        if self._fate is Fate.KEPT or self._chance.random() < self._newest:
            return moments[-1]
        return self._chance.choice(moments)

    def content(self, moments: Sequence[bytes]) -> bytes:
        if self._fate is not Fate.TORN:
            return self.one(moments)
        size = len(self.one(moments))
        sectors = [self._sector(moments, at, size) for at in range(0, size, SECTOR)]
        return b"".join(sectors)

    def _sector(self, moments: Sequence[bytes], at: int, size: int) -> bytes:
        end = min(at + SECTOR, size)
        return self.one(moments)[at:end].ljust(end - at, b"\0")


@dataclass(frozen=True, slots=True)
class PowerCut:
    """One power cut, and what it left.

    Attributes:
        place: how many events had happened.
        files: what is in the folder, by name.
        begun: rows whose append had begun.
        returned: rows whose append had returned: a send may have followed.
    """

    place: int
    fate: Fate
    files: Mapping[str, bytes]
    begun: int
    returned: int

    def __str__(self) -> str:
        return f"after event {self.place}, {self.fate.value}"


def power_cuts(log: DiskLog, fates: Sequence[Fate], seed: int) -> Iterator[PowerCut]:
    """A power cut after every event, with each fate; what was left already is left out."""
    chance = random.Random(seed)  # noqa: S311 - the same seed gives the same cuts
    disk, counts = Disk(log.start), {Mark.BEGUN: 0, Mark.RETURNED: 0}
    for place, event in enumerate(log.events, start=1):
        disk.take(event)
        if isinstance(event, Mark):
            counts[event] += 1
        seen: list[dict[str, bytes]] = []
        for fate in fates:
            files = disk.left(fate, chance)
            if files not in seen:
                seen.append(files)
                yield PowerCut(place, fate, files, counts[Mark.BEGUN], counts[Mark.RETURNED])
