"""Signals of the system: SIGHUP, and that the event loop notices each of them at once."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from types import FrameType


def on_hangup(read_again: Callable[[], None]) -> None:
    """Call a function in the running loop at each SIGHUP; Windows has none."""
    number = getattr(signal, "SIGHUP", None)
    if number is not None:
        loop = asyncio.get_running_loop()

        def heard(signal_number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(read_again)

        signal.signal(number, heard)


@contextmanager
def woken_by_signals() -> Generator[None]:
    """Let each signal wake the running loop.

    Python calls a handler when it goes on. A signal that comes just as the loop begins to wait, or
    to another thread, would be noticed when the loop next has something to do. On Windows, loops
    see to that themselves.
    """
    if sys.platform == "win32":
        yield
        return
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.setblocking(False)
        loop.add_reader(ours, partial(ours.recv, 4096))
        before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            loop.remove_reader(ours)
