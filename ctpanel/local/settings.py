"""Settings in a JSON file.

An unreadable file is kept aside and said; its limits become the careful defaults, never none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

import msgspec

from ctpanel.app.ports import Settings
from ctpanel.domain.chord import Chord, objection
from ctpanel.domain.feedback import Sound, SoundChoice
from ctpanel.domain.limits import Hours, Limits, out_of_bounds
from ctpanel.domain.presets import MOST_PRESETS, MOST_TICKS, STANDARD, Deed, Preset, faults
from ctpanel.domain.values import Confirming, Entry, OrderType, TimeInForce
from ctpanel.local.files import replace_text
from ctpanel.local.worker import Worker

SAVE_WITHIN: Final = 5.0

_Count = Annotated[int, msgspec.Meta(ge=1, le=999)]
_Recorded = Annotated[int, msgspec.Meta(ge=1)]
_Name = Annotated[str, msgspec.Meta(max_length=64)]
_Path = Annotated[str, msgspec.Meta(max_length=4096)]
_Ticks = Annotated[int, msgspec.Meta(ge=-MOST_TICKS, le=MOST_TICKS)]
_CAREFUL: Final = Limits()


class _Limits(msgspec.Struct, forbid_unknown_fields=True):
    """The limits; none can be switched off by a number out of its bounds."""

    hard_quantity: int = _CAREFUL.hard_quantity
    soft_quantity: int = _CAREFUL.soft_quantity
    far_fraction: Decimal = _CAREFUL.far_fraction
    too_far_fraction: Decimal = _CAREFUL.too_far_fraction
    net_quantity: int = _CAREFUL.net_quantity
    least_between: int = _CAREFUL.least_between
    per_minute: int = _CAREFUL.per_minute
    per_day: int = _CAREFUL.per_day
    daily_loss: Decimal = _CAREFUL.daily_loss
    begin: time = _CAREFUL.hours.begin
    end: time = _CAREFUL.hours.end
    near_ticks: int = _CAREFUL.near_ticks
    asks_near: bool = _CAREFUL.asks_near
    sim_only: bool = _CAREFUL.sim_only
    disarm_after: int = _CAREFUL.disarm_after

    def __post_init__(self) -> None:
        if self.begin.tzinfo or self.end.tzinfo:
            raise ValueError("hours are local")
        if wrong := out_of_bounds(_limits(self)):
            raise ValueError(f"{wrong[0]} is out of its bounds")


class _Preset(msgspec.Struct, forbid_unknown_fields=True):
    name: _Name
    deed: Deed
    chord: str = ""
    accounts: list[str] = []
    instrument: _Name = ""
    quantity: _Count | None = None
    order_type: OrderType = OrderType.MARKET
    time_in_force: TimeInForce = TimeInForce.DAY
    limit_ticks: _Ticks = 0
    stop_ticks: _Ticks = 1
    strategy: _Name = ""
    entry: Entry | None = None


class _Sound(msgspec.Struct):
    muted: bool = False
    file: _Path = ""


class _File(msgspec.Struct):
    """Names are as long as the server's or the trader's are: what is kept must be readable again.

    What cannot be read halts the panel and takes the limits with it.
    """

    version: int = 1
    account: str = ""
    instrument: str = ""
    recents: list[str] = []
    strategies: dict[str, _Recorded | None] = {}
    entries: dict[str, Entry] = {}
    streams: dict[str, bool] = {}
    confirmations: dict[str, Confirming] = {}
    presets: Annotated[list[_Preset], msgspec.Meta(max_length=MOST_PRESETS)] | None = None
    limits: _Limits = msgspec.field(default_factory=_Limits)
    theme: str = "system"
    on_top: bool = True
    strip: bool = False
    sound_on: bool = True
    sounds: dict[_Name, _Sound] = {}
    window: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and what of the file could not be read.

    Attributes:
        kept_aside: the name of the unreadable file they replace, "" when it was readable.
        unknown_keys: presets that lost their key, as there is no such key or it may be none.
    """

    settings: Settings
    kept_aside: str = ""
    unknown_keys: tuple[str, ...] = ()


