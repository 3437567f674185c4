"""Signals: SIGTERM and Ctrl-C end the bot, SIGHUP makes it read its files again."""

from __future__ import annotations

import asyncio
import faulthandler
import signal
import socket
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from functools import partial
from types import FrameType

import structlog

log = structlog.stdlib.get_logger("bot")

_ENDING = (signal.SIGINT, signal.SIGTERM)

# If the end hangs, for example in a thread that reads from a disk, the process is killed this many
# seconds after the signal. Docker, Kubernetes and systemd would kill it after ten.
_LONGEST_END = 6

# The pause before a cancellation is repeated. In seconds.
_CANCELLING = 0.1


class Stop:
    """The request to stop: SIGTERM or Ctrl-C, at any moment since this was made.

    A second signal ends the process at once.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._told = asyncio.Event()
        # A handler of the loop's own would wait for a loop that hangs.
        for one in _ENDING:
            signal.signal(one, self._heard)

    async def until_told(self, work: Coroutine[None, None, None]) -> None:
        """Do the work until a signal comes, if none has come yet; raises what the work raises."""
        task, told = self._loop.create_task(work), self._loop.create_task(self._told.wait())
        await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        # discord.py ignores a cancellation that comes while a shard connects again.
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_CANCELLING)
        if not task.cancelled():
            task.result()

    def _heard(self, signal_number: int, frame: FrameType | None) -> None:
        for one in _ENDING:
            signal.signal(one, signal.SIG_DFL)
        # It prints the stack of every thread, and ends the process with status 1.
        faulthandler.dump_traceback_later(_LONGEST_END, exit=True)
        self._loop.call_soon_threadsafe(self._stop)

    def _stop(self) -> None:
        log.info("stopping")
        self._told.set()


def on_hangup(read_again: Callable[[], None]) -> None:
    """Call a function in the running loop at each SIGHUP."""
    loop = asyncio.get_running_loop()

    def heard(signal_number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(read_again)

    signal.signal(signal.SIGHUP, heard)


@contextmanager
def woken_by_signals() -> Generator[None]:
    """Let each signal wake the running loop.

    Python calls a handler when it runs bytecode again. If a signal comes just as the loop begins to
    wait, or to another thread, that would be when the loop next has something to do.
    """
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
