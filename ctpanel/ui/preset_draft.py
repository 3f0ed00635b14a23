"""A preset while it is typed: every field as it stands in the editor, and what is wrong. No Qt."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from ctpanel.domain.chord import Chord, objection
from ctpanel.domain.instrument import Contract, query_for
from ctpanel.domain.presets import (
    LONGEST_NAME,
    LONGEST_STRATEGY,
    MOST_ACCOUNTS,
    MOST_QUANTITY,
    MOST_TICKS,
    Deed,
    Preset,
)
from ctpanel.domain.rules import whole_quantity
from ctpanel.domain.values import Entry, OrderType, TimeInForce

_PLAIN: Final = Preset("", Deed.REVERSE)


class Part(Enum):
    """The editor's fields that text or choice can make wrong; the value is the label."""

    NAME = "Name"
    ACCOUNTS = "Accounts"
    INSTRUMENT = "Instrument"
    QUANTITY = "Quantity"
    LIMIT = "Limit offset"
    STOP = "Stop offset"
    STRATEGY = "ATM strategy"
    KEY = "Key"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the editor shows of a preset."""

    name: str
    deed: Deed
    chord: Chord | None
    accounts: tuple[str, ...]
    instrument: str
    quantity: str
    order_type: OrderType
    time_in_force: TimeInForce
    limit_ticks: str
    stop_ticks: str
    strategy: str
    entry: Entry | None

    @classmethod
    def of(cls, preset: Preset) -> "Draft":
        """A preset as text."""
        return cls(
            name=preset.name,
            deed=preset.deed,
            chord=preset.chord,
            accounts=preset.accounts,
            instrument=preset.instrument,
            quantity="" if preset.quantity is None else str(preset.quantity),
            order_type=preset.order_type,
            time_in_force=preset.time_in_force,
            limit_ticks=str(preset.limit_ticks),
            stop_ticks=str(preset.stop_ticks),
            strategy=preset.strategy,
            entry=preset.entry,
        )

    @property
    def parts(self) -> frozenset[Part]:
        """The fields that mean something for what it does."""
        if self.deed is Deed.HALT:
            return frozenset({Part.NAME, Part.KEY})
        where = frozenset({Part.NAME, Part.KEY, Part.ACCOUNTS, Part.INSTRUMENT})
        if self.deed is not Deed.REVERSE:
            return where
        limit = {Part.LIMIT} if self.order_type.needs_limit else set()
        stop = {Part.STOP} if self.order_type.needs_stop else set()
        return where | {Part.QUANTITY, Part.STRATEGY} | limit | stop

    def wrong(self, today: date) -> Mapping[Part, str]:
        """What keeps it from being a preset, by field, a sentence each."""
        return {part: why for part, why in self._wrong(today) if why and part in self.parts}

    def _wrong(self, today: date) -> Iterator[tuple[Part, str]]:
        too_many = len(self.accounts) > MOST_ACCOUNTS
        yield Part.NAME, _name(self.name)
        yield Part.ACCOUNTS, f"At most {MOST_ACCOUNTS} accounts in one press." if too_many else ""
        yield Part.INSTRUMENT, _instrument(self.instrument, today)
        yield Part.QUANTITY, _quantity(self.quantity)
        yield Part.LIMIT, _ticks(self.limit_ticks)
        yield Part.STOP, _ticks(self.stop_ticks)
        yield Part.STRATEGY, _strategy(self.strategy)
        yield Part.KEY, "" if self.chord is None else objection(self.chord)

    def preset(self, today: date) -> Preset:
        """The preset; a field that is wrong, or means nothing for what it does, is left out."""
        good = self.parts - self.wrong(today).keys()
        is_order = self.deed is Deed.REVERSE
        limit, stop = self.ticks(Part.LIMIT), self.ticks(Part.STOP)
        return Preset(
            name=self.name.strip(),
            deed=self.deed,
            chord=self.chord,
            accounts=self.accounts if Part.ACCOUNTS in good else (),
            instrument=_dated(self.instrument, today) if Part.INSTRUMENT in good else "",
            quantity=whole_quantity(self.quantity) if Part.QUANTITY in good else None,
            order_type=self.order_type if is_order else _PLAIN.order_type,
            time_in_force=self.time_in_force if is_order else _PLAIN.time_in_force,
            limit_ticks=_PLAIN.limit_ticks if limit is None else limit,
            stop_ticks=_PLAIN.stop_ticks if stop is None else stop,
            strategy=self.strategy.strip() if Part.STRATEGY in good else "",
            entry=self.entry if is_order else None,
        )

    def ticks(self, part: Part) -> int | None:
        """An offset, None when the order type has none or the text is no number for it."""
        text = self.limit_ticks if part is Part.LIMIT else self.stop_ticks
        return _whole(text) if part in self.parts and not _ticks(text) else None


def _name(text: str) -> str:
    typed = text.strip()
    if not typed or len(typed) > LONGEST_NAME or not typed.isprintable():
        return f"A name of up to {LONGEST_NAME} characters."
    return ""


def _dated(text: str, today: date) -> str:
    """The dated contract that was typed in any spelling, "" when it is none."""
    query = query_for(text, today) or ""
    try:
        return Contract.from_name(query).name
    except ValueError:
        return ""


def _instrument(text: str, today: date) -> str:
    if not text.strip():
        return ""
    name = _dated(text, today)
    return "" if name else "A contract with its month, like MES 12-26 or MESZ6."


def _quantity(text: str) -> str:
    if not text.strip():
        return ""
    count = whole_quantity(text)
    good = count is not None and 1 <= count <= MOST_QUANTITY
    return "" if good else f"A whole number of contracts, 1 to {MOST_QUANTITY}; empty: as held."


def _whole(text: str) -> int | None:
    typed = text.strip().removeprefix("+")
    size = whole_quantity(typed.removeprefix("-"))
    return None if size is None else -size if typed.startswith("-") else size


def _ticks(text: str) -> str:
    ticks = _whole(text)
    good = ticks is not None and abs(ticks) <= MOST_TICKS
    return "" if good else f"A whole number of ticks, -{MOST_TICKS} to {MOST_TICKS}."


def _strategy(text: str) -> str:
    good = len(text.strip()) <= LONGEST_STRATEGY and text.strip().isprintable()
    return "" if good else f"Up to {LONGEST_STRATEGY} printable characters."
