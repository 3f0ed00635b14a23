"""Nothing in the product runs a second event loop inside the first; the source is read, not run.

`exec` of a dialog, a menu or a drag, and the ready-made questions of Qt, return only when the user
has answered. Inside a task that would stop every other task, the one that reads back too.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

PRODUCT: Final = Path(__file__).parents[3] / "ctpanel"

RUNS_A_LOOP: Final = frozenset({"exec", "exec_", "processEvents"})
"""Methods that come back only after other events were carried out."""

READY_MADE: Final = frozenset(
    {
        "QColorDialog",
        "QErrorMessage",
        "QFileDialog",
        "QFontDialog",
        "QInputDialog",
        "QMessageBox",
        "QProgressDialog",
    }
)
"""Dialogs that are used by functions that wait; the panel's own are in ui/dialogs.py."""


def nested(source: str) -> Iterator[str]:
    """What in a source would run a loop of its own."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in RUNS_A_LOOP | READY_MADE:
            yield f"{node.attr} in line {node.lineno}"
        elif isinstance(node, ast.ImportFrom):
            taken = READY_MADE.intersection(name.name for name in node.names)
            if node.module == "PySide6.QtCore":
                taken |= {"QEventLoop"}.intersection(name.name for name in node.names)
            yield from (f"{name} in line {node.lineno}" for name in sorted(taken))


FILES: Final = sorted(PRODUCT.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(PRODUCT)) for path in FILES])
def test_no_file_runs_a_dialog_or_a_loop_of_its_own(path: Path) -> None:
    assert list(nested(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "dialog.exec()",
        "run = dialog.exec_",
        "QApplication.processEvents()",
        "from PySide6.QtWidgets import QDialog, QMessageBox",
        "QtWidgets.QInputDialog.getText(None, '', '')",
        "from PySide6.QtCore import QEventLoop",
    ],
)
def test_what_would_run_one_is_found(source: str) -> None:
    assert list(nested(source))


def test_opening_a_dialog_is_not_running_it() -> None:
    assert list(nested("from qasync import QEventLoop\ndialog.open()\nexec('1')")) == []
