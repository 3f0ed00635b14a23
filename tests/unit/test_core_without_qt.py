"""The core runs where there is no Qt at all."""

import importlib
import pkgutil

import pytest

import ctpanel

CORE = (
    *("domain", "app", "crosstrade", "local", "hotkeys", "paper", "resources"),
    *("options", "output", "commands", "paper_command", "opening", "start"),
)


def core_modules() -> list[str]:
    found = pkgutil.walk_packages(ctpanel.__path__, "ctpanel.")
    return [m.name for m in found if m.name.split(".")[1] in CORE]


def test_qt_cannot_be_imported_in_this_run(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.getoption("--without-qt"), "run these tests with: make test-core"
    with pytest.raises(ImportError):
        importlib.import_module("PySide6")


@pytest.mark.parametrize("name", core_modules())
def test_core_module_imports_without_qt(name: str) -> None:
    assert importlib.import_module(name).__doc__
