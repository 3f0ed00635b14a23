"""Which kills there are, and carrying them out: in waves of processes that have a key each."""

import random
import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from ctpanel.domain.values import Entry
from tests.kills.checks import Press, Start, open_in, rows_in
from tests.kills.exchange import Exchange, Key, Request
from tests.kills.forker import Forker
from tests.kills.job import Answer, Flaw, Job, Trip, passed_in, started_in

KILLED: Final = -signal.SIGKILL
TARGET: Final = 320
"""Presses that are killed; a few of a wave may end before their kill."""

SEED: Final = 7
LATEST: Final = (0.003, 0.06)
"""Seconds after its label that a kill strikes at most: within one row, or within a call."""

SCOUTS: Final = 3
OFTEN: Final = 3
"""How often the same label is a place of its own: readings are repeated until they prove."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A press and its kill, and perhaps the kill of the next start."""

    entry: Entry
    trip: Trip | None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    corrects: bool = False
    flaw: Flaw = ""
    start_trip: Trip | None = None
    presses_at_start: bool = False


@dataclass(frozen=True, slots=True)
class Wave:
    """What became of some plans.

    Attributes:
        strays: requests whose sender died before it had said what they concern.
        sent_by_starts: order requests of all the starts.
        killed_starts: the labels at which starts were killed.
    """

    presses: list[Press]
    starts: list[Start]
    strays: list[Request]
    sent_by_starts: list[Request]
    killed_starts: list[str]

    @property
    def kills(self) -> list[str]:
        """The labels at which processes were killed."""
        trips = [press.job.trip for press in self.presses if press.status == KILLED]
        return [trip.label for trip in trips if trip is not None] + self.killed_starts


_ANSWERED: Final[Sequence[tuple[Entry, dict[str, Answer], tuple[str, ...]]]] = (
    (Entry.ONE_CALL, {"reverse_position": "lost"}, ("UNANSWERED", "ReverseUnanswered", "PROVED")),
    (Entry.ONE_CALL, {"reverse_position": "refused"}, ("REFUSED", "ReverseStopped")),
    (Entry.ONLY_WHEN_FLAT, {"close_position": "lost"}, ("UNANSWERED", "ReverseUnanswered")),
    (Entry.ONLY_WHEN_FLAT, {"close_position": "refused"}, ("REFUSED", "ReverseStopped")),
    (Entry.ONLY_WHEN_FLAT, {"place": "lost"}, ("ENTRY_UNANSWERED", "ReverseUnanswered", "PROVED")),
    (Entry.ONLY_WHEN_FLAT, {"place": "refused"}, ("ENTRY_REFUSED", "PROVED")),
)
"""The steps that only another answer leads to."""

_CORRECTED: Final = (
    *("ReverseSending", "SENDING", "place", "TAKEN"),
    *("ReverseTaken", "ReverseEnded", "PROVED"),
)
"""What a correction passes, for the second time each."""

_AT_STARTS: Final = (
    Trip("before LOCKED"),
    Trip("after LOCKED"),
    None,
    Trip("before ATTESTED"),
    Trip("after ATTESTED"),
    None,
)


