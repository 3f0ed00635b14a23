"""Ports kept in memory: a journal and settings that are gone with the test."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ctpanel.app.ports import JournalFailed, Settings
from ctpanel.domain.halt import HaltCause, Halted


@dataclass(eq=False)
class MemoryJournal:
    """app.ports.Journal. `failure` makes appends raise, from `after` rows on, `times` times.

    Attributes:
        rows: (intent, step, facts) in order.
    """

    rows: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    failure: str = ""
    after: int = 0
    times: float = float("inf")

    async def append(self, intent_id: str, step: str, facts: Mapping[str, str]) -> None:
        if self.failure and len(self.rows) >= self.after and self.times > 0:
            self.times -= 1
            raise JournalFailed(self.failure)
        self.rows.append((intent_id, step, dict(facts)))

    @property
    def steps(self) -> list[str]:
        return [step for _, step, _ in self.rows]


@dataclass(eq=False)
class MemorySettings:
    """app.ports.SettingsStore. `failure` makes every save raise."""

    saved: list[Settings] = field(default_factory=list)
    failure: str = ""

    async def save(self, settings: Settings) -> None:
        if self.failure:
            raise OSError(28, self.failure)
        self.saved.append(settings)


@dataclass(eq=False)
class MemorySwitch:
    """app.ports.HaltSwitch. `failure` keeps it from being saved, and from being released."""

    is_pulled: bool = False
    failure: str = ""
    pulls: int = 0

    def pull(self, cause: HaltCause) -> Halted:
        self.is_pulled = True
        self.pulls += 1
        return Halted(cause, saved=not self.failure)

    def release(self) -> None:
        if self.failure:
            raise OSError(13, self.failure)
        self.is_pulled = False
