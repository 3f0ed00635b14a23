"""A text on paper: asks for the printer, then prints. What the text says is its owner's."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QTextDocument
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter


def ask_and_print(title: str, text: str, owner: QWidget, told: Callable[[bool], None]) -> None:
    """Ask for a printer, or for a file to print to; `told` is called with whether it was taken."""
    # Here and not above: Qt's printing is loaded by who prints, not by every start.
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # noqa: PLC0415

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    dialog = QPrintDialog(printer, owner)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.accepted.connect(lambda: told(put_on_paper(text, printer)))
    dialog.show()


def put_on_paper(text: str, printer: "QPrinter") -> bool:
    """Print it, on as many pages as it takes; whether the printer took it."""
    painter = QPainter()  # QTextDocument.print_ would not say that nothing could be printed
    if not painter.begin(printer):
        return False
    page = QRectF(printer.pageRect(printer.Unit.DevicePixel))
    document = QTextDocument()
    document.documentLayout().setPaintDevice(printer)
    document.setPlainText(text)
    document.setPageSize(page.size())
    for number in range(document.pageCount()):
        if number:
            printer.newPage()
        part = QRectF(0, number * page.height(), page.width(), page.height())
        painter.save()
        painter.translate(0, -part.top())
        document.drawContents(painter, part)
        painter.restore()
    return painter.end()
