"""Wait for events in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def until(happened: Callable[[], Awaitable[bool] | bool], *, within: float = 10) -> None:
    """Wait until a condition holds; fail after some seconds."""
    for _ in range(round(within * 100)):
        outcome = happened()
        if outcome if isinstance(outcome, bool) else await outcome:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")
