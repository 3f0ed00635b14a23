"""Running coroutines: kept alive, never silently dead. What they do is the use-cases' business.

asyncio keeps only weak references to tasks and tells nobody of an exception until the task is
collected; both have cost traders a live-looking panel with a dead poller inside.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Tasks:
    """Owns every task of the panel.

    `on_error` is told at once of any exception a task ends with.
    """

    def __init__(self, on_error: Callable[[str, BaseException], None]) -> None:
        self._on_error = on_error
        self._live: set[asyncio.Task[Any]] = set()

    def spawn(self, coroutine: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run a coroutine until it ends by itself or `cancel_all` is called."""
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._live.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._live.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_error(task.get_name(), error)

    async def cancel_all(self) -> None:
        """End what is left, at shutdown; orders are awaited before, never cancelled."""
        left = [task for task in self._live if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
