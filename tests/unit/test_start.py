"""What each command loads, and what a panel takes before the rest of it is loaded.

In this run Qt cannot be imported: whatever loads the window fails.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from ctpanel import opening, start
from ctpanel.local.instance import hold
from ctpanel.local.paths import Paths

OF_THE_PANEL = (
    "ctpanel.app",
    "ctpanel.crosstrade",
    "ctpanel.local",
    "ctpanel.hotkeys",
    "ctpanel.ui",
    "ctpanel.main",
)
HEAVY = ("PySide6", "httpx", "websockets", "uvicorn", "starlette", "sqlite3")


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a process has loaded when this command is through."""
    code = (
        "import sys; from ctpanel.start import main\n"
        f"try: main({list(arguments)!r})\n"
        "except SystemExit: pass\n"
        "print('loaded', *sys.modules)"
    )
    said = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    ).stdout
    return set(said.splitlines()[-1].split())


def test_the_version_loads_nothing_that_takes_time() -> None:
    assert loaded_by("--version").isdisjoint({*HEAVY, *OF_THE_PANEL, "asyncio"})


def test_the_paper_exchange_loads_nothing_of_the_panel() -> None:
    loaded = loaded_by("paper", "--fault", "no_such=1")
    assert "ctpanel.paper.server" in loaded
    assert loaded.isdisjoint({*OF_THE_PANEL, "PySide6", "httpx"})


def test_the_journal_commands_load_neither_network_nor_window(tmp_path: Path) -> None:
    loaded = loaded_by("journal", "aside", "--data-dir", str(tmp_path))
    assert "ctpanel.local.journal" in loaded
    assert loaded.isdisjoint({"PySide6", "httpx", "websockets", "uvicorn", "starlette"})


def test_the_list_of_keys_loads_neither_network_nor_window(tmp_path: Path) -> None:
    loaded = loaded_by("keys", "--data-dir", str(tmp_path))
    assert "ctpanel.ui.preset_words" in loaded
    assert loaded.isdisjoint({"PySide6", "httpx", "websockets", "uvicorn", "starlette"})


class Child:
    """A paper exchange that only says what became of it."""

    def __init__(self, happened: list[str]) -> None:
        self._happened = happened
        happened.append("started")

    def stop(self) -> None:
        self._happened.append("stopped")


@pytest.fixture
def happened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What becomes of the paper exchange of a panel that is opened in this process."""
    found: list[str] = []
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(opening, "PaperChild", lambda: Child(found))
    monkeypatch.setattr(opening, "forbid_core_dumps", lambda: None)
    return found


def open_panel(folder: Path) -> int:
    return start.main(["--paper", "--data-dir", str(folder)])


def test_the_paper_exchange_starts_before_the_rest_is_loaded(
    happened: list[str], tmp_path: Path
) -> None:
    with pytest.raises(ImportError, match="may not be imported"):
        open_panel(tmp_path)
    assert happened[:1] == ["started"]


def test_a_panel_that_cannot_be_loaded_leaves_no_exchange(
    happened: list[str], tmp_path: Path
) -> None:
    with pytest.raises(ImportError, match="may not be imported"):
        open_panel(tmp_path)
    assert happened[-1:] == ["stopped"]


def test_a_panel_that_cannot_be_loaded_frees_its_folder(
    happened: list[str], tmp_path: Path
) -> None:
    with pytest.raises(ImportError, match="may not be imported"):
        open_panel(tmp_path)
    hold(Paths(tmp_path).lock).release()


def test_a_second_start_on_a_folder_starts_no_exchange(happened: list[str], tmp_path: Path) -> None:
    with hold(Paths(tmp_path).lock):
        open_panel(tmp_path)
    assert happened == []


def test_a_second_start_on_a_folder_knocks_without_loading_a_window(
    happened: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with hold(Paths(tmp_path).lock):
        assert open_panel(tmp_path) == 1
    assert "already running" in capsys.readouterr().err
    assert Paths(tmp_path).knock.exists()
