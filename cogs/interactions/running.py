"""The interactions that are being handled, so that the bot can end when they have."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager


class Running:
    """The tasks that answer interactions, and those that check an answer again."""

    def __init__(self) -> None:
        self._answers = set[asyncio.Task[object]]()
        self._rechecks = set[asyncio.Task[object]]()
        self.interrupted = False
        """Whether tasks that took too long have been cancelled."""

    @contextmanager
    def answer(self) -> Generator[None]:
        """Count the current task as one whose member still waits for the answer."""
        with _counted_in(self._answers):
            yield

    @contextmanager
    def recheck(self) -> Generator[None]:
        """Count the current task as one whose member has the answer already."""
        with _counted_in(self._rechecks):
            yield

    @property
    def answers(self) -> int:
        """How many members still wait for an answer."""
        return len(self._answers)

    @property
    def rechecks(self) -> int:
        """How many answers are being checked again."""
        return len(self._rechecks)

    async def finish(self, seconds: float) -> None:
        """Wait until all of them have ended, for so many seconds at most."""
        if tasks := self._answers | self._rechecks:
            await asyncio.wait(tasks, timeout=seconds)

    async def interrupt(self, seconds: float) -> None:
        """Cancel what is still running; answers have so many seconds to tell the member why."""
        self.interrupted = True
        for task in self._answers | self._rechecks:
            task.cancel()
        await self.finish(seconds)


@contextmanager
def _counted_in(tasks: set[asyncio.Task[object]]) -> Generator[None]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("there is no current task")
    tasks.add(task)
    try:
        yield
    finally:
        tasks.discard(task)
