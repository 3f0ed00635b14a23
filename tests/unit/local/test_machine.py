"""Logs, folders, the instance lock, the worker thread."""

import asyncio
import logging
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ctpanel.app.ports import Token, TokenHolder
from ctpanel.local.clock import SystemClock
from ctpanel.local.instance import AlreadyRunning, hold, knock, was_knocked
from ctpanel.local.logs import start_logging, stop_logging
from ctpanel.local.paths import prepare
from ctpanel.local.worker import Worker

SECRET = "s3cret-token-0123456789"


def logged(tmp_path: Path, *records: tuple[str, str]) -> str:
    path = tmp_path / "ctpanel.log"
    handler = start_logging(path, TokenHolder(Token(SECRET)))
    for name, message in records:
        logging.getLogger(name).info(message)
    try:
        int(f"failed with {SECRET}")
    except ValueError:
        logging.getLogger("ctpanel").info("a traceback", exc_info=True)
    stop_logging(handler)
    return path.read_text()


def test_the_token_is_taken_out_of_every_line_and_traceback(tmp_path: Path) -> None:
    text = logged(tmp_path, ("ctpanel", f"using {SECRET}"), ("ctpanel", "Bearer something-else"))
    assert "using [token]" in text
    assert "Bearer [token]" in text
    assert "failed with [token]" in text
    assert SECRET not in text
    assert "something-else" not in text


def test_the_http_library_does_not_log_addresses(tmp_path: Path) -> None:
    assert "accounts" not in logged(tmp_path, ("httpx", "GET https://x/accounts/Sim101"))


def test_the_log_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    logged(tmp_path)
    assert stat.S_IMODE((tmp_path / "ctpanel.log").stat().st_mode) == 0o600


def test_a_log_that_was_readable_by_all_is_not_any_more(tmp_path: Path) -> None:
    (tmp_path / "ctpanel.log").touch(mode=0o644)
    logged(tmp_path)
    assert stat.S_IMODE((tmp_path / "ctpanel.log").stat().st_mode) == 0o600


def test_every_log_of_a_rotation_is_readable_by_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ctpanel.local.logs.MAX_BYTES", 500)
    logged(tmp_path, *[("ctpanel", "x" * 100)] * 20)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(list(tmp_path.iterdir())) > 2
    assert modes == {0o600}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such setting")
def test_a_crash_leaves_no_image_of_the_memory() -> None:
    code = (
        "import resource; from ctpanel.local.dumps import forbid_core_dumps; forbid_core_dumps();"
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert run.stdout == "(0, 0)\n"


def test_a_chosen_data_folder_is_used_as_it_is(tmp_path: Path) -> None:
    paths = prepare(tmp_path / "new" / "folder", on_paper=True)
    assert paths.settings == (tmp_path / "new" / "folder" / "settings.json").resolve()
    assert stat.S_IMODE(paths.folder.stat().st_mode) == 0o700


def test_paper_has_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    live, paper = prepare(None, on_paper=False), prepare(None, on_paper=True)
    assert live.folder != paper.folder
    assert live.journal != paper.journal


def test_a_held_folder_cannot_be_held_again(tmp_path: Path) -> None:
    lock = hold(tmp_path / "lock")
    program = (
        "import sys, pathlib\nfrom ctpanel.local.instance import hold, AlreadyRunning\n"
        "try: hold(pathlib.Path(sys.argv[1]))\nexcept AlreadyRunning: sys.exit(7)\n"
    )
    run = [sys.executable, "-c", program, str(tmp_path / "lock")]
    assert subprocess.run(run, check=False).returncode == 7  # noqa: S603 - our own program
    lock.release()
    assert subprocess.run(run, check=False).returncode == 0  # noqa: S603 - same


def test_a_folder_is_free_again_after_its_holder_was_killed(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib, time\nfrom ctpanel.local.instance import hold\n"
        "lock = hold(pathlib.Path(sys.argv[1]))\nprint('held', flush=True)\ntime.sleep(60)\n"
    )
    run = [sys.executable, "-c", program, str(tmp_path / "lock")]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as holder:  # noqa: S603 - same
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning):
            hold(tmp_path / "lock")
        holder.kill()
    hold(tmp_path / "lock").release()


def test_a_knock_is_heard_once(tmp_path: Path) -> None:
    knock(tmp_path / "show")
    knock(tmp_path / "show")
    assert [was_knocked(tmp_path / "show") for _ in range(2)] == [True, False]


def test_a_knock_is_heard_at_its_own_folder_only(tmp_path: Path) -> None:
    mine, others = (prepare(tmp_path / name, on_paper=True) for name in ("mine", "others"))
    knock(others.knock)
    assert not was_knocked(mine.knock)


def test_nothing_but_a_knock_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "show").write_bytes(b"FLATTEN" * 100_000)
    assert was_knocked(tmp_path / "show") is True
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_knock_is_not_heard_and_left(tmp_path: Path) -> None:
    (tmp_path / "show").mkdir()
    assert not was_knocked(tmp_path / "show")
    assert (tmp_path / "show").is_dir()


def test_a_knock_where_nobody_can_be_asked_is_no_error(tmp_path: Path) -> None:
    knock(tmp_path / "nowhere" / "show")
    assert list(tmp_path.iterdir()) == []


async def test_work_is_done_in_turn_and_off_the_loops_thread() -> None:
    worker, done, threads = Worker("test"), [], set()

    def work(number: int) -> int:
        threads.add(threading.current_thread().name)
        done.append(number)
        return number

    results = await asyncio.gather(*(worker.do(lambda n=n: work(n), 5.0) for n in range(20)))  # type: ignore[misc]
    assert done == list(range(20)) == results
    assert threads == {"test"}


async def test_an_exception_of_the_work_is_raised_where_it_is_awaited() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Worker("test").do(fail, 5.0)


async def test_work_that_hangs_times_out_and_work_behind_it_is_never_begun() -> None:
    worker, begun = Worker("test"), []
    release = threading.Event()
    with pytest.raises(TimeoutError):
        await worker.do(lambda: release.wait(5), 0.05)
    with pytest.raises(TimeoutError):
        await worker.do(lambda: begun.append(1), 0.05)
    release.set()
    await worker.do(lambda: time.sleep(0), 5.0)
    assert begun == []


async def test_a_worker_that_is_let_go_does_what_is_left_and_leaves_no_thread() -> None:
    worker = Worker("let go")
    (thread,) = (t for t in threading.enumerate() if t.name == "let go")
    left = asyncio.ensure_future(worker.do(lambda: 7, 5.0))
    await asyncio.sleep(0)
    worker.end()
    assert await left == 7
    thread.join(5.0)
    assert not thread.is_alive()


@pytest.mark.skipif(sys.platform != "linux", reason="each system has its own clock for this")
def test_time_goes_on_while_the_machine_sleeps() -> None:
    since_boot = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert 0 <= SystemClock().monotonic() - since_boot < 1
