"""Signals reach the event loop, whichever thread the system gives them to."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from ops.signals import on_hangup, woken_by_signals
from standins.processes import ROOT, send_signal
from tests.waiting import until


@pytest.fixture
def heard() -> Iterator[asyncio.Event]:
    """The event that SIGHUP sets."""
    heard, before = asyncio.Event(), signal.getsignal(signal.SIGHUP)
    yield heard
    signal.signal(signal.SIGHUP, before)


def raise_soon() -> None:
    """Send SIGHUP to another thread: the main thread, where handlers run, still waits."""

    def raise_here() -> None:
        signal.pthread_kill(threading.get_ident(), signal.SIGHUP)

    threading.Timer(0.05, raise_here).start()


async def test_signal_wakes_the_loop(heard: asyncio.Event) -> None:
    on_hangup(heard.set)
    with woken_by_signals():
        raise_soon()
        async with asyncio.timeout(5):
            await heard.wait()


async def test_loop_without_wakeup_misses_the_signal(heard: asyncio.Event) -> None:
    on_hangup(heard.set)
    raise_soon()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await heard.wait()


HANGING = """
import asyncio
from ops.signals import Stop
async def hang():
    print(flush=True)
    while True:
        pass
async def main():
    await Stop().until_told(hang())
asyncio.run(main())
"""

TOLD_BETWEEN_TWO_WORKS = """
import asyncio, os, signal
from ops.signals import Stop
async def main():
    stop = Stop()
    await stop.until_told(asyncio.sleep(0))
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(0.1)
    await stop.until_told(asyncio.sleep(60))
asyncio.run(main())
"""


async def test_signal_between_two_works_ends_the_second() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", TOLD_BETWEEN_TWO_WORKS, cwd=ROOT
    )
    assert await asyncio.wait_for(process.wait(), 5) == 0


async def test_second_signal_ends_a_hanging_loop() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HANGING, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()

    def ends() -> bool:
        if process.returncode is None:
            send_signal(process.pid, signal.SIGTERM)
        return process.returncode is not None

    try:
        await until(ends, within=5)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == -signal.SIGTERM
