"""An exception nobody caught, wherever Qt or asyncio drop it: said, logged, no more reverses."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QPushButton

from ctpanel.app.ports import Token, TokenHolder
from ctpanel.domain.outcomes import Code
from ctpanel.domain.report import Act, PressDenied
from ctpanel.lifetime import _catch_everything
from ctpanel.local.logs import start_logging, stop_logging
from ctpanel.main import _Faults
from tests.fakes.bench import TOKEN
from tests.ui.conftest import OpenPanel, Shown


def fail() -> None:
    raise ZeroDivisionError(f"while {TOKEN} was in use")


async def in_a_slot(panel: Shown) -> None:
    """In what a signal of Qt calls."""
    button = QPushButton(panel.window)
    button.clicked.connect(fail)
    button.click()


async def in_a_timer(panel: Shown) -> None:
    """In what Qt's loop calls by itself."""
    timer = QTimer(panel.window)
    timer.setSingleShot(True)
    timer.timeout.connect(fail)
    timer.start(0)
    await asyncio.sleep(0.05)


async def in_a_callback_of_the_loop(_panel: Shown) -> None:
    asyncio.get_running_loop().call_soon(fail)
    await asyncio.sleep(0.05)


async def in_a_task(panel: Shown) -> None:
    async def work() -> None:
        fail()

    panel.bench.tasks.spawn(work(), "work")
    await asyncio.sleep(0.05)


WHERE = (in_a_slot, in_a_timer, in_a_callback_of_the_loop, in_a_task)


@dataclass(eq=False)
class Faulty:
    """A panel in which an exception got away, as main.py and lifetime.py catch such."""

    panel: Shown
    log: Path


OpenFaulty = Callable[[], AbstractAsyncContextManager[Faulty]]


@pytest.fixture(params=WHERE, ids=[where.__name__ for where in WHERE])
def open_faulty(
    request: pytest.FixtureRequest,
    open_panel: OpenPanel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> OpenFaulty:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Faulty]:
        monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # as it was, after the test
        handler = start_logging(tmp_path / "log", TokenHolder(Token(TOKEN)))
        try:
            async with open_panel() as panel:
                faults = _Faults()
                faults.store = panel.bench.store
                panel.bench.tasks._on_error = faults
                _catch_everything(faults)
                await request.param(panel)
                yield Faulty(panel, tmp_path / "log")
        finally:
            stop_logging(handler)
            caplog.clear()

    return opened


async def test_it_is_said_in_the_panel(open_faulty: OpenFaulty) -> None:
    async with open_faulty() as faulty:
        words = faulty.panel.window.link_bar.findChildren(QLabel)
        assert any("Fault in the panel: ZeroDivisionError" in w.toolTip() for w in words)
        assert [w.property("tone") for w in words if w.text() == "✕"] == ["wrong"]


async def test_it_is_logged_without_the_token(open_faulty: OpenFaulty) -> None:
    async with open_faulty() as faulty:
        logged = faulty.log.read_text(encoding="utf-8")
        assert "ZeroDivisionError: while [token] was in use" in logged
        assert TOKEN not in logged


async def test_no_reverse_is_sent_after_it(open_faulty: OpenFaulty) -> None:
    async with open_faulty() as faulty:
        bench = faulty.panel.bench
        faulty.panel.window.reverse.click()
        bench.press()
        assert isinstance(bench.events[-1], PressDenied)
        assert bench.events[-1].denied.code is Code.PANEL_FAULT
        assert bench.server.sent == []


async def test_the_position_can_still_be_closed_after_it(open_faulty: OpenFaulty) -> None:
    async with open_faulty() as faulty:
        bench = faulty.panel.bench
        faulty.panel.window.safety.buttons[Act.CLOSE].click()
        await bench.idle()
        assert [call[0] for call in bench.server.sent] == ["close_position"]
