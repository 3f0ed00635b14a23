"""The chain of the journal's rows: each is sealed together with the one before.

A row that was changed, taken out or put in breaks every seal behind it. It shows accidents, not a
forger: whoever can write the file can seal it anew.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Final, TypeAlias

FIRST: Final = ""
"""What stands before the first row."""

Sealed: TypeAlias = tuple[int, str, str, str, str, str]
"""seq, at, intent, step, facts, seal - as they stand in the file."""


def seal(before: str, at: str, intent: str, step: str, facts: str) -> str:
    """The seal of a row whose predecessor's seal is `before`."""
    whole = json.dumps([before, at, intent, step, facts])
    return hashlib.sha256(whole.encode()).hexdigest()


def first_broken(rows: Iterable[Sealed]) -> int | None:
    """The number of the first row that is not what was written there, None when all are."""
    before = FIRST
    for place, (seq, *content, sealed) in enumerate(rows, start=1):
        if seq != place or sealed != seal(before, *content):
            return place
        before = sealed
    return None
