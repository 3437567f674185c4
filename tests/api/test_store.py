"""Answers that outlive the process: on disk, and in a real Redis."""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Protocol, cast

import diskcache
import pytest
import structlog
from redis.asyncio import Redis

from api.catalogue import Catalogue
from api.client import AstriaClient
from api.costs import CostBook
from api.errors import NotFound, NotUnderstood, Unavailable
from api.models import Include, Source
from api.store import MemoryOnly, open_store
from tests.astria import Astria, made_up_pack, pack_260
from tests.conftest import Clock
from tests.servers import RedisServer, redis_server
from tests.waiting import until

KEY = "sd_marked-key"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


@pytest.fixture(params=["disk", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "disk":
        return f"disk://{tmp_path / 'kept answers'}".replace(" ", "%20")
    server: RedisServer = request.getfixturevalue("redis")
    return server.url


@asynccontextmanager
async def process(astria: Astria, url: str, ttl: float = 300) -> AsyncGenerator[Catalogue]:
    """Begin with nothing in memory, as a process does."""
    client = AstriaClient(
        astria.url,
        KEY,
        timeout=1,
        cost_mc_per_usd=Decimal(10000),
        store=open_store(url, keep_for=3600),
    )
    catalogue = Catalogue(client, ttl=ttl, stale_ttl=3600, costs=CostBook("COST"))
    yield catalogue
    await catalogue.close()
    await client.close()


async def test_a_restart_loses_nothing(astria: Astria, url: str) -> None:
    async with process(astria, url) as before:
        await before.pack(260)
        await before.listing(Source.ALL, Include.PUBLIC)
    for path in ("/p/260", "/packs", "/gallery/packs"):
        astria.fail(path, 503)
    astria.requests.clear()
    async with process(astria, url) as after:
        listing = await after.listing(Source.ALL, Include.PUBLIC)
        assert [pack.id for pack in listing.packs] == [260]
        known = await after.pack("corporate-headshots")
        assert known.value.classes[0].cost == Decimal("3.60")
        assert not known.stale
    assert not astria.requests


async def test_what_is_past_its_time_is_served_with_its_age(
    astria: Astria, url: str, clock: Clock
) -> None:
    async with process(astria, url) as before:
        await before.pack(260)
    astria.answer("/p/260", body=b"<html>down</html>", status=502)
    async with process(astria, url, ttl=0.0001) as after:
        served = await after.pack(260)
        assert served.stale
        assert not served.failing

        async def failing() -> bool:
            return (await after.pack(260)).failing

        await until(failing)


async def test_what_is_gone_is_not_kept(astria: Astria, url: str) -> None:
    async with process(astria, url) as before:
        await before.pack(260)
    astria.fail("/p/260", 404)
    async with process(astria, url, ttl=0.0001) as middle:
        await middle.pack(260)

        async def gone() -> bool:
            try:
                await middle.pack(260)
            except NotFound:
                return True
            return False

        await until(gone)
    astria.fail("/p/260", 500)
    async with process(astria, url) as after:
        with pytest.raises(Unavailable):
            await after.pack(260)


async def test_a_failure_is_not_kept(astria: Astria, url: str) -> None:
    astria.answer("/p/1", {"no": "pack"})
    async with process(astria, url) as before:
        with pytest.raises(NotUnderstood):
            await before.pack(1)
    astria.answer("/p/1", made_up_pack(1))
    async with process(astria, url) as after:
        assert (await after.pack(1)).value.id == 1


async def test_processes_that_want_the_same_ask_once(astria: Astria, redis: RedisServer) -> None:
    gate = asyncio.Event()
    astria.answer("/p/260", pack_260(), wait=gate)
    async with process(astria, redis.url) as one, process(astria, redis.url) as other:
        asked = [asyncio.create_task(each.pack(260)) for each in (one, other)]
        await asyncio.sleep(0.3)
        gate.set()
        answers = await asyncio.gather(*asked)
    assert [answer.value.id for answer in answers] == [260, 260]
    assert astria.asked("/p/260") == 1


async def test_redis_goes_away_and_comes_back(
    astria: Astria, redis: RedisServer, clock: Clock
) -> None:
    with structlog.testing.capture_logs() as lines:
        async with process(astria, redis.url) as catalogue:
            await catalogue.pack(260)
            redis.stop()
            astria.offer(made_up_pack(1), made_up_pack(2), made_up_pack(3))
            assert (await catalogue.pack(1)).value.id == 1
            assert (await catalogue.pack(2)).value.id == 2
            clock(6)
            assert (await catalogue.pack(3)).value.id == 3
            assert [line["event"] for line in lines] == [
                "the cache store fails; going on without it"
            ]
            redis.start()
            clock(6)
            astria.offer(made_up_pack(4))
            await catalogue.pack(4)
        async with process(astria, redis.url) as after:
            astria.fail("/p/4", 500)
            assert (await after.pack(4)).value.id == 4
    assert [line["event"] for line in lines][1:] == ["the cache store works again"]


async def test_what_redis_holds_is_data(astria: Astria, redis: RedisServer) -> None:
    async with process(astria, redis.url) as before:
        await before.pack(260)
    async with Redis(port=redis.port) as connection:
        raw = cast(RawRedis, connection)
        (key,) = [key for key in await raw.keys() if b"/p/260" in key]
        assert json.loads(await raw.get(key))["body"].startswith("{")
        for planted in (pickle.dumps(Planted()), b"{", b'{"body": 7}', b"[]", b'{"body": "x"}'):
            await raw.set(key, planted)
            asked = astria.asked("/p/260")
            async with process(astria, redis.url) as after:
                assert (await after.pack(260)).value.id == 260
            assert astria.asked("/p/260") == asked + 1
    assert not Planted.was_run


async def test_what_stands_on_disk_is_data(astria: Astria, tmp_path: Path) -> None:
    url = f"disk://{tmp_path}/kept"
    async with process(astria, url) as before:
        await before.pack(260)
    with diskcache.Cache(tmp_path / "kept") as raw:
        (key,) = [key for key in raw.iterkeys() if "/p/260" in key]
        assert json.loads(raw[key])["body"].startswith("{")
        raw[key] = Planted()
    async with process(astria, url) as after:
        assert (await after.pack(260)).value.id == 260
    assert not Planted.was_run


class RawRedis(Protocol):
    """The part of Redis's client that is used here; its own types are incomplete."""

    def keys(self) -> Awaitable[list[bytes]]: ...
    def get(self, key: bytes) -> Awaitable[bytes]: ...
    def set(self, key: bytes, value: bytes) -> Awaitable[object]: ...


class Planted:
    """What an attacker would plant: code that runs when it is unpickled."""

    was_run = False

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _run, ()


def _run() -> None:
    Planted.was_run = True


async def test_a_disk_that_cannot_be_used(astria: Astria, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with structlog.testing.capture_logs() as lines:
        store = open_store(f"disk://{tmp_path}/file", keep_for=60)
    assert isinstance(store, MemoryOnly)
    assert "cannot be opened" in lines[0]["event"]
