"""What every answer shares: its envelope, contract names, numbers.

The documentation's pages disagree on envelopes, so every documented one is read: a bare object or
list, a list under its name, everything under `data`.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from ctpanel.crosstrade.errors import Garbled, capped
from ctpanel.domain.instrument import Contract
from ctpanel.domain.values import PRICE_CEILING, Price

S = TypeVar("S")

EARLIEST_YEAR = 2000

FUTURE = "Future"
"""The only instrument type this panel concerns itself with."""


def typed(body: object, shape: type[S]) -> S:
    """A body, bare or under `data`, as a struct.

    Raises:
        Garbled: it is not of that shape.
    """
    try:
        return msgspec.convert(unwrapped(body), shape, strict=True)
    except msgspec.ValidationError as error:
        raise Garbled(capped(str(error))) from None


def items(body: object, name: str) -> list[object]:
    """A list that may be bare, under its name, or under `data`."""
    inner = unwrapped(body)
    found = inner.get(name) if isinstance(inner, dict) else inner
    if not isinstance(found, list):
        raise Garbled(f"no list of {name} in the answer")
    return found


def listed(body: object, name: str, shape: type[S]) -> list[S]:
    """The items of a list, each as a struct."""
    return [typed(item, shape) for item in items(body, name)]


def unwrapped(body: object) -> object:
    """What an answer is about, without the `data` some have around it."""
    if isinstance(body, dict) and isinstance(body.get("data"), dict | list):
        return body["data"]
    return body


def concerns_us(instrument_type: str, name: str) -> bool:
    """Whether an item of a list is about a dated future.

    NinjaTrader's continuous `ES ##-##` is no contract that can be meant by a ticket. Any other
    name that is not dated makes the answer Garbled: left out, it would read as "flat".
    """
    return instrument_type.casefold() == FUTURE.casefold() and not name.endswith(" ##-##")


def same_account(told: str, asked: str) -> None:
    """Refuse an answer about another account; names are told in any case, or not at all.

    Raises:
        Garbled: it names another.
    """
    if told and told.casefold() != asked.casefold():
        raise Garbled(f"asked for {asked}, answered for {capped(told)}")


def same_instrument(told: str, asked: Contract) -> None:
    """Refuse an answer about another contract.

    Raises:
        Garbled: it names another.
    """
    if told.casefold() != asked.name.casefold():
        raise Garbled(f"asked for {asked}, answered for {capped(told)}")


def contract(name: str) -> Contract:
    """A dated contract name of an answer."""
    try:
        return Contract.from_name(name)
    except ValueError as error:
        raise Garbled(capped(str(error))) from None


def price(raw: Decimal | None) -> Price | None:
    """A finite number that can be a price."""
    if raw is None:
        return None
    if not raw.is_finite() or abs(raw) >= PRICE_CEILING:
        raise Garbled("a number no price can be")
    return raw


def amount(raw: Decimal | None) -> Decimal | None:
    """An amount of money, None when it is none."""
    return raw if raw is not None and raw.is_finite() else None


def day(text: str | None) -> date | None:
    """An expiry date; the documented examples carry a time and sometimes a zone."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text[:10]).date()
    except ValueError:
        return None
    return found if found.year >= EARLIEST_YEAR else None  # .NET writes "no date" as year 1