class Unreadable(Exception):
    """The file is there, and is no settings of ours."""


def look(path: Path) -> Loaded:
    """What was remembered, the file left as it is; defaults when there is none.

    Raises:
        OSError: it could not be read.
        Unreadable: it was read in vain.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return Loaded(Settings())
    try:
        file = msgspec.json.decode(raw, type=_File)
        return Loaded(_settings(file), unknown_keys=_unknown_keys(file.presets or ()))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise Unreadable(path.name) from None


def load(path: Path, now: datetime) -> Loaded:
    """What was remembered; defaults when there is nothing, or nothing readable."""
    try:
        return look(path)
    except OSError:
        return Loaded(Settings(), path.name)
    except Unreadable:
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
    return Settings(
        account=file.account,
        instrument=file.instrument,
        recents=tuple(file.recents),
        strategies=file.strategies,
        entries=file.entries,
        streams=file.streams,
        confirmations=file.confirmations,
        presets=_presets(file.presets),
        limits=_limits(file.limits),
        theme=file.theme,
        on_top=file.on_top,
        strip=file.strip,
        sound_on=file.sound_on,
        sounds={
            sound: SoundChoice(chosen.muted, chosen.file)
            for sound in Sound
            if (chosen := file.sounds.get(sound.value))
        },
        window=file.window,
    )


_PLAIN: Final = tuple(name for name in _Limits.__struct_fields__ if name not in ("begin", "end"))


def _limits(read: _Limits) -> Limits:
    plain = {name: getattr(read, name) for name in _PLAIN}
    return Limits(**plain, hours=Hours(read.begin, read.end))


def _limits_written(limits: Limits) -> _Limits:
    plain = {name: getattr(limits, name) for name in _PLAIN}
    return _Limits(**plain, begin=limits.hours.begin, end=limits.hours.end)


def _presets(read: list[_Preset] | None) -> tuple[Preset, ...]:
    """The presets; a list that would not be taken from the trader is not taken from a file."""
    if read is None:
        return STANDARD
    found = tuple(_preset(one) for one in read)
    if wrong := faults(found):
        raise msgspec.ValidationError(wrong[0])
    return found


def _preset(read: _Preset) -> Preset:
    """One preset; a key that cannot be read is none."""
    plain = {name: getattr(read, name) for name in _PLAIN_PRESET}
    return Preset(**plain, chord=_chord(read.chord), accounts=tuple(read.accounts))


def _chord(text: str) -> Chord | None:
    """A chord that the trader could have chosen: R alone would reverse with every word typed."""
    try:
        chord = Chord.parse(text) if text else None
    except ValueError:
        return None
    return None if chord is None or objection(chord) else chord


def _unknown_keys(read: Iterable[_Preset]) -> tuple[str, ...]:
    return tuple(
        f"{one.name} ({one.chord})" for one in read if one.chord and _chord(one.chord) is None
    )


_PLAIN_PRESET: Final = tuple(
    name for name in _Preset.__struct_fields__ if name not in ("chord", "accounts")
)


def _written(preset: Preset) -> _Preset:
    plain = {name: getattr(preset, name) for name in _PLAIN_PRESET}
    chord = "" if preset.chord is None else str(preset.chord)
    return _Preset(**plain, chord=chord, accounts=list(preset.accounts))


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
        confirmations=dict(settings.confirmations),
        presets=[_written(preset) for preset in settings.presets],
        limits=_limits_written(settings.limits),
        theme=settings.theme,
        on_top=settings.on_top,
        strip=settings.strip,
        sound_on=settings.sound_on,
        sounds={s.value: _Sound(c.muted, c.file) for s, c in settings.sounds.items()},
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
