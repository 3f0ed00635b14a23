"""Settings in a JSON file.

An unreadable file is kept aside and said; its limits become the careful defaults, never none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

import msgspec

from ctpanel.app.ports import Settings
from ctpanel.domain.limits import Limits
from ctpanel.domain.values import Entry
from ctpanel.local.files import replace_text
from ctpanel.local.worker import Worker

SAVE_WITHIN: Final = 5.0

_Count = Annotated[int, msgspec.Meta(ge=1, le=999)]
_Name = Annotated[str, msgspec.Meta(max_length=64)]
_Origin = Annotated[str, msgspec.Meta(max_length=300)]


class _Limits(msgspec.Struct, forbid_unknown_fields=True):
    hard_quantity: _Count = Limits().hard_quantity
    soft_quantity: _Count = Limits().soft_quantity
    far_fraction: Decimal = Limits().far_fraction

    def __post_init__(self) -> None:
        if not self.far_fraction.is_finite() or not 0 < self.far_fraction <= 1:
            raise ValueError("far_fraction must be more than 0 and at most 1")


class _File(msgspec.Struct):
    version: int = 1
    account: str = ""
    instrument: str = ""
    recents: list[_Name] = []
    strategies: dict[_Name, _Count | None] = {}
    entries: dict[_Name, Entry] = {}
    streams: dict[_Origin, bool] = {}
    limits: _Limits = msgspec.field(default_factory=_Limits)
    theme: str = "system"
    on_top: bool = True
    strip: bool = False
    window: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and the name of the unreadable file they replace, "" when it was readable."""

    settings: Settings
    kept_aside: str = ""


def load(path: Path, now: datetime) -> Loaded:
    """What was remembered; defaults when there is nothing, or nothing readable."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return Loaded(Settings())
    except OSError:
        return Loaded(Settings(), path.name)
    try:
        return Loaded(_settings(msgspec.json.decode(raw, type=_File)))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return Loaded(Settings(), _aside(path, now))


def _aside(path: Path, now: datetime) -> str:
    """Move it out of the way of the next save, where that is possible; its name then."""
    aside = path.with_name(f"{path.stem}.unreadable-{now:%Y%m%d-%H%M%S}{path.suffix}")
    try:
        path.replace(aside)
    except OSError:
        return path.name
    return aside.name


def _settings(file: _File) -> Settings:
    limits = file.limits
    return Settings(
        account=file.account,
        instrument=file.instrument,
        recents=tuple(file.recents),
        strategies=file.strategies,
        entries=file.entries,
        streams=file.streams,
        limits=Limits(limits.hard_quantity, limits.soft_quantity, limits.far_fraction),
        theme=file.theme,
        on_top=file.on_top,
        strip=file.strip,
        window=file.window,
    )


def as_text(settings: Settings) -> str:
    """The file's content."""
    strategies: Mapping[str, int | None] = settings.strategies
    file = _File(
        account=settings.account,
        instrument=settings.instrument,
        recents=list(settings.recents),
        strategies=dict(strategies),
        entries=dict(settings.entries),
        streams=dict(settings.streams),
        limits=_Limits(
            settings.limits.hard_quantity,
            settings.limits.soft_quantity,
            settings.limits.far_fraction,
        ),
        theme=settings.theme,
        on_top=settings.on_top,
        strip=settings.strip,
        window=settings.window,
    )
    return msgspec.json.format(msgspec.json.encode(file)).decode()


class SettingsFile:
    """Saves in a thread of its own, one after the other."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._worker = Worker("settings")

    async def save(self, settings: Settings) -> None:
        """Replace the file.

        Raises:
            OSError: it was not replaced, or not in time.
        """
        text = as_text(settings)
        await self._worker.do(lambda: replace_text(self._path, text), SAVE_WITHIN)
