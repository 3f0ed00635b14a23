"""What the figures of one run have to reach, compared within that run only. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.figures import Found, Row

Rows = Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to reach.

    Attributes:
        reached: the figure of a run; KeyError when the run has no such row.
        most: what it may be at most.
    """

    words: str
    reached: Callable[[Found], float]
    most: Callable[[Found], float]
    unit: str = "ms"


@dataclass(frozen=True, slots=True)
class Check:
    """A target and what a run came to; `reached` is None when it was not measured."""

    target: Target
    reached: float | None = None
    most: float | None = None

    @property
    def verdict(self) -> str:
        if self.reached is None or self.most is None:
            return "not measured"
        return "met" if self.reached <= self.most else "NOT MET"


def _p50(name: str, factor: float = 1.0) -> Callable[[Found], float]:
    return lambda found: found.rows[name].p50_ms * factor


def _p99(name: str) -> Callable[[Found], float]:
    return lambda found: found.rows[name].p99_ms


def _at_most(limit: float) -> Callable[[Found], float]:
    return lambda _: limit


TARGETS: Final = (
    Target(
        "panel over REST, p50: 1.5 x bare warm httpx", _p50("panel_rest"), _p50("httpx_warm", 1.5)
    ),
    Target(
        "panel over REST, p50: 1.5 x faster than requests.post",
        _p50("panel_rest"),
        _p50("seed_requests_post", 1 / 1.5),
    ),
    Target(
        "panel over the stream, p50: 3 x a raw TLS socket",
        _p50("panel_stream"),
        _p50("raw_tls_limit", 3),
    ),
    Target("panel over the stream, p99", _p99("panel_stream"), _at_most(1.5)),
    Target(
        "hotkey to wire, p50: 1 ms over the click",
        _p50("hotkey_to_wire"),
        lambda found: found.rows["panel_rest"].p50_ms + 1,
    ),
    Target("press to painted button, p99", _p99("press_to_painted"), _at_most(16)),
    Target("20 accounts on the wire, p99", _p99("fanout_20"), _at_most(25)),
    Target("event-loop gap, p99.9", lambda found: found.rows["loop_gap"].p999_ms, _at_most(16)),
    Target("event-loop gap, longest", lambda found: found.rows["loop_gap"].max_ms, _at_most(50)),
    Target("start to ready on paper, median", lambda found: found.startup_s, _at_most(0.9), "s"),
    Target("resident memory", lambda found: found.rss_mb, _at_most(130), "MB"),
)


def check(target: Target, found: Found) -> Check:
    """What a run came to."""
    try:
        return Check(target, target.reached(found), target.most(found))
    except KeyError:
        return Check(target)


def checks(found: Found) -> tuple[Check, ...]:
    """Every target against one run."""
    return tuple(check(target, found) for target in TARGETS)
