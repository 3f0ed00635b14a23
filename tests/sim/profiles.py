"""What goes wrong in a simulated run, drawn from a seed: three profiles, from calm to hostile."""

import random
from dataclasses import dataclass
from typing import Final

ORDER_FAULTS: Final = (
    "not_sent",  # no connection: nothing left
    "lost_before",  # the connection broke before the request arrived
    "lost_after",  # carried out, the answer lost
    "silent_after",  # carried out, no answer until the deadline
    "late",  # given up by the client, arrives 10 to 25 s later
    "twice",  # delivered twice by something in between
    "408_before",
    "408_after",
    "500_before",
    "500_after",
    "garbage_after",
    "429",
)
CRASHES: Final = ("SENDING", "TAKEN", "UNANSWERED", "FLAT", "ENTERING", "ENTRY_TAKEN", "LOCKED")


@dataclass(frozen=True, slots=True)
class Profile:
    """How likely each kind of trouble is, from 0 to 1."""

    order_fault: float
    read_fails: float
    read_slow: float
    read_old: float
    server_fault: float
    lag: float
    others: float
    sleep: float
    crash: float


PROFILES: Final = {
    "clean": Profile(0, 0, 0.1, 0, 0, 0, 0, 0, 0),
    "moderate": Profile(0.35, 0.1, 0.15, 0.05, 0.25, 0.1, 0.1, 0.02, 0.05),
    "harsh": Profile(0.7, 0.35, 0.3, 0.2, 0.6, 0.3, 0.4, 0.1, 0.2),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run: everything that was drawn, so that a failing seed says what it was.

    Attributes:
        start: signed contracts held.
        quantity: contracts of the entry.
        close, entry: what the exchange does with the two orders.
        close_delay_ms: how long the close takes to fill.
        orphans: what a close does with working orders.
        lag_ms: how old the positions are that the server shows.
        order_fault: what happens to the first order call, "" for nothing.
        others_at: seconds at which somebody else trades, and the signed contracts.
        sleeps_at: second at which the machine sleeps for an hour, or None.
        crash_at: the step after whose row the process dies, "" for none.
        presses: seconds after the first press at which an impatient hand presses again.
        corrects: whether the hand confirms what is suggested after a bad end.
        correction_fault, correction_crash: as order_fault and crash_at, of the correction.
        heals: whether the exchange takes orders as it should by then.
    """

    seed: int
    profile: Profile
    start: int
    quantity: int
    only_when_flat: bool
    close: str
    entry: str
    close_delay_ms: int
    orphans: str
    has_stop: bool
    lag_ms: int
    order_fault: str
    others_at: tuple[tuple[float, int], ...]
    sleeps_at: float | None
    crash_at: str
    presses: tuple[float, ...]
    corrects: bool
    correction_fault: str
    correction_crash: str
    heals: bool


def draw(seed: int, name: str, *, only_when_flat: bool) -> Run:
    """The run of a seed."""
    profile, rng = PROFILES[name], random.Random(f"{seed}/{name}/{only_when_flat}")  # noqa: S311 - a simulation
    held = rng.choice((1, 2, 3, 4))
    bad_server = rng.random() < profile.server_fault
    return Run(
        seed=seed,
        profile=profile,
        start=held * rng.choice((1, -1)),
        quantity=held if rng.random() < 0.7 else rng.choice((1, 2, 3, 4, 5)),
        only_when_flat=only_when_flat,
        close=rng.choice(("ok", "ok", "reject", "partial")) if bad_server else "ok",
        entry=rng.choice(("ok", "ok", "reject", "partial")) if bad_server else "ok",
        close_delay_ms=rng.choice((0, 500, 3000, 5200, 9000)) if bad_server else 0,
        orphans="keep" if bad_server and rng.random() < 0.3 else "cancel",
        has_stop=rng.random() < 0.3,
        lag_ms=rng.choice((200, 900, 2000)) if rng.random() < profile.lag else 0,
        order_fault=rng.choice(ORDER_FAULTS) if rng.random() < profile.order_fault else "",
        others_at=_others(rng, profile),
        sleeps_at=rng.uniform(0, 3) if rng.random() < profile.sleep else None,
        crash_at=rng.choice(CRASHES) if rng.random() < profile.crash else "",
        presses=tuple(sorted(rng.uniform(0, 6) for _ in range(rng.choice((0, 0, 1, 5))))),
        corrects=rng.random() < 0.8,
        correction_fault=rng.choice(ORDER_FAULTS) if rng.random() < profile.order_fault else "",
        correction_crash=rng.choice(CRASHES) if rng.random() < profile.crash else "",
        heals=rng.random() < 0.7,
    )


def _others(rng: random.Random, profile: Profile) -> tuple[tuple[float, int], ...]:
    if rng.random() >= profile.others:
        return ()
    return tuple((rng.uniform(0, 8), rng.choice((-3, -1, 1, 2))) for _ in range(rng.choice((1, 2))))
