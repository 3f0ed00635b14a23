"""One run of a module's tests on other code than its file's, in a process of its own.

It is forked from a process that has imported everything that is not ours. Nothing on disk is
changed. What to run, and what it means, is in run.py.
"""

import ast
import importlib
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing.connection import wait
from pathlib import Path
from types import CodeType
from typing import Final

import hypothesis
import pytest

ROOT: Final = Path(__file__).parent.parent.parent
_FORK: Final = multiprocessing.get_context("fork")
_MEMORY: Final = 4 << 30
"""Bytes; a mutant that fills the machine is noticed by that."""

_TO_GO: Final = 5.0
"""Seconds from a process's last word until it is gone."""

_WARM: Final = (
    *("asyncio", "ssl", "sqlite3", "msgspec", "httpx", "httpcore", "truststore", "keyring"),
    *("platformdirs", "filelock", "anyio", "starlette.applications", "uvicorn", "apsw"),
    *("hypothesis.stateful", "hypothesis.strategies", "unittest.mock"),
)
"""What the tests import that is not ours; a name less is only slower."""

_OPTIONS: Final = (
    *("-x", "-q", "--tb=no", "--assert=plain", "--without-qt", "-p", "pytest_timeout"),
    *("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)),
)


@dataclass(frozen=True, slots=True)
class Job:
    """A module's name and file, the tree that is loaded in its place, and the tests to run."""

    name: str
    path: Path
    tree: ast.Module
    tests: tuple[str, ...]


def warm_up() -> None:
    """Import once what every run needs; plugins are left to pytest, but only those named."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in _WARM:
        with suppress(ImportError):
            importlib.import_module(name)


def failures(jobs: Iterable[Job], at_once: int, within: float) -> Iterator[tuple[int, int | None]]:
    """Run the jobs; yields each one's number and exit status, None when its time was over.

    `within` is the time for each, in seconds.
    """
    waiting, running = enumerate(jobs), dict[int, _Run]()
    while True:
        while len(running) < at_once and (following := next(waiting, None)):
            run = _Run(*following, within)
            running[run.sentinel] = run
        if not running:
            return
        until = min(run.ends for run in running.values())
        ready = wait(list(running), max(0.0, until - time.monotonic()))
        for run in list(running.values()):
            is_late = run.ends <= time.monotonic()
            if is_late or run.sentinel in ready:
                del running[run.sentinel]
                yield run.number, run.ended(is_late=is_late)


class _Run:
    """One process, the leader of a group of its own."""

    def __init__(self, number: int, job: Job, within: float) -> None:
        self.number = number
        self.folder = tempfile.TemporaryDirectory(prefix="mutant-", ignore_cleanup_errors=True)
        self.process = _FORK.Process(target=_in_child, args=(job, self.folder.name))
        self.process.start()
        self.sentinel = self.process.sentinel
        self.ends = time.monotonic() + within

    def ended(self, *, is_late: bool) -> int | None:
        """Its exit status, None when it is late; whatever is left of it is killed."""
        self.process.join(0 if is_late else _TO_GO)
        status = self.process.exitcode
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        self.process.join()
        self.folder.cleanup()
        return status


def _in_child(job: Job, folder: str) -> None:
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    if "CTPANEL_MUTANTS_LOUD" not in os.environ:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
    status = 1
    try:
        sys.meta_path.insert(0, _ChangedModule(job))
        arguments = [*_OPTIONS, f"--basetemp={folder}/files", *(str(ROOT / t) for t in job.tests)]
        status = int(pytest.main(arguments, [_Quick()]))
    finally:
        sys.stdout.flush()
        os._exit(status)  # whatever the mutant left running ends here


class _ChangedModule(MetaPathFinder):
    """Loads one module from the job's tree."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> ModuleSpec | None:
        if name != self.job.name:
            return None
        return spec_from_file_location(name, self.job.path, loader=_Loader(self.job))


class _Loader(SourceFileLoader):
    def __init__(self, job: Job) -> None:
        super().__init__(job.name, str(job.path))
        self.job = job

    def get_code(self, _name: str) -> CodeType:
        return compile(self.job.tree, self.job.path, "exec", dont_inherit=True)


class _Quick:
    """A failure is all that counts: Hypothesis need not make it small, nor remember it."""

    @staticmethod
    def pytest_sessionstart() -> None:
        hypothesis.settings.register_profile(
            "mutants",
            deadline=None,
            database=None,
            derandomize=True,
            phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        hypothesis.settings.load_profile("mutants")
