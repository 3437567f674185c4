"""Values are cached, expire, and are refreshed."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from api.cache.cached import Cached, aged
from api.cache.memory import Cache
from api.wire.errors import NotFound, Unavailable
from tests.conftest import Clock


class Source:
    """A source of values: it counts its loads; the test controls its answers."""

    def __init__(self) -> None:
        self.loads = 0
        self.kept: dict[str, Cached[str]] = {}
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

    async def recall(self, key: str) -> Cached[str] | None:
        return self.kept.get(key)


@pytest.fixture
def source() -> Source:
    return Source()


def cache_of(source: Source) -> Cache[str, str]:
    return Cache(source.load, source.recall, ttl=10, stale_ttl=100, size=10)


async def test_concurrent_askers_share_one_load(source: Source) -> None:
    source.gate = asyncio.Event()
    cache = cache_of(source)
    askers = [asyncio.create_task(cache.get("a")) for _ in range(1000)]
    await asyncio.sleep(0)
    askers[0].cancel()
    source.gate.set()
    results = await asyncio.gather(*askers[1:])
    assert source.loads == 1
    assert {result.value for result in results} == {"a 1"}


async def test_fresh_value_is_kept_then_refreshed(source: Source, clock: Clock) -> None:
    cache = cache_of(source)
    assert (await cache.get("a")).value == "a 1"
    clock(9)
    assert (await cache.get("a")).value == "a 1"
    clock(2)
    served = await cache.get("a")
    assert (served.value, served.stale) == ("a 1", True)
    await asyncio.sleep(0)
    assert (await cache.get("a")).value == "a 2"
    assert source.loads == 2


async def test_slow_refresh_serves_stale_value(source: Source, clock: Clock) -> None:
    cache = cache_of(source)
    await cache.get("a")
    clock(11)
    source.gate = asyncio.Event()
    served = await cache.get("a")
    assert (served.value, served.stale, served.failing) == ("a 1", True, False)
    source.gate.set()
    await asyncio.sleep(0.01)
    assert (await cache.get("a")).value == "a 2"


async def test_failure_is_not_cached(source: Source, clock: Clock) -> None:
    cache = cache_of(source)
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


async def test_unexpected_error_of_refresh_is_logged(source: Source, clock: Clock) -> None:
    cache = cache_of(source)
    await cache.get("a")
    clock(11)
    source.failure = LookupError("a bug")
    with capture_logs() as lines:
        await cache.get("a")
        await asyncio.sleep(0)
    assert [line["exc_info"] for line in lines] == [source.failure]
    served = await cache.get("a")
    assert (served.value, served.failing) == ("a 1", True)


async def test_answer_is_kept_if_all_askers_are_cancelled(source: Source) -> None:
    source.gate = asyncio.Event()
    cache = cache_of(source)
    askers = [asyncio.create_task(cache.get("a")) for _ in range(3)]
    await asyncio.sleep(0)
    for asker in askers:
        asker.cancel()
    await asyncio.gather(*askers, return_exceptions=True)
    source.gate.set()
    await cache.settle("a")
    known = cache.peek("a")
    assert known is not None
    assert (known.value, source.loads) == ("a 1", 1)


async def test_close_cancels_running_loads(source: Source) -> None:
    source.gate = asyncio.Event()
    cache = cache_of(source)
    asker = asyncio.create_task(cache.get("a"))
    await asyncio.sleep(0)
    await cache.close()
    with pytest.raises(asyncio.CancelledError):
        await asker


async def test_fresh_value_from_the_store_is_not_loaded(source: Source, clock: Clock) -> None:
    source.kept["a"] = aged("kept", age=4)
    cache = cache_of(source)
    served = await cache.get("a")
    assert (served.value, served.stale, source.loads) == ("kept", False, 0)
    clock(7)
    # It is stale, and the store has nothing better, so it is loaded.
    source.kept["a"] = aged("kept", age=11)
    assert (await cache.get("a")).stale
    await asyncio.sleep(0)
    assert (await cache.get("a")).value == "a 1"


async def test_stale_value_from_the_store_is_served_while_it_is_loaded(source: Source) -> None:
    source.kept["a"] = aged("kept", age=50)
    cache = cache_of(source)
    served = await cache.get("a")
    assert (served.value, served.stale) == ("kept", True)
    await asyncio.sleep(0)
    assert (await cache.get("a")).value == "a 1"


async def test_answer_refreshed_by_another_process_is_used(source: Source, clock: Clock) -> None:
    cache = cache_of(source)
    await cache.get("a")
    clock(11)
    source.kept["a"] = aged("renewed elsewhere", age=1)
    assert (await cache.get("a")).stale
    await asyncio.sleep(0)
    assert (await cache.get("a")).value == "renewed elsewhere"
    assert source.loads == 1


async def test_expired_value_from_the_store_is_not_served(source: Source) -> None:
    source.kept["a"] = aged("kept", age=101)
    assert (await cache_of(source).get("a")).value == "a 1"


async def test_deleted_pack_is_not_served(source: Source, clock: Clock) -> None:
    cache = cache_of(source)
    await cache.get("a")
    clock(11)
    source.failure = NotFound("/p/a", "gone")
    await cache.get("a")
    await asyncio.sleep(0)
    with pytest.raises(NotFound):
        await cache.get("a")
    assert cache.peek("a") is None


async def test_outage_is_logged_once(source: Source, clock: Clock) -> None:
    cache = cache_of(source)
    await cache.get("a")
    source.failure = Unavailable("/p/a", "down")
    clock(11)
    with capture_logs() as lines:
        for _ in range(3):
            await cache.get("a")
            await cache.settle("a")
    assert [line["log_level"] for line in lines] == ["warning", "debug", "debug"]


async def test_value_heavier_than_cache_is_kept_alone(source: Source) -> None:
    cache = Cache(
        source.load, source.recall, ttl=10, stale_ttl=100, size=10,
        weigh=lambda value: 99 if value.startswith("whale") else 4,
    )  # fmt: skip
    for key in ("a", "b", "c"):
        await cache.get(key)
    assert [key for key in "abc" if cache.peek(key)] == ["b", "c"]
    await cache.get("whale")
    assert [key for key in ("b", "c", "whale") if cache.peek(key)] == ["whale"]
    await cache.get("a")
    assert cache.peek("whale") is None


async def test_missing_key_is_remembered_for_a_minute(source: Source, clock: Clock) -> None:
    cache = cache_of(source)
    source.failure = NotFound("/p/a", "no such pack", status=404)

    async def loads(key: str) -> int:
        before = source.loads
        with pytest.raises(NotFound):
            await cache.get(key)
        return source.loads - before

    assert [await loads("a") for _ in range(3)] == [1, 0, 0]
    clock(61)
    assert await loads("a") == 1
    # Thousands of others evict it: memory is bounded.
    for number in range(5_000):
        await loads(f"{number}")
    assert await loads("a") == 1
