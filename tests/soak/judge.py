"""What the figures of a soak are held to. Pure; how they are taken is in samples.py.

Between two cuts of the link the panel is the same again and again. So the least of each figure is
taken of every such window - what a reconnection has open for a moment is not in it - and the least
of the later windows is compared with the least of the earlier ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final

WARM_UP: Final = 0.25
"""Part of the run that is not judged: caches and histories fill."""

FEWEST: Final = 4
"""Windows without which nothing can be said."""

WHOLE_WITHIN: Final = 10.0
"""Seconds after the link is back in which everything shown is fresh, and the stream too."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One sample of a process, or the limits of its growth.

    Attributes:
        memory: resident, in MB.
        blocks: Python's allocated blocks of memory, in thousands.
        descriptors: open file descriptors.
        tasks: asyncio's, of any owner.
        qobjects: windows, widgets and whatever else hangs on them.
    """

    memory: float
    blocks: float
    descriptors: float
    tasks: float
    qobjects: float


NAMES: Final = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, slots=True)
class Window:
    """What was sampled from one recovery of the link to its next cut.

    Attributes:
        at: when it began, seconds of the run.
        recovered: seconds from the joined link to a panel that is whole; None when it was not.
        is_quiet: nothing was being read back: a reverse is watched for a minute after its end.
    """

    at: float
    recovered: float | None
    samples: tuple[Figures, ...]
    is_quiet: bool = True

    def least(self, name: str) -> float:
        return min(float(getattr(sample, name)) for sample in self.samples)


@dataclass(frozen=True, slots=True)
class Course:
    """A whole run: its windows, how long it took, how many quotes came in a second."""

    seconds: float
    windows: tuple[Window, ...]
    quotes: float
    reversal: str


def limits_for(seconds: float) -> Figures:
    """How much may be between the earlier and the later windows of a run of this length.

    What Python and Qt keep for later fluctuates by a fixed amount; only the rest is a slope. One
    task more is a drawing that happened to wait whenever it was looked; what leaks with each
    connection is at least two.
    """
    hours = seconds * (1 - WARM_UP) / 3600
    return Figures(
        memory=MEMORY_NOISE + MEMORY_AN_HOUR * hours,
        blocks=BLOCKS_NOISE + BLOCKS_AN_HOUR * hours,
        descriptors=1,
        tasks=1,
        qobjects=0,
    )


MEMORY_NOISE: Final = 2.0
MEMORY_AN_HOUR: Final = 6.0
BLOCKS_NOISE: Final = 10.0
BLOCKS_AN_HOUR: Final = 30.0
FEWEST_QUOTES: Final = 200.0
"""Quotes a second below which a run proves nothing; the exchange sends a thousand."""


def judged(course: Course) -> tuple[Window, ...]:
    """The quiet windows after the warm-up."""
    quiet = (window for window in course.windows if window.samples and window.is_quiet)
    return tuple(window for window in quiet if window.at >= course.seconds * WARM_UP)


def halves(course: Course) -> tuple[Sequence[Window], Sequence[Window]]:
    """The earlier and the later windows of those that are judged."""
    windows = judged(course)
    middle = len(windows) // 2
    return windows[:middle], windows[middle:]


def growth(course: Course, name: str) -> tuple[float, float]:
    """The least of a figure in the earlier windows, and how much more it is in the later ones."""
    earlier, later = (min(window.least(name) for window in half) for half in halves(course))
    return earlier, later - earlier


def wrongs(course: Course) -> Iterator[str]:
    """Everything that is not as it must be, each beginning with the word for what it is about."""
    late = [w for w in course.windows if w.recovered is None or w.recovered > WHOLE_WITHIN]
    for window in late:
        yield f"recovery: not whole {WHOLE_WITHIN:g} s after the link was back at {window.at:.0f} s"
    if course.quotes < FEWEST_QUOTES:
        yield f"load: only {course.quotes:.0f} quotes a second"
    if course.reversal != "REVERSED":
        yield f"reversal: {course.reversal or 'none was made'}"
    if len(judged(course)) < FEWEST:
        yield f"run: {len(judged(course))} windows are too few to judge"
        return
    limits = limits_for(course.seconds)
    for name in NAMES:
        earlier, more = growth(course, name)
        if more > getattr(limits, name):
            limit = getattr(limits, name)
            yield f"{name}: grew from {earlier:.1f} by {more:.1f}, more than {limit:.1f}"
