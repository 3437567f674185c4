"""What is kept, for how long, and who asks for it anew."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from api.cache import Cache
from api.errors import NotFound, Unavailable


class Source:
    """Something to load: it counts, and answers when and what it is told to."""

    def __init__(self) -> None:
        self.loads = 0
        self.failure: Exception | None = None
        self.gate: asyncio.Event | None = None

    async def load(self, key: str) -> str:
        self.loads += 1
        load = self.loads
        if self.gate:
            await self.gate.wait()
        if self.failure:
            raise self.failure
        return f"{key} {load}"


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    shift = [0.0]
    real = time.monotonic
    monkeypatch.setattr("api.cache.time.monotonic", lambda: real() + shift[0])

    def advance(seconds: float) -> None:
        shift[0] += seconds

    return advance


def cache_of(load: Callable[[str], Awaitable[str]]) -> Cache[str, str]:
    return Cache(load, ttl=10, stale_ttl=100, size=10)


async def test_many_askers_make_one_load(source: Source) -> None:
    source.gate = asyncio.Event()
    cache = cache_of(source.load)
    askers = [asyncio.create_task(cache.get("a")) for _ in range(1000)]
    await asyncio.sleep(0)
    askers[0].cancel()
    source.gate.set()
    results = await asyncio.gather(*askers[1:])
    assert source.loads == 1
    assert {result.value for result in results} == {"a 1"}


async def test_fresh_then_renewed(source: Source, clock: Callable[[float], None]) -> None:
    cache = cache_of(source.load)
    assert (await cache.get("a")).value == "a 1"
    clock(9)
    assert (await cache.get("a")).value == "a 1"
    clock(2)
    served = await cache.get("a")
    assert (served.value, served.stale) == ("a 1", True)
    await asyncio.sleep(0)
    assert (await cache.get("a")).value == "a 2"
    assert source.loads == 2


async def test_a_slow_renewal_is_not_waited_for(
    source: Source, clock: Callable[[float], None]
) -> None:
    cache = cache_of(source.load)
    await cache.get("a")
    clock(11)
    source.gate = asyncio.Event()
    served = await cache.get("a")
    assert (served.value, served.stale, served.failing) == ("a 1", True, False)
    source.gate.set()
    await asyncio.sleep(0.01)
    assert (await cache.get("a")).value == "a 2"


async def test_a_failure_is_no_answer(source: Source, clock: Callable[[float], None]) -> None:
    cache = cache_of(source.load)
    source.failure = Unavailable("/p/a", "down")
    for _ in range(2):
        with pytest.raises(Unavailable):
            await cache.get("a")
    assert source.loads == 2
    source.failure = None
    assert (await cache.get("a")).value == "a 3"
    clock(50)
    source.failure = Unavailable("/p/a", "down")
    await cache.get("a")
    await asyncio.sleep(0)
    served = await cache.get("a")
    assert (served.value, served.stale, served.failing) == ("a 3", True, True)
    clock(60)
    with pytest.raises(Unavailable):
        await cache.get("a")


async def test_what_is_gone_is_not_served(source: Source, clock: Callable[[float], None]) -> None:
    cache = cache_of(source.load)
    await cache.get("a")
    clock(11)
    source.failure = NotFound("/p/a", "gone")
    await cache.get("a")
    await asyncio.sleep(0)
    with pytest.raises(NotFound):
        await cache.get("a")
    assert cache.peek("a") is None
