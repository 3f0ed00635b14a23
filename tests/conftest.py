"""What every test gets: async tests that may leave nothing behind, and loud logs.

With `--without-qt` importing Qt fails: the core is tested as it must be able to live, without a
window. `make test` runs unit and contract tests so, and the window's tests in a run of their own.
"""

import asyncio
import gc
import inspect
import logging
import sys
from collections.abc import Callable, Iterator
from importlib.abc import MetaPathFinder
from typing import Any

import hypothesis
import pytest

QT_PACKAGES = ("PySide6", "shiboken6", "qasync")


class NoQt(MetaPathFinder):
    """Lets no Qt package be imported."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        if name.split(".", maxsplit=1)[0] in QT_PACKAGES:
            raise ImportError(f"{name} may not be imported by the core")


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    parser.addoption("--without-qt", action="store_true", help="importing Qt fails")
    parser.addoption("--onscreen", action="store_true", help="show the windows under test")
    if not pluginmanager.hasplugin("pytest-qt"):
        for name in (
            "qt_api",
            "qt_log_level_fail",
            "qt_log_ignore",
        ):  # its settings are in pyproject all the same
            parser.addini(name, "pytest-qt is switched off in this run")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.register_profile("project", deadline=None)  # a slow machine is no bug
    hypothesis.settings.load_profile("project")
    if config.getoption("--without-qt"):
        loaded = [name for name in QT_PACKAGES if name in sys.modules]
        if loaded:
            raise pytest.UsageError(f"{loaded} is loaded already; add -p no:pytest-qt")
        sys.meta_path.insert(0, NoQt())


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collections between tests need not look at it again."""
    gc.collect()
    gc.freeze()


LoopFactory = Callable[[], asyncio.AbstractEventLoop]


@pytest.fixture
def loop_factory() -> LoopFactory | None:
    """How the loop of an async test is made; None is asyncio's own way."""
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run `async def` tests; leftover tasks and errors nobody saw fail them."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    factory = pyfuncitem._request.getfixturevalue("loop_factory")
    names = pyfuncitem._fixtureinfo.argnames
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    problems: list[dict[str, Any]] = []

    async def body() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, found: problems.append(found))
        await pyfuncitem.obj(**arguments)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks left running: {left}"

    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(body())
    gc.collect()
    assert not problems, problems
    return True


@pytest.fixture(autouse=True)
def no_unexpected_warnings(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A record of WARNING or above fails the test, unless it took the records and cleared them."""
    yield
    loud = [r for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert not loud, [r.getMessage() for r in loud]
