"""Draws ctpanel/resources/icon.png: two arrows that change places. Run after changing it here."""

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPen, QPolygonF

SIZE = 256
LONG, SHORT, GROUND = "#3d7fe0", "#d9651a", "#1d2127"


def draw() -> QImage:
    """The icon."""
    image = QImage(SIZE, SIZE, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(GROUND))
    painter.drawRoundedRect(QRectF(8, 8, 240, 240), 52, 52)
    _arrow(painter, x=88, tail=196, head=60, colour=LONG)
    _arrow(painter, x=168, tail=60, head=196, colour=SHORT)
    painter.end()
    return image


def _arrow(painter: QPainter, *, x: float, tail: float, head: float, colour: str) -> None:
    away = 1 if head > tail else -1
    painter.setPen(QPen(QColor(colour), 26, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(x, tail), QPointF(x, head - away * 40))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    wings = head - away * 56
    painter.drawPolygon(
        QPolygonF([QPointF(x, head), QPointF(x - 40, wings), QPointF(x + 40, wings)])
    )


if __name__ == "__main__":
    application = QGuiApplication(["icon", "-platform", "offscreen"])
    draw().save(str(Path(__file__).parents[1] / "ctpanel" / "resources" / "icon.png"))
