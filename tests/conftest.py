"""A server that stands for Astria; an addon of simcord gives the Discord side (see e2e)."""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import AsyncIterator, Callable

import pytest
from hypothesis import HealthCheck, settings

from standins.astria.pack_builders import pack_260
from standins.astria.server import Astria, astria_server
from standins.astria.shapes import SHAPES

# Machines are shared and noisy: the time of an example means nothing.
settings.register_profile("noisy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("noisy")

# A background job of a shell ignores Ctrl-C, and so do its child processes.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Spare each later garbage collection the many objects of imports and of pytest."""
    gc.collect()
    gc.freeze()


@pytest.fixture
async def astria(request: pytest.FixtureRequest) -> AsyncIterator[Astria]:
    """Astria on loopback, with the recorded pack 260 in both lists.

    Its shape is that of the vendor's page by default: see `tests.shapes`.
    """
    async with astria_server() as server:
        server.shape = SHAPES[getattr(request, "param", "the page")]
        server.offer(pack_260())
        server.offer(pack_260(), gallery=True)
        yield server


Clock = Callable[[float], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Advance the clock that measures ages by some seconds."""
    shift = [0.0]
    real = time.monotonic

    def advance(seconds: float) -> None:
        shift[0] += seconds

    for module in ("api.cache.memory.time", "circuitbreaker"):
        monkeypatch.setattr(f"{module}.monotonic", lambda: real() + shift[0])
    return advance
