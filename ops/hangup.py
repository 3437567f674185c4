"""SIGHUP: read again what may change while the bot runs."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType


def on_hangup(read_again: Callable[[], None]) -> None:
    """Call a function in the running loop at each SIGHUP; Windows has none."""
    number = getattr(signal, "SIGHUP", None)
    if number is not None:
        loop = asyncio.get_running_loop()

        def heard(signal_number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(read_again)

        signal.signal(number, heard)
