"""Tests of the window: offscreen, on qasync's loop, with nothing of Qt left behind."""

import asyncio
import os
from collections.abc import Callable, Iterator

import pytest


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--onscreen"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


@pytest.fixture
def loop_factory(qapp: object) -> Callable[[], asyncio.AbstractEventLoop]:
    from qasync import QEventLoop

    return lambda: QEventLoop(qapp)
