"""The interactions that are being handled, so that the bot can end when they have."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager


class Running:
    """The tasks that handle interactions."""

    def __init__(self) -> None:
        self._tasks = set[asyncio.Task[object]]()
        self.interrupted = False
        """What still runs was cancelled, as it could not be waited for any longer."""

    @contextmanager
    def current_task(self) -> Generator[None]:
        """Count the current task for as long as what is inside takes."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("there is no current task")
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    async def finish(self, *, patience: float) -> None:
        """Wait for what is running; interrupt what takes longer than some seconds."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        self.interrupted = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
