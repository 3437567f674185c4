"""Wait for what happens behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def until(happened: Callable[[], Awaitable[bool] | bool]) -> None:
    """Return once something has happened; fail if it does not in ten seconds."""
    for _ in range(1000):
        outcome = happened()
        if outcome if isinstance(outcome, bool) else await outcome:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")
