"""The installed program on a real X server: each test has a desktop, and servers, of its own."""

import re
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Final, Protocol

import pytest

from tests.e2e.credentials import SecretService
from tests.e2e.desktop import Desktop, missing
from tests.e2e.panel import Panel
from tests.e2e.paper import TOKEN, PaperExchange

DESKTOP: Final = pytest.StashKey[Desktop]()
SCREENSHOTS: Final = Path(__file__).parents[2] / "build" / "e2e"


class OpenPanel(Protocol):
    """Opens a panel with these arguments on the test's data folder."""

    def __call__(self, *arguments: str) -> Panel: ...


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the screen, and what the programs said, of a test that failed."""
    report = yield
    desktop = item.stash.get(DESKTOP, None)
    if report.failed and report.when != "teardown" and desktop is not None:
        name = re.sub(r"\W+", "-", item.name)  # ImageMagick reads more into brackets
        picture = SCREENSHOTS / f"{name}.png"
        desktop.screenshot(picture)
        report.sections.append(("screenshot", str(picture)))
        for log in sorted(desktop.logs.iterdir()):
            report.sections.append((log.name, log.read_text(errors="replace")))
    return report


@pytest.fixture
def desktop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desktop]:
    if sys.platform != "linux":
        pytest.skip("needs an X server")
    if lacking := missing():
        pytest.skip(f"needs {', '.join(lacking)}; `make system-test` installs it")
    with (
        tempfile.TemporaryDirectory(prefix="ctp-") as folder,  # sockets need a short path
        Desktop(Path(folder), tmp_path / "logs") as made,
    ):
        request.node.stash[DESKTOP] = made
        yield made


@pytest.fixture
def secret_service(desktop: Desktop) -> SecretService:
    return SecretService(desktop)


@pytest.fixture
def exchange(desktop: Desktop) -> PaperExchange:
    return PaperExchange(desktop)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def open_panel(desktop: Desktop, data_dir: Path) -> OpenPanel:
    return lambda *arguments: Panel(desktop, *arguments, "--data-dir", str(data_dir))


@pytest.fixture
def paper_panel(open_panel: OpenPanel) -> Panel:
    """A panel that started its own paper exchange, ready for a press."""
    panel = open_panel("--paper")
    panel.wait_for_offer("LONG 3 → SHORT 3")
    return panel


@pytest.fixture
def panel(open_panel: OpenPanel, exchange: PaperExchange, secret_service: SecretService) -> Panel:
    """A panel on the test's own exchange, its token in the credential store, ready for a press."""
    secret_service.keep(exchange.origin, TOKEN)
    opened = open_panel("--base-url", exchange.origin)
    opened.wait_for_offer("LONG 3 → SHORT 3")
    return opened
