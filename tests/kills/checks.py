"""What must hold of a killed process, as sentences about those of which it does not. Pure.

They look at the journal's file and the exchange's record only, and know none of the core's code
that reads the one and writes the other.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ctpanel.domain.values import Entry
from tests.kills.exchange import Key, Request
from tests.kills.job import JOURNAL, Job, Started

LOCKED_WITHIN: Final = 1.0
_CLOSES: Final = ("positions/reverseposition", "positions/close")
_ENTERS: Final = "orders/place"
_WAYS: Final = {
    Entry.ONE_CALL: ("positions/reverseposition",),
    Entry.ONLY_WHEN_FLAT: ("positions/close", "orders/place"),
}
_LETS_LEAVE: Final = ("SENDING", "ENTERING")
_ENDS: Final = ("PROVED", "REFUSED", "NOT_SENT", "ATTESTED", "NEWS")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the journal's file."""

    intent: str
    step: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One process from its press to its kill.

    Attributes:
        status: its exit status.
        rows: on disk when it had died.
        sent: its order requests, as they arrived.
        before: signed contracts.
        after: once nothing moved any more.
    """

    job: Job
    status: int
    rows: list[Row]
    sent: list[Request]
    before: int
    after: int

    def __str__(self) -> str:
        return f"{self.job.entry.value}, killed at {self.job.trip}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The next start on what a press left.

    Attributes:
        rows: on disk when it began.
        status: its exit status.
        started: what it came to.
        rows_after: on disk when it had ended.
    """

    press: Press
    rows: list[Row]
    status: int
    started: Started | None
    rows_after: list[Row]

    def __str__(self) -> str:
        return f"the start after {self.press}"


def rows_in(folder: Path) -> list[Row]:
    """The journal's rows, as whoever comes next finds them."""
    path = folder / JOURNAL
    if not path.exists():
        return []
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        found = connection.execute("SELECT intent, step, facts FROM journal ORDER BY seq")
        return [Row(intent, step, json.loads(facts)) for intent, step, facts in found]
    finally:
        connection.close()


def unwritten(press: Press) -> list[str]:
    """Order requests without the row that allows them."""
    closing = [row for row in press.rows if row.step == "SENDING"]
    entering = [row.facts["order_id"] for row in press.rows if row.step == "ENTERING"]
    entering += [row.intent for row in closing if "after" in row.facts]
    keys = [(row.facts["account"], row.facts["contract"]) for row in closing]
    bad = [r for r in press.sent if r.call in _CLOSES and r.key not in keys]
    bad += [r for r in press.sent if r.call == _ENTERS and r.body["orderId"] not in entering]
    return [f"{press}: no row for {request}" for request in bad]


def sent_too_often(press: Press) -> list[str]:
    """Anything but the calls of one reversal, each once and in turn."""
    calls = [request.call for request in press.sent]
    whole = _WAYS[press.job.entry]
    return [] if calls == list(whole[: len(calls)]) else [f"{press}: sent {press.sent}"]


def stacked(press: Press) -> list[str]:
    """A position that no part of one reversal leads to."""
    if press.after in (press.before, 0, -press.before):
        return []
    return [f"{press}: {press.before} became {press.after}"]


def wrongly_proved(press: Press) -> list[str]:
    """A verdict on disk that says another position than the one that is held.

    That of an intent with another one behind it is past.
    """
    names = {0: "FLAT", 1: f"LONG {press.after}", -1: f"SHORT {-press.after}"}
    held = names[(press.after > 0) - (press.after < 0)]
    begun = [row.intent for row in press.rows if row.step == "SENDING"]
    ends = [row for row in press.rows if row.step == "PROVED" and row.intent == begun[-1]]
    proved = [row.facts.get("position") for row in ends]
    return [f"{press}: {said} was proved, {held} is held" for said in proved if said != held]


def left_unlocked(start: Start) -> list[str]:
    """An open intent that the next start does not lock, soon."""
    if start.started is None or start.status != 0:
        return [f"{start}: it ended with {start.status}"]
    wanted = {_key(row) for row in open_in(start.rows)}
    if set(start.started.locked) != wanted:
        return [f"{start}: locked {start.started.locked}, open {wanted}"]
    if wanted and start.started.seconds > LOCKED_WITHIN:
        return [f"{start}: locked after {start.started.seconds:.2f} s"]
    return []


def pressable(start: Start) -> list[str]:
    """A button that could be pressed although an intent was open."""
    offer = "" if start.started is None else start.started.offer
    if not open_in(start.rows) or offer in ("", "UNKNOWN_OPEN"):
        return []
    return [f"{start}: the button said {offer}"]


def unmarked(start: Start) -> list[str]:
    """An open intent whose lock is not on disk after the start."""
    last = {row.intent: row.step for row in start.rows_after}
    return [
        f"{start}: {last[row.intent]} in the end"
        for row in open_in(start.rows)
        if last[row.intent] != "LOCKED"
    ]


def beyond_rows(presses: Sequence[Press], strays: Iterable[Request]) -> list[str]:
    """Accounts with more requests than rows, those counted that were cut off in the middle."""
    sent = Counter(r.account for press in presses for r in press.sent) + Counter(
        r.account for r in strays
    )
    allowed = Counter(
        press.job.account for press in presses for row in press.rows if row.step in _LETS_LEAVE
    )
    return [
        f"{account}: {count} requests, {allowed[account]} rows"
        for account, count in sent.items()
        if count > allowed[account]
    ]


def open_in(rows: list[Row]) -> list[Row]:
    """The first rows of the intents without an end."""
    ended = {row.intent for row in rows if row.step in _ENDS}
    return [row for row in rows if row.step == "SENDING" and row.intent not in ended]


def _key(row: Row) -> Key:
    return row.facts["account"], row.facts["contract"]
