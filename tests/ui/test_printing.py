"""The page of keys on paper."""

from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QLineEdit

from ctpanel.ui.keys_dialog import NOT_PRINTED, PRINTED, KeysDialog
from ctpanel.ui.printing import put_on_paper
from tests.ui.conftest import OpenPanel, Shown


def to_file(path: Path) -> QPrinter:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def pages(path: Path) -> int:
    return path.read_bytes().count(b"/Type /Page\n")


@pytest.mark.parametrize(("lines", "count"), [(5, 1), (200, 3)])
def test_a_text_is_printed_on_as_many_pages_as_it_takes(
    qapp: object, tmp_path: Path, lines: int, count: int
) -> None:
    page = tmp_path / "keys.pdf"
    put_on_paper("Ctrl+Alt+R  -  Reverse\n" * lines, to_file(page))
    assert pages(page) == count


def print_to(page: KeysDialog, path: Path) -> None:
    """What a trader without a printer does: name a file, and print."""
    chosen = page.findChild(QPrintDialog)
    assert isinstance(chosen, QPrintDialog)
    name = chosen.findChild(QLineEdit, "filename")
    assert isinstance(name, QLineEdit)
    name.setText(str(path))
    chosen.accept()


def opened(panel: Shown) -> KeysDialog:
    panel.window.keys_wanted.emit()
    page = panel.window.findChild(KeysDialog)
    assert isinstance(page, KeysDialog)
    page.print.click()
    return page


async def test_the_page_of_keys_goes_to_the_printer_that_is_chosen(
    open_panel: OpenPanel, tmp_path: Path
) -> None:
    async with open_panel() as panel:
        page = opened(panel)
        print_to(page, tmp_path / "keys.pdf")
        note = page.note.text()
        page.reject()
        assert (pages(tmp_path / "keys.pdf"), note) == (1, PRINTED)


@pytest.mark.qt_log_ignore(r"QPainter::begin\(\): Returned false")
async def test_a_printer_that_takes_nothing_is_said(open_panel: OpenPanel, tmp_path: Path) -> None:
    async with open_panel() as panel:
        page = opened(panel)
        print_to(page, tmp_path / "no such folder" / "keys.pdf")
        note = page.note.text()
        page.reject()
        assert note == NOT_PRINTED
