"""What samples come to: percentiles, rows, and whose turn it is. Pure; measures nothing itself."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """The samples of one thing, in milliseconds."""

    p50_ms: float
    p99_ms: float
    p999_ms: float
    max_ms: float
    n: int


@dataclass(frozen=True, slots=True)
class Found:
    """Everything one run measured; a row that is missing was not measured.

    Attributes:
        delayed: the rows once more, with 20 ms of network each way.
        startup_s: median seconds from starting the process until Reverse may be pressed.
        rss_mb: resident memory of the panel after all its presses.
    """

    rows: Mapping[str, Row]
    delayed: Mapping[str, Row]
    startup_s: float
    rss_mb: float
    machine: str


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least this share of all samples does not exceed."""
    ranked = sorted(samples)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def row(samples: Sequence[float]) -> Row:
    """Samples as a row, to the microsecond."""
    p50, p99, p999 = (round(percentile(samples, share), 3) for share in (0.5, 0.99, 0.999))
    return Row(p50, p99, p999, round(max(samples), 3), len(samples))


def turns(shots: Mapping[str, int]) -> Iterator[str]:
    """Each name as often as it wants, spread evenly, so that noise hits all alike."""
    rounds = max(shots.values(), default=0)
    for place in range(rounds):
        for name, wanted in shots.items():
            if place * wanted // rounds != (place + 1) * wanted // rounds:
                yield name
