"""Every contract test runs twice: against the real thing, and against the fake."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.contracts.servers import Opener, PaperThread, fake, real


@pytest.fixture(scope="session")
def paper_thread() -> Iterator[PaperThread]:
    with PaperThread() as running:
        yield running


@pytest.fixture(params=["real", "fake"])
def open_server(request: pytest.FixtureRequest) -> Opener:
    if request.param == "fake":
        return fake
    return partial(real, request.getfixturevalue("paper_thread"))
