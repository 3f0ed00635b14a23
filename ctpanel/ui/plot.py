"""The plot of the price strip; the only file that knows pyqtgraph. Floats are for pixels only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from ctpanel.domain.values import Side
from ctpanel.ui.theme import Colours, of_side

if TYPE_CHECKING:
    from ctpanel.ui.price_strip import Line

_NEAR: Final = 60
"""Ticks from the last price within which a level widens the picture; others stand at its edge."""
_LEAST: Final = 8
"""Ticks that the picture spans at least, so that a quiet market does not look wild."""
_TRIANGLES: Final = {Side.LONG: "t1", Side.SHORT: "t", Side.FLAT: "s"}


class Plot:
    """A line of prices, levels across it, marks on it. Not moved by mouse or wheel."""

    def __init__(self) -> None:
        self._plot = pyqtgraph.PlotWidget()
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.hideAxis("left")
        self._plot.hideAxis("bottom")
        self._plot.showAxis("right")
        self._curve = self._plot.plot()
        self._marks = pyqtgraph.ScatterPlotItem()
        self._plot.addItem(self._marks)
        self._levels: list[tuple[Any, Any]] = []
        self._colours: Colours | None = None

    @property
    def widget(self) -> QWidget:
        """What is put into the window."""
        return self._plot  # type: ignore[no-any-return]  # pyqtgraph has no types

    def wear(self, colours: Colours) -> None:
        """Another theme."""
        self._colours = colours
        self._plot.setBackground(QColor(colours.surface))
        self._curve.setPen(pyqtgraph.mkPen(colours.text, width=1.5))
        axis = self._plot.getAxis("right")
        axis.setPen(pyqtgraph.mkPen(colours.line))
        axis.setTextPen(pyqtgraph.mkPen(colours.muted))

    def draw(
        self,
        prices: Sequence[tuple[float, float]],
        lines: "Sequence[Line]",
        marked: Sequence[tuple[float, float, Side]],
        span: float,
        tick: float,
    ) -> None:
        """Draw anew; times are seconds before now, so never above zero."""
        if not prices or self._colours is None:
            return
        self._curve.setData([at for at, _ in prices], [last for _, last in prices])
        low, high = _range(prices, lines, tick)
        self._plot.setRange(xRange=(-span, 0), yRange=(low, high), padding=0.02)
        self._draw_levels(lines, span, low, high)
        self._marks.setData(
            [
                {
                    "pos": (at, price),
                    "symbol": _TRIANGLES[side],
                    "size": 12,
                    "brush": of_side(self._colours, side),
                    "pen": self._colours.surface,
                }
                for at, price, side in marked
                if at >= -span
            ]
        )

    def _draw_levels(self, lines: "Sequence[Line]", span: float, low: float, high: float) -> None:
        while len(self._levels) < len(lines):
            line = pyqtgraph.InfiniteLine(angle=0)
            words = pyqtgraph.TextItem(anchor=(0, 1))
            self._plot.addItem(line)
            self._plot.addItem(words)
            self._levels.append((line, words))
        for index, (line, words) in enumerate(self._levels):
            is_used = index < len(lines)
            line.setVisible(is_used and low <= lines[index].price <= high)
            words.setVisible(is_used)
            if is_used:
                _place(line, words, lines[index], span, low, high)


def _place(line: Any, words: Any, level: "Line", span: float, low: float, high: float) -> None:  # noqa: ANN401, PLR0913, PLR0917 - pyqtgraph has no types
    style = Qt.PenStyle.SolidLine if level.is_average else Qt.PenStyle.DashLine
    line.setPen(pyqtgraph.mkPen(level.colour, style=style))
    line.setPos(level.price)
    arrow = " ↑" if level.price > high else " ↓" if level.price < low else ""
    words.setText(f"{level.text}{arrow}", color=level.colour)
    side = 1 if arrow else 0  # what is out of sight stands on the right, out of the others' way
    words.setAnchor((side, 0) if level.price > (low + high) / 2 else (side, 1))
    words.setPos(span * (side - 1), min(max(level.price, low), high))


def _range(
    prices: Sequence[tuple[float, float]], lines: "Sequence[Line]", tick: float
) -> tuple[float, float]:
    """Lowest and highest price that is shown."""
    last = prices[-1][1]
    near = [line.price for line in lines if abs(line.price - last) <= _NEAR * tick]
    shown = [price for _, price in prices] + near
    missing = max(0.0, _LEAST * tick - (max(shown) - min(shown))) / 2
    return min(shown) - missing - tick, max(shown) + missing + tick
