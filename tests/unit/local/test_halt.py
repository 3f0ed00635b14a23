"""The halt as a file: it survives, it cannot be lost, and what cannot be read halts."""

import threading
from pathlib import Path

import pytest

from ctpanel.domain.halt import HaltCause, Halted
from ctpanel.local.halt import HaltFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "halted"


def test_there_is_no_halt_at_first(path: Path) -> None:
    switch = HaltFile(path)
    assert switch.load() is None
    assert not switch.is_pulled


@pytest.mark.parametrize("cause", HaltCause)
def test_the_next_run_finds_it_with_its_cause(path: Path, cause: HaltCause) -> None:
    assert HaltFile(path).pull(cause) == Halted(cause)
    again = HaltFile(path)
    assert again.load() == Halted(cause)
    assert again.is_pulled


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe", b"BY_HAND BY_HAND"])
def test_a_file_that_cannot_be_understood_halts(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    switch = HaltFile(path)
    assert switch.load() == Halted(HaltCause.RECORD)
    assert switch.is_pulled


def test_a_file_that_cannot_be_opened_halts(path: Path) -> None:
    path.mkdir()
    switch = HaltFile(path)
    assert switch.load() == Halted(HaltCause.RECORD)
    assert switch.is_pulled


def test_it_holds_for_this_run_where_it_cannot_be_saved(tmp_path: Path) -> None:
    switch = HaltFile(tmp_path / "gone" / "halted")
    assert switch.pull(HaltCause.BY_HAND) == Halted(HaltCause.BY_HAND, saved=False)
    assert switch.is_pulled


def test_released_it_is_gone_for_the_next_run_too(path: Path) -> None:
    switch = HaltFile(path)
    switch.pull(HaltCause.BY_HAND)
    switch.release()
    assert not switch.is_pulled
    assert HaltFile(path).load() is None


def test_released_it_is_gone_though_its_file_was_removed_by_someone_else(path: Path) -> None:
    switch = HaltFile(path)
    switch.pull(HaltCause.BY_HAND)
    path.unlink()
    switch.release()
    assert not switch.is_pulled


def test_it_stays_where_its_file_cannot_be_removed(path: Path) -> None:
    switch = HaltFile(path)
    switch.pull(HaltCause.BY_HAND)
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match="halted"):
        switch.release()
    assert switch.is_pulled


def test_only_the_owner_can_read_it(path: Path) -> None:
    HaltFile(path).pull(HaltCause.BY_HAND)
    assert path.stat().st_mode & 0o077 == 0


def test_it_is_pulled_for_every_thread_at_once(path: Path) -> None:
    switch = HaltFile(path)
    thread = threading.Thread(target=switch.pull, args=(HaltCause.BY_HAND,))
    thread.start()
    thread.join(5.0)
    assert switch.is_pulled


def test_pulled_while_a_release_is_under_way_it_stays_pulled(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = HaltFile(path)
    switch.pull(HaltCause.BY_HAND)
    again = threading.Thread(target=switch.pull, args=(HaltCause.BY_HAND,))
    unlink = Path.unlink

    def pull_meanwhile(self: Path, *, missing_ok: bool) -> None:
        monkeypatch.undo()
        unlink(self, missing_ok=missing_ok)
        again.start()
        again.join(0.1)

    monkeypatch.setattr(Path, "unlink", pull_meanwhile)
    switch.release()
    again.join(5.0)
    assert switch.is_pulled
    assert HaltFile(path).load() == Halted(HaltCause.BY_HAND)


def test_nothing_may_leave_from_the_pull_on_however_long_a_release_takes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch, seen = HaltFile(path), []

    def pull_and_look(_: Path, *, missing_ok: bool) -> None:
        thread = threading.Thread(target=switch.pull, args=(HaltCause.BY_HAND,), daemon=True)
        thread.start()
        thread.join(0.1)
        seen.append(switch.is_pulled)

    monkeypatch.setattr(Path, "unlink", pull_and_look)
    switch.release()
    assert seen == [True]
