"""Blocking work off the window's thread.

Daemon threads: a hung disk or a credential prompt must not keep the panel from closing, nor the
window from drawing.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class Worker:
    """One thread that does one thing after the other."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def end(self) -> None:
        """Let the thread go once everything is done; one that nobody ends is there for ever."""
        self._jobs.put(None)

    def put(self, job: Callable[[], None]) -> None:
        """Do `job` there, behind what was put before; it must not raise."""
        self._jobs.put(job)

    async def do(self, work: Callable[[], T], deadline: float) -> T:
        """Do `work` there and give its result or exception here.

        Raises:
            TimeoutError: it took longer than `deadline` seconds. Work that had not begun never
                will; work that had goes on in its thread.
        """
        job: Future[T] = Future()
        self.put(lambda: _carry_out(job, work))
        async with asyncio.timeout(deadline):
            return await asyncio.wrap_future(job)


def _carry_out(job: Future[T], work: Callable[[], T]) -> None:
    if not job.set_running_or_notify_cancel():
        return
    try:
        job.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it is raised again where it is awaited
        job.set_exception(error)
