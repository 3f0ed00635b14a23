"""Use-cases run in virtual time: fifteen seconds of waiting take none."""

import asyncio
from collections.abc import Callable

import pytest

from tests.fakes.clocks import VirtualLoop


@pytest.fixture
def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    return VirtualLoop
