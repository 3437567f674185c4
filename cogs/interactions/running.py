"""Running interactions, so that the bot can wait for them when it stops."""

from __future__ import annotations

import asyncio


class Running:
    """The tasks that answer interactions, and those that check answers again."""

    def __init__(self) -> None:
        self.answers = set[asyncio.Task[object]]()
        """Tasks whose members still wait for an answer."""
        self.rechecks = set[asyncio.Task[object]]()
        """Tasks whose members already have their answer."""
        self.interrupted = False
        """Whether tasks that took too long have been cancelled."""

    async def finish(self, seconds: float) -> None:
        """Wait until all tasks have ended, for at most `seconds`."""
        if tasks := self.answers | self.rechecks:
            await asyncio.wait(tasks, timeout=seconds)

    async def interrupt(self, seconds: float) -> None:
        """Cancel running tasks; answers have `seconds` to tell the member why."""
        self.interrupted = True
        for task in self.answers | self.rechecks:
            task.cancel()
        await self.finish(seconds)
