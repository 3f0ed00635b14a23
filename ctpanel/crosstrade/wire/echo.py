"""What an answer to an order says it is about, compared with what was asked.

Most answers name nothing but an id. Those that name an account or a contract do so at the top, in
the positions they list, or in the sentence that says nothing is held.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ctpanel.crosstrade.errors import capped
from ctpanel.domain.instrument import Contract, query_for


@dataclass(frozen=True, slots=True)
class Asked:
    """What an order call is about; no contract when it concerns all of the account."""

    account: str
    contract: Contract | None = None


def other_than(asked: Asked, body: object, named: tuple[str, str] | None) -> str:
    """What an answer is about instead, "" when nothing in it says so.

    `named` are the instrument and the account of its refusal. Silence is no contradiction, nor is
    the account in another case, the root, or another spelling of the same month.
    """
    for instrument, account in (*_echoes(body), *([named] if named else [])):
        if account and account.casefold() != asked.account.casefold():
            return capped(f"asked for {asked.account}, answered for {account}")
        if instrument and asked.contract and not _may_mean(instrument, asked.contract):
            return capped(f"asked for {asked.contract}, answered for {instrument}")
    return ""


def _echoes(body: object) -> Iterator[tuple[str, str]]:
    """Instrument and account of an answer and of each position it lists, "" where not told."""
    if not isinstance(body, dict):
        return
    listed = body.get("closedPositions")
    for item in (body, *(listed if isinstance(listed, list) else ())):
        if isinstance(item, dict):
            yield _text(item.get("instrument")), _text(item.get("account"))


def _text(found: object) -> str:
    return found.strip() if isinstance(found, str) else ""


def _may_mean(told: str, contract: Contract) -> bool:
    """Whether a spelling stands for a contract; a single digit is a year of its own decade."""
    then = date(contract.year, contract.month, 1)
    return query_for(told, then) in (contract.name, contract.root)