class Campaign:
    """Kills on one exchange, each in a folder of its own."""

    def __init__(self, exchange: Exchange, forker: Forker, folder: Path) -> None:
        self._exchange = exchange
        self._forker = forker
        self._folder = folder
        self._count = 0

    def plans(self) -> list[Plan]:
        """Every place exactly once, then those of a press at a moment near them."""
        places = [*self._places_on_the_way(), *_places_answered(), *_places_of_a_correction()]
        after_press = [place for place in places if not _is_before_press(place)]
        rng = random.Random(SEED)  # noqa: S311 - the same plans every time
        plans = [_planned(place, 0.0, number) for number, place in enumerate(places)]
        for number, place in enumerate(islice(cycle(after_press), TARGET - len(places))):
            delay = rng.uniform(0, rng.choice(LATEST))
            plans.append(_planned(place, delay, number))
        rng.shuffle(plans)
        return plans

    def _places_on_the_way(self) -> list[Plan]:
        """Whatever labels a press passes that nothing disturbs: found, not listed."""
        places = []
        for entry in Entry:
            scouts = self.wave([Plan(entry=entry, trip=None)] * SCOUTS).presses
            passed = [Counter(passed_in(scout.job.folder).labels) for scout in scouts]
            always = passed[0] & passed[1] & passed[2]
            places += [
                Plan(entry=entry, trip=Trip(label, nth))
                for label, times in sorted(always.items())
                for nth in range(1, min(times, OFTEN) + 1)
            ]
        return places

    def all_waves(self) -> list[Wave]:
        plans = self.plans()
        size = len(self._exchange.keys())
        return [self.wave(plans[at : at + size]) for at in range(0, len(plans), size)]

    def wave(self, plans: Sequence[Plan]) -> Wave:
        """Press and kill, then start again on what is left."""
        presses, strays = self._press(plans)
        killed = self._kill_starts(plans, presses)
        starts = self._start(plans, presses)
        return Wave(presses, starts, strays, self._exchange.new_requests(), killed)

    def _press(self, plans: Sequence[Plan]) -> tuple[list[Press], list[Request]]:
        keys = self._exchange.keys()[: len(plans)]
        before = self._exchange.hold(keys)
        jobs = [self._job(plan, key) for plan, key in zip(plans, keys, strict=True)]
        statuses = self._forker.run(jobs)
        self._exchange.settle()
        after, sent = self._exchange.nets(), self._exchange.new_requests()
        presses = [
            Press(
                job=job,
                status=status,
                rows=rows_in(job.folder),
                sent=[request for request in sent if request.key == key],
                before=before[key],
                after=after[key],
            )
            for job, key, status in zip(jobs, keys, statuses, strict=True)
        ]
        return presses, [request for request in sent if request.key not in keys]

    def _job(self, plan: Plan, key: Key) -> Job:
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()
        account, contract = key
        return Job(
            act="reverse",
            where=str(folder),
            origin=self._exchange.origin,
            account=account,
            contract=contract,
            entry=plan.entry,
            trip=plan.trip,
            answers=dict(plan.answers),
            corrects=plan.corrects,
            flaw=plan.flaw,
        )

    def _kill_starts(self, plans: Sequence[Plan], presses: Sequence[Press]) -> list[str]:
        """Starts that are killed while they lock, or while the trader releases."""
        trips = [
            (_start_job(press.job, plan.start_trip), plan.start_trip.label)
            for plan, press in zip(plans, presses, strict=True)
            if plan.start_trip is not None and open_in(press.rows)
        ]
        statuses = self._forker.run([job for job, _ in trips])
        assert all(status in (KILLED, 0) for status in statuses), self._forker.said()
        ended = zip(trips, statuses, strict=True)
        return [f"start, {label}" for (_, label), status in ended if status == KILLED]

    def _start(self, plans: Sequence[Plan], presses: Sequence[Press]) -> list[Start]:
        rows = [rows_in(press.job.folder) for press in presses]
        jobs = [
            _start_job(press.job, presses=plan.presses_at_start and bool(open_in(found)))
            for plan, press, found in zip(plans, presses, rows, strict=True)
        ]
        statuses = self._forker.run(jobs)
        return [
            Start(
                press=press,
                rows=found,
                status=status,
                started=started_in(press.job.folder),
                rows_after=rows_in(press.job.folder),
            )
            for press, found, status in zip(presses, rows, statuses, strict=True)
        ]


def _is_before_press(place: Plan) -> bool:
    return place.trip is not None and place.trip.label.split()[1] == "feed"


def _places_answered() -> list[Plan]:
    return [
        Plan(entry=entry, trip=Trip(f"{when} {word}"), answers=answers)
        for entry, answers, words in _ANSWERED
        for word in words
        for when in ("before", "after")
    ]


def _places_of_a_correction() -> list[Plan]:
    """After an entry that was refused, the one that is suggested in its place."""
    return [
        Plan(
            entry=Entry.ONLY_WHEN_FLAT,
            trip=Trip(f"{when} {word}", nth=2),
            answers={"place": "refused"},
            corrects=True,
        )
        for word in _CORRECTED
        for when in ("before", "after")
    ]


def _planned(place: Plan, delay: float, number: int) -> Plan:
    assert place.trip is not None
    return Plan(
        entry=place.entry,
        trip=Trip(place.trip.label, place.trip.nth, delay),
        answers=place.answers,
        corrects=place.corrects,
        start_trip=_AT_STARTS[number % len(_AT_STARTS)],
        presses_at_start=number % 3 == 0,
    )


def _start_job(job: Job, trip: Trip | None = None, *, presses: bool = False) -> Job:
    return Job(
        act="start",
        where=job.where,
        origin=job.origin,
        account=job.account,
        contract=job.contract,
        trip=trip,
        flaw=job.flaw,
        attests=trip is not None and "ATTESTED" in trip.label,
        presses=presses,
    )
