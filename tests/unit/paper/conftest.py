"""One paper exchange on a socket for all tests of its stream; each opens an exchange of its own."""

from collections.abc import Iterator

import pytest

from tests.contracts.servers import PaperThread


@pytest.fixture(scope="session")
def paper_thread() -> Iterator[PaperThread]:
    with PaperThread() as running:
        yield running


@pytest.fixture
def exchange(paper_thread: PaperThread) -> PaperThread:
    paper_thread.open_exchange()
    return paper_thread
