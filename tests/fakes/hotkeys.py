"""System-wide keys without a keyboard: tests press them by the name they were bound under."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ctpanel.app.ports import KeyEvent
from ctpanel.domain.chord import Chord, plain_label
from ctpanel.hotkeys.chords import doubles


@dataclass(eq=False)
class FakeHotkeys:
    """app.ports.Hotkeys. What is not bound is not heard; a key that is held is pressed once.

    Attributes:
        problem: why no key can be heard; settable at any time.
        collisions: the chords that other programs have, and what `bind` says of each.
        labels: what chords are called here, where it is not their plain label.
        bound: what is heard now.
        closed: `close` was called.
    """

    heard: Callable[[KeyEvent], None]
    now: Callable[[], float] = time.monotonic
    problem: str = ""
    tells_release: bool = True
    collisions: dict[Chord, str] = field(default_factory=dict)
    labels: dict[Chord, str] = field(default_factory=dict)
    bound: dict[str, Chord] = field(default_factory=dict)
    closed: bool = False
    down: set[str] = field(default_factory=set)

    async def bind(self, chords: Mapping[str, Chord]) -> Mapping[str, str]:
        if self.problem or self.closed:
            self.bound = {}
            return dict.fromkeys(chords, self.problem or "The keys were let go.")
        taken = {name: why for name, c in chords.items() if (why := self.collisions.get(c))}
        refused = taken | doubles(chords)
        self.bound = {name: chord for name, chord in chords.items() if name not in refused}
        self.down &= set(self.bound)
        return refused

    def label(self, chord: Chord) -> str:
        return self.labels.get(chord) or plain_label(chord)

    async def close(self) -> None:
        self.closed = True
        self.bound = {}

    def press(self, name: str) -> None:
        """Press a key and keep it down; pressing it again before `release` is its auto-repeat."""
        if name in self.bound and not self.problem and name not in self.down:
            self.down.add(name)
            self.heard(KeyEvent(name, is_press=True, at=self.now()))

    def release(self, name: str) -> None:
        if name in self.down:
            self.down.discard(name)
            if self.tells_release and name in self.bound and not self.problem:
                self.heard(KeyEvent(name, is_press=False, at=self.now()))

    def tap(self, name: str) -> None:
        """Press a key and let it go."""
        self.press(name)
        self.release(name)
