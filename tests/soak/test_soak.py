"""Two minutes of the soak, and that its judgement notices what leaks. `make soak` is the long run.

The run is a process of its own: what pytest has in memory is not in the figures.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.soak.leaks import LEAKS

ROOT: Final = Path(__file__).parents[2]


def soak(*arguments: str) -> tuple[int, str]:
    """Exit status and output of one run."""
    command = [sys.executable, "-m", "tests.soak.run", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - a module of our own
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.timeout(400)
def test_two_minutes_of_streaming_and_cut_links_leave_nothing_behind() -> None:
    status, said = soak("--seconds", "120", "--every", "8")
    assert status == os.EX_OK, said


@pytest.mark.timeout(300)
def test_what_leaks_with_each_quote_or_each_connection_is_noticed() -> None:
    leaks = [word for name in LEAKS for word in ("--leak", name)]
    status, said = soak("--seconds", "60", "--every", "8", *leaks)
    assert status != os.EX_OK
    for name in ("memory", "blocks", "descriptors", "tasks", "qobjects"):
        assert f"{name}: grew" in said, said
