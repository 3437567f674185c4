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
        """What was still running has been cancelled, as it could not be waited for."""

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

    def __len__(self) -> int:
        return len(self._tasks)

    async def finish(self, seconds: float) -> None:
        """Wait for what is running, so long at the most."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    async def interrupt(self, seconds: float) -> None:
        """End what is running; each has so long at the most to say why."""
        self.interrupted = True
        for task in self._tasks:
            task.cancel()
        await self.finish(seconds)
