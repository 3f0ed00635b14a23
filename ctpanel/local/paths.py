"""The one place that knows where files are."""

from dataclasses import dataclass
from pathlib import Path

import platformdirs

_OWNER_ONLY = 0o700


@dataclass(frozen=True, slots=True)
class Paths:
    """The files of one data folder."""

    folder: Path

    @property
    def settings(self) -> Path:
        """What is remembered between starts."""
        return self.folder / "settings.json"

    @property
    def journal(self) -> Path:
        """The durable record."""
        return self.folder / "journal.sqlite3"

    @property
    def halt(self) -> Path:
        """There while the panel is halted."""
        return self.folder / "halted"

    @property
    def log(self) -> Path:
        """What the program says of itself."""
        return self.folder / "ctpanel.log"

    @property
    def lock(self) -> Path:
        """Held while a panel uses the folder."""
        return self.folder / "ctpanel.lock"

    @property
    def knock(self) -> Path:
        """There while somebody wants to see the panel that uses the folder."""
        return self.folder / "ctpanel.show"


def locate(chosen: Path | None, *, on_paper: bool) -> Paths:
    """The data folder, whether it is there or not.

    Paper has a folder of its own, so that practice leaves no trace among real trades.
    """
    folder = chosen
    if folder is None:
        folder = Path(platformdirs.user_data_dir("ctpanel", appauthor=False))
        folder = folder / "paper" if on_paper else folder
    return Paths(folder.resolve())


def prepare(chosen: Path | None, *, on_paper: bool) -> Paths:
    """The data folder; one that is made here can be read by its owner only.

    Raises:
        OSError: it cannot be made.
    """
    paths = locate(chosen, on_paper=on_paper)
    paths.folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
    return paths
