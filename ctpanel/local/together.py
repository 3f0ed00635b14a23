"""What waits at the same time, done as one piece of work in a worker's thread.

Nothing is waited for: whatever is there when the thread comes to it is taken, were it one alone.
What the work is belongs elsewhere.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from ctpanel.local.worker import Worker

T = TypeVar("T")


class Together(Generic[T]):
    """Gives `work` all that waits, in the order in which it came; once, whether it fails or not."""

    def __init__(self, worker: Worker, work: Callable[[Sequence[T]], None]) -> None:
        self._worker = worker
        self._work = work
        self._waiting: deque[tuple[T, Future[None]]] = deque()

    async def do(self, item: T, deadline: float) -> None:
        """Wait until the work that `item` was part of is done; what it raised is raised here.

        Raises:
            TimeoutError: it took longer than `deadline` seconds. An item whose work had not begun
                never becomes part of any.
        """
        done: Future[None] = Future()
        self._waiting.append((item, done))
        self._worker.put(self._do_waiting)
        async with asyncio.timeout(deadline):
            await asyncio.wrap_future(done)

    def _do_waiting(self) -> None:
        taken = [self._waiting.popleft() for _ in range(len(self._waiting))]
        begun = [(item, done) for item, done in taken if done.set_running_or_notify_cancel()]
        if not begun:  # an earlier turn has taken them
            return
        try:
            self._work([item for item, _ in begun])
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is awaited
            for _, done in begun:
                done.set_exception(error)
        else:
            for _, done in begun:
                done.set_result(None)
