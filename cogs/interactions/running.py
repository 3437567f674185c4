"""The interactions that are being handled, so that the bot can wait for them when it stops."""

from __future__ import annotations

import asyncio


class Running:
    """The tasks that answer interactions, and those that check an answer again."""

    def __init__(self) -> None:
        self.answers = set[asyncio.Task[object]]()
        """The tasks whose members still wait for an answer."""
        self.rechecks = set[asyncio.Task[object]]()
        """The tasks whose members have their answer already."""
        self.interrupted = False
        """Whether tasks that took too long have been cancelled."""

    async def finish(self, seconds: float) -> None:
        """Wait until all of them have ended, for so many seconds at most."""
        if tasks := self.answers | self.rechecks:
            await asyncio.wait(tasks, timeout=seconds)

    async def interrupt(self, seconds: float) -> None:
        """Cancel what is still running; answers have so many seconds to tell the member why."""
        self.interrupted = True
        for task in self.answers | self.rechecks:
            task.cancel()
        await self.finish(seconds)
