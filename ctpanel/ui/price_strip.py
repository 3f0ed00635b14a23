"""The price strip: the last minutes of the ticket's contract with what stands at which price.

The plot is in plot.py and is loaded when the strip is first shown: most panels never show it, and
it is larger than everything else together. Here is what it is given.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ctpanel.domain.reverse import Key
from ctpanel.domain.state import PanelState
from ctpanel.domain.strip import Level, LevelKind, Mark, levels, marks
from ctpanel.domain.values import Price
from ctpanel.ui.numbers import price
from ctpanel.ui.theme import Colours, of_side

if TYPE_CHECKING:
    from ctpanel.ui.plot import Plot

DRAW_EVERY: Final = 0.25
"""Seconds: a picture of five minutes does not need more, and each takes some milliseconds."""
SPAN: Final = 300.0
"""Seconds of prices that are kept and shown."""
MOST: Final = 6000
LINES: Final = 7
"""Height, in lines of text."""


@dataclass(frozen=True, slots=True)
class Line:
    """One level as it is drawn: its price, its words, its colour, and whether it is the average."""

    price: float
    text: str
    colour: str
    is_average: bool


class PriceStrip(QWidget):
    """Draws the state while it is visible; keeps the prices it has seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Price strip")
        self._plot: Plot | None = None
        self._colours: Colours | None = None
        self._key: Key | None = None
        self._prices: deque[tuple[float, float]] = deque(maxlen=MOST)
        self._seen: dict[Mark, float] = {}
        self._drawn_at = float("-inf")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * LINES)
        self.hide()

    def wear(self, colours: Colours) -> None:
        """Another theme."""
        self._colours = colours
        if self._plot is not None:
            self._plot.wear(colours)

    def set_shown(self, shown: bool) -> None:  # noqa: FBT001 - Qt's way
        """Show or hide it; the plot is loaded the first time."""
        if shown and self._plot is None:
            from ctpanel.ui.plot import Plot  # noqa: PLC0415 - see the head of this file

            self._plot = Plot()
            self._column.addWidget(self._plot.widget)
            if self._colours is not None:
                self._plot.wear(self._colours)
        self.setVisible(shown)

    def render_state(self, state: PanelState) -> None:
        """Take what is new; draw, when there is somebody to see it."""
        self._note(state)
        if state.key != self._key:
            self._key = state.key
            self._prices.clear()
            self._drawn_at = float("-inf")
        quote = state.quote
        if quote is None or self._plot is None or self._colours is None or self.isHidden():
            return
        self._keep(quote.at, quote.value.last)
        if state.now - self._drawn_at < DRAW_EVERY:
            return
        self._drawn_at = state.now
        tick = quote.value.tick_size
        own = ((mark, at) for mark, at in self._seen.items() if mark.key == state.key)
        self._plot.draw(
            [(at - state.now, last) for at, last in self._prices],
            _lines(levels(state), tick, self._colours),
            [(at - state.now, float(mark.price), mark.side) for mark, at in own],
            SPAN,
            float(tick),
        )

    def _note(self, state: PanelState) -> None:
        """Remember when each reverse was proved, seen or not: reports have the time of day only."""
        self._seen = {mark: self._seen.get(mark, state.now) for mark in marks(state)}

    def _keep(self, at: float, last: Price | None) -> None:
        if last is not None and (not self._prices or self._prices[-1][0] != at):
            self._prices.append((at, float(last)))
        while self._prices and self._prices[0][0] < at - SPAN:
            self._prices.popleft()


def _lines(found: Sequence[Level], tick: Price, colours: Colours) -> list[Line]:
    return [
        Line(
            float(level.price),
            f"{_words(level)} {price(level.price, tick)}",
            of_side(colours, level.side),
            level.kind is LevelKind.AVERAGE,
        )
        for level in found
    ]


def _words(level: Level) -> str:
    if level.kind is LevelKind.AVERAGE:
        return f"{level.side.value} {level.quantity} @"
    return f"{level.name or level.kind.value.capitalize()} {level.quantity}"
