"""Answers that survive a restart: on disk, and in a real Redis."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import pickle
import resource
import sqlite3
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import asynccontextmanager, closing
from decimal import Decimal
from pathlib import Path
from typing import Protocol, cast

import diskcache
import pytest
import structlog
from redis.asyncio import Redis

from api.cache.store import Store, StoreState, account_of, open_store
from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE
from api.catalogue.catalogue import Catalogue
from api.catalogue.prices import PriceBook
from api.wire.client import AstriaClient
from api.wire.errors import NotFound, NotUnderstood, Unavailable
from api.wire.models import Include, Price, Source
from standins.astria.pack_builders import made_up_pack, pack_260
from standins.astria.server import KEY, Astria
from tests.conftest import Clock
from tests.servers import RedisServer, redis_server
from tests.waiting import until

ROOT = Path(__file__).parent.parent.parent
OPEN_FILES = Path("/proc/self/fd")

FAILS = "the cache store fails; the bot continues without it"

# Values that are not an answer with a valid time.
BODY = b'{"id": 260, "public_at": "2024-01-01"}'
GARBAGE = (
    b"", b"\n", b"{", b"[]", b"null", b"9" * 5000, b'"text"', b"\xff\xfe", b"[" * 100_000, BODY,
    b"now\n" + BODY, b"9e9\n" + BODY, b"NaN\n" + BODY, b"1e999\n" + BODY, b"-1e999\n" + BODY,
    b"9" * 100_000 + b"\n" + BODY, b"1\n<", b'{"body": "{}", "at": 1}',
)  # fmt: skip


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
    """Start with an empty memory, as a new process does."""
    answers = Answers(
        AstriaClient(astria.url, KEY, timeout=1),
        store=open_store(url, keep_for=3600),
    )
    catalogue = Catalogue(answers, ttl=ttl, stale_ttl=3600, prices=PriceBook(Decimal(10000)))
    yield catalogue
    await catalogue.close()
    await answers.close()


async def test_answers_survive_restart(astria: Astria, url: str) -> None:
    async with process(astria, url) as before:
        await before.pack(260)
        await before.listing(Source.ALL, Include.PUBLIC, EVERYONE)
    for path in ("/p/260", "/packs", "/gallery/packs"):
        astria.fail(path, 503)
    astria.requests.clear()
    async with process(astria, url) as after:
        listing = await after.listing(Source.ALL, Include.PUBLIC, EVERYONE)
        assert [pack.id for pack in listing.packs] == [260]
        known = await after.pack("corporate-headshots")
        assert known.value.classes[0].price == Price(Decimal("3.60"))
        assert not known.stale
    assert not astria.requests


async def test_stale_value_is_served_with_its_age(astria: Astria, url: str) -> None:
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


async def test_missing_pack_is_not_stored(astria: Astria, url: str) -> None:
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


async def test_failure_is_not_stored(astria: Astria, url: str) -> None:
    astria.answer("/p/1", {"no": "pack"})
    async with process(astria, url) as before:
        with pytest.raises(NotUnderstood):
            await before.pack(1)
    astria.answer("/p/1", made_up_pack(1))
    async with process(astria, url) as after:
        assert (await after.pack(1)).value.id == 1


async def test_concurrent_stores_make_one_request(astria: Astria, redis: RedisServer) -> None:
    gate = asyncio.Event()
    astria.answer("/p/260", pack_260(), wait=gate)
    async with process(astria, redis.url) as one, process(astria, redis.url) as other:
        asked = [asyncio.create_task(each.pack(260)) for each in (one, other)]
        await asyncio.sleep(0.3)
        gate.set()
        answers = await asyncio.gather(*asked)
    assert [answer.value.id for answer in answers] == [260, 260]
    assert astria.asked("/p/260") == 1


async def test_wait_for_another_process_is_limited(
    astria: Astria, redis: RedisServer, clock: Clock
) -> None:
    holder = open_store(redis.url, keep_for=3600)
    async with process(astria, redis.url) as catalogue, holder.alone("/p/260?"):
        asking = asyncio.create_task(catalogue.pack(260))
        await asyncio.sleep(0.3)
        assert not astria.requests
        clock(6)
        assert (await asking).value.id == 260
        # It did not get its answer because the other process released the lock.
        async with Redis(port=redis.port) as connection:
            keys = await cast(RawRedis, connection).keys()
        assert any(b"lock:/p/260" in key for key in keys)
    await holder.close()


ASKING = """
import asyncio, sys
from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE, Audience
from api.wire.client import AstriaClient
from api.cache.store import open_store
async def main():
    store = open_store(sys.argv[2], keep_for=60)
    client = AstriaClient(sys.argv[1], "key", timeout=9)
    answers = Answers(client, store)
    print("up", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    packs = await asyncio.gather(*(answers.get_pack(number) for number in range(1, 21)))
    await answers.close()
    print([pack.id for pack in packs] == list(range(1, 21)))
asyncio.run(main())
"""


async def test_separate_processes_make_one_request(astria: Astria, redis: RedisServer) -> None:
    for number in range(1, 21):
        astria.answer(f"/p/{number}", made_up_pack(number), delay=0.5)
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", ASKING, astria.url, redis.url, cwd=ROOT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"up\n"
    said = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [out for out, _ in said] == [b"True\n"] * 2
    assert len(astria.requests) == 20


async def test_silent_redis_is_not_waited_for(astria: Astria, redis: RedisServer) -> None:
    with structlog.testing.capture_logs() as lines:
        async with process(astria, redis.url) as catalogue:
            await catalogue.pack(260)
            redis.freeze()
            packs = [made_up_pack(n) for n in range(1, 31)]
            astria.offer(*packs)
            answers = await asyncio.gather(*(catalogue.pack(n) for n in range(1, 31)))
    assert [answer.value.id for answer in answers] == list(range(1, 31))
    assert [line["event"] for line in lines] == [FAILS]
    assert "Timeout" in lines[0]["cause"]


@pytest.mark.parametrize("password", ["marked-password", "wrong-marked-password"])
async def test_password_of_redis_is_not_logged(
    astria: Astria, tmp_path: Path, password: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with redis_server(tmp_path, "marked-password") as server:
        url = server.url.replace("marked-password", password)
        with structlog.testing.capture_logs() as lines:
            async with process(astria, url) as catalogue:
                assert (await catalogue.pack(260)).value.id == 260
                server.stop()
                astria.offer(made_up_pack(1))
                assert (await catalogue.pack(1)).value.id == 1
    assert [line["event"] for line in lines] == [FAILS]
    assert any(why in lines[0]["cause"] for why in ("Connection", "Authentication", "WRONGPASS"))
    assert "marked" not in caplog.text + str(lines)


@pytest.mark.parametrize(
    "url", ["redis://:marked@host:x/0", "redis://host/0?socket_timeout=marked"]
)
async def test_unknown_address_is_refused(url: str) -> None:
    with structlog.testing.capture_logs() as lines:
        store = open_store(url, keep_for=60)
        assert await store.read("key") is None
        assert store.state is StoreState.FAILING
    assert len(lines) == 1
    assert "marked" not in str(lines)


async def test_redis_is_used_again_after_outage(
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
            assert [line["event"] for line in lines] == [FAILS]
            redis.start()
            clock(6)
            astria.offer(made_up_pack(4))
            await catalogue.pack(4)
        async with process(astria, redis.url) as after:
            astria.fail("/p/4", 500)
            assert (await after.pack(4)).value.id == 4
    assert [line["event"] for line in lines][1:] == ["the cache store works again"]


async def test_planted_value_in_redis_runs_no_code(astria: Astria, redis: RedisServer) -> None:
    async with process(astria, redis.url) as before:
        await before.pack(260)
    async with Redis(port=redis.port) as connection:
        raw = cast(RawRedis, connection)
        (key,) = [key for key in await raw.keys() if b"/p/260" in key]
        assert json.loads((await raw.get(key)).partition(b"\n")[2])["id"] == 260
        for planted in (pickle.dumps(Planted()), *GARBAGE):
            await raw.set(key, planted)
            asked = astria.asked("/p/260")
            async with process(astria, redis.url) as after:
                assert (await after.pack(260)).value.id == 260
            assert astria.asked("/p/260") == asked + 1
    assert not Planted.was_run


async def test_planted_value_on_disk_runs_no_code(astria: Astria, tmp_path: Path) -> None:
    url = f"disk://{tmp_path}/kept"
    async with process(astria, url) as before:
        await before.pack(260)
    with diskcache.Cache(str(tmp_path / "kept")) as raw:
        (key,) = [key for key in raw.iterkeys() if "/p/260" in key]
        assert json.loads(cast(bytes, raw[key]).partition(b"\n")[2])["id"] == 260
    for planted in (Planted(), 7, 1.5, "text", *GARBAGE):
        with diskcache.Cache(str(tmp_path / "kept")) as raw:
            raw[key] = planted
        asked = astria.asked("/p/260")
        async with process(astria, url) as after:
            assert (await after.pack(260)).value.id == 260
        assert astria.asked("/p/260") == asked + 1
    assert not Planted.was_run


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="the system does not list open files")
async def test_closed_store_leaves_no_open_database(astria: Astria, tmp_path: Path) -> None:
    async with process(astria, f"disk://{tmp_path}/kept") as catalogue:
        astria.offer(*(made_up_pack(n) for n in range(1, 9)))
        await asyncio.gather(*(catalogue.pack(n) for n in range(1, 9)))
        assert databases_open(tmp_path) == 1
    assert databases_open(tmp_path) == 0


async def test_store_can_be_closed_twice(url: str) -> None:
    store = open_store(url, keep_for=60)
    await store.write("key", b"{}")
    await store.close()
    await store.close()
    kept = await store.read("key")
    assert kept
    assert kept.value == b"{}"
    await store.close()


def databases_open(folder: Path) -> int:
    return sum(
        path.name == "cache.db" and path.is_relative_to(folder)
        for path in map(Path.resolve, OPEN_FILES.iterdir())
    )


# diskcache leaves unusable databases open, and Python warns of it since 3.13.
@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
async def test_damaged_disk_is_survived(astria: Astria, tmp_path: Path) -> None:
    async with process(astria, f"disk://{tmp_path}/kept") as before:
        await before.pack(260)
    whole = (tmp_path / "kept" / "cache.db").read_bytes()
    damages = (b"", b"no database", whole[:4096], whole[:4096] + b"\xff" * 50_000, whole[:100] * 99)
    for number, damaged in enumerate(damages):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "cache.db").write_bytes(damaged)
        with structlog.testing.capture_logs() as lines:
            async with process(astria, f"disk://{folder}") as after:
                assert (await after.pack(260)).value.id == 260
                assert (await after.pack("corporate-headshots")).value.id == 260
        assert [line["event"] for line in lines] in ([], [FAILS])
    gc.collect()


async def test_full_disk_is_survived(astria: Astria, tmp_path: Path) -> None:
    url = f"disk://{tmp_path}/kept"
    astria.offer(*(made_up_pack(n, title="x" * 40_000 * n) for n in (1, 2)))
    async with process(astria, url) as catalogue:
        await catalogue.pack(260)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        with structlog.testing.capture_logs() as lines:
            try:
                resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
                assert [(await catalogue.pack(n)).value.id for n in (1, 2)] == [1, 2]
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [line["event"] for line in lines] == [FAILS]
    async with process(astria, url) as after:
        astria.fail("/p/260", 503)
        assert (await after.pack(260)).value.id == 260


async def test_locked_disk_is_survived(astria: Astria, tmp_path: Path) -> None:
    url = f"disk://{tmp_path}/kept"
    async with process(astria, url) as catalogue:
        await catalogue.pack(260)
        other = sqlite3.connect(tmp_path / "kept" / "cache.db", isolation_level=None)
        with closing(other), structlog.testing.capture_logs() as lines:
            other.execute("BEGIN EXCLUSIVE")
            astria.offer(made_up_pack(1))
            assert (await catalogue.pack(1)).value.id == 1
            other.execute("ROLLBACK")
    assert [line["event"] for line in lines] == [FAILS]


WRITING = """
import asyncio, sys
from api.cache.store import open_store
async def main():
    store = open_store(sys.argv[1], keep_for=60)
    print("up", flush=True)
    while True:
        for letter in b"ab":
            await store.write("key", bytes([letter]) * 200_000)
asyncio.run(main())
"""


async def test_kill_during_write_leaves_a_usable_disk(tmp_path: Path) -> None:
    url = f"disk://{tmp_path}/kept"
    for _ in range(3):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITING, url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        await process.stdout.readline()
        await asyncio.sleep(0.2)
        process.kill()
        await process.communicate()
        store = open_store(url, keep_for=60)
        kept = await store.read("key")
        assert kept is not None
        assert kept.value in (b"a" * 200_000, b"b" * 200_000)
        await store.close()


class RawRedis(Protocol):
    """The used part of Redis's client, whose own types are incomplete."""

    def keys(self) -> Awaitable[list[bytes]]: ...
    def get(self, key: bytes) -> Awaitable[bytes]: ...
    def set(self, key: bytes, value: bytes) -> Awaitable[object]: ...


class Planted:
    """A value that an attacker would plant: unpickling it runs code."""

    was_run = False

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _run, ()


def _run() -> None:
    Planted.was_run = True


async def test_unusable_disk_is_tried_again(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("in the way")
    with structlog.testing.capture_logs() as lines:
        store = open_store(f"disk://{tmp_path}/file", keep_for=60)
        for _ in range(3):
            await store.write("key", b"{}")
        assert (store.state, await store.read("key")) == (StoreState.FAILING, None)
        (tmp_path / "file").unlink()
        assert await store.read("key") is None
        clock(6)
        await store.write("key", b"{}")
        assert store.state is StoreState.WORKING
    assert [line["event"] for line in lines] == [FAILS, "the cache store works again"]
    await store.close()


async def test_redis_missing_at_start_is_tried_again(
    astria: Astria, redis: RedisServer, clock: Clock
) -> None:
    redis.stop()
    async with process(astria, redis.url) as catalogue:
        assert (await catalogue.pack(260)).value.id == 260
        redis.start()
        clock(6)
        astria.offer(made_up_pack(1))
        await catalogue.pack(1)
    astria.answer_all(status=503)
    async with process(astria, redis.url) as after:
        assert (await after.pack(1)).value.id == 1


def test_mem_address_means_no_store() -> None:
    assert open_store("mem://", keep_for=60).state is StoreState.OFF
    assert Store(None, keep_for=60).state is StoreState.OFF


async def test_stored_answers_belong_to_one_account(url: str) -> None:
    accounts = [
        account_of("https://api.astria.ai", "key", None),
        account_of("https://api.astria.ai", "key", "7"),
        account_of("https://api.astria.ai", "other", None),
        account_of("https://elsewhere.example", "key", None),
    ]
    assert len(set(accounts)) == 4
    assert "key" not in "".join(accounts)
    for account in accounts:
        store = open_store(url, keep_for=60, account=account)
        assert await store.read("/p/260?") is None
        await store.write("/p/260?", account.encode())
        await store.close()
    for account in accounts:
        store = open_store(url, keep_for=60, account=account)
        kept = await store.read("/p/260?")
        assert kept is not None
        assert kept.value == account.encode()
        await store.close()


async def test_disk_files_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    (folder / "ab" / "cd").mkdir(parents=True)
    (folder / "ab" / "cd" / "of-before.val").write_text("kept by an earlier version")
    store = open_store(f"disk://{folder}", keep_for=60)
    for number, size in enumerate((10, 100_000)):
        await store.write(f"key {number}", b"x" * size)
    modes = {path: path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}
    await store.close()
    assert len(modes) > 6
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}


DAMAGED_SETTINGS = (
    ("disk_min_file_size", "x"), ("disk_min_file_size", -1), ("cull_limit", b"\xff"),
    ("size_limit", "none"), ("statistics", "x"), ("eviction_policy", "no such policy"),
    ("sqlite_mmap_size", "; x"), ("disk_pickle_protocol", 99), ("tag_index", b""),
    ("disk_unknown", 1), ("unknown", 1), ("size", "x"), ("count", None), ("hits", b"\x00"),
)  # fmt: skip


@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
@pytest.mark.parametrize(("name", "value"), DAMAGED_SETTINGS)
async def test_damaged_setting_is_a_warning(
    astria: Astria, tmp_path: Path, name: str, value: object
) -> None:
    url = f"disk://{tmp_path}/kept"
    async with process(astria, url) as before:
        await before.pack(260)
    with closing(sqlite3.connect(tmp_path / "kept" / "cache.db")) as database, database:
        database.execute("INSERT OR REPLACE INTO Settings VALUES (?, ?)", (name, value))
    with structlog.testing.capture_logs() as lines:
        async with process(astria, url) as after:
            astria.offer(made_up_pack(1))
            assert (await after.pack(260)).value.id == 260
            assert (await after.pack(1)).value.id == 1
    assert [line["event"] for line in lines] in ([], [FAILS])
    gc.collect()


async def test_file_outside_the_cache_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    folder = tmp_path / "kept"
    secret.write_bytes(b"%d\n{}" % time.time())
    store = open_store(f"disk://{folder}", keep_for=3600)
    await store.write("key", b"x" * 100_000)
    kept = await store.read("key")
    assert kept is not None
    (folder / "link").symlink_to(secret)
    for filename in ("../secret", str(secret), "link"):
        with closing(sqlite3.connect(folder / "cache.db")) as database, database:
            database.execute("UPDATE Cache SET filename = ?", (filename,))
        assert await store.read("key") is None
        await store.write("other", b"{}")
        assert store.state is StoreState.WORKING
    await store.delete("key")
    assert secret.exists()
    await store.close()
