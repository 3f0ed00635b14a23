"""Every contract test runs against the real thing, over both its ways, and against the fake."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.contracts.servers import Opener, PaperThread, fake, real, streamed


@pytest.fixture(scope="session")
def paper_thread() -> Iterator[PaperThread]:
    with PaperThread() as running:
        yield running


@pytest.fixture(params=["real", "stream", "fake"])
def open_server(request: pytest.FixtureRequest) -> Opener:
    if request.param == "fake":
        return fake
    opener = streamed if request.param == "stream" else real
    return partial(opener, request.getfixturevalue("paper_thread"))
