"""Tests of the window: offscreen, on qasync's loop, with nothing of Qt left behind."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from ctpanel import resources
from ctpanel.domain.instrument import read_table
from ctpanel.domain.offers import refreshed
from ctpanel.domain.state import PanelState
from ctpanel.ui.application import PanelView, UseCases
from ctpanel.ui.window import PanelWindow
from tests.fakes.bench import Bench
from tests.fakes.fake_server import FakeServer

SPECS = read_table(resources.read_text("instruments.json"))


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--onscreen"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["ctpanel"]


@pytest.fixture
def loop_factory(qapp: QApplication) -> Callable[[], asyncio.AbstractEventLoop]:
    qapp.setQuitOnLastWindowClosed(False)
    qapp.setStyle("Fusion")
    return lambda: QEventLoop(qapp)


@dataclass(eq=False)
class Shown:
    """A panel with its window, on a fake server."""

    bench: Bench
    view: PanelView
    bot: QtBot

    @property
    def window(self) -> PanelWindow:
        return self.view.window

    @property
    def state(self) -> PanelState:
        return self.bench.state

    def draw(self, state: PanelState) -> None:
        """Show a state that no use-case made."""
        self.view.render_state(refreshed(state))

    async def still(self) -> None:
        """Stop reading, so that nothing but the test draws."""
        await self.bench.tasks.cancel_all()


OpenPanel = Callable[..., AbstractAsyncContextManager[Shown]]


@pytest.fixture
def open_panel(qtbot: QtBot, qapp: QApplication) -> OpenPanel:
    """A shown panel that is ready to reverse long 3; ended afterwards without an error."""

    @asynccontextmanager
    async def opened(server: FakeServer | None = None, **parts: Any) -> AsyncIterator[Shown]:  # noqa: ANN401 - parts by name
        bench = Bench(server or FakeServer(), **parts)
        uses = UseCases(
            store=bench.store,
            reverser=bench.reverser,
            safety=bench.safety,
            halt=bench.halt,
            hotkeys=bench.hotkeys,
            session=bench.session,
            live=bench.live,
            desk=bench.desk,
            sounds=bench.sounds,
            lock=bench.lock,
        )
        view = PanelView(qapp, uses, SPECS)
        view.window.show()
        try:
            await bench.ready()
            yield Shown(bench, view, qtbot)
        finally:
            await bench.stop()
            view.close()
            await asyncio.sleep(0)
        assert not bench.errors

    return opened
