"""Answers kept on disk, or in Redis shared with other processes; as JSON, never as pickles."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import cached_property
from typing import TypeVar, cast
from urllib.parse import unquote, urlsplit

import structlog
from cashews import Cache, CacheBackendInteractionError, register_backend
from cashews.backends.diskcache import DiskCache
from diskcache import Cache as DataCache
from diskcache import Disk
from diskcache.core import MODE_PICKLE
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from api.cache.store import Kept

log = structlog.stdlib.get_logger("api.store")

R = TypeVar("R")

# What is kept is JSON with the shape of Astria's answers; the number rises when it changes.
_PREFIX = "astria:1:"

# Longer waits would cost more than asking Astria. In seconds: for Redis to answer, for another
# process to let go of the disk, for a place among those who wait, and all together.
_SOCKET_TIMEOUT = 0.5
_LONGEST_OPERATION = 2.0
_PAUSE_AFTER_FAULT = 5.0

# By how much the clocks of machines that share a Redis may differ. In seconds.
_CLOCKS_DIFFER = 60.0

# How long another process is waited for that asks Astria for the same, how often it is looked
# after, and when one that has ended without a word is forgotten. In seconds.
_LONGEST_WAIT = 5.0
_LOOK_AGAIN = 0.05
_LOCKED_FOR = 15.0


def open_cashews_store(url: str, keep_for: float) -> CashewsStore:
    """Return the store at `disk:///path` or `redis://host:port/database`.

    `keep_for` is in seconds. Raises OSError, sqlite3.Error or ValueError where that cannot be.
    """
    parts = urlsplit(url)
    shared = parts.scheme != "disk"
    cache = Cache()
    if not shared:
        cache.setup(
            "disk://",
            directory=unquote(parts.path),
            shards=1,
            disk=_DataDisk,
            timeout=_SOCKET_TIMEOUT,
            pickle_type="json",
        )
    else:
        parse_url(url)
        cache.setup(
            url,
            pickle_type="json",
            suppress=False,
            socket_timeout=_SOCKET_TIMEOUT,
            socket_connect_timeout=_SOCKET_TIMEOUT,
            # Connections from before a restart of Redis are only found dead when they are used.
            retry=Retry(NoBackoff(), retries=1),
        )
    return CashewsStore(cache, keep_for, shared=shared)


class _DataDisk(Disk):
    """Never run what stands on the disk: diskcache would unpickle what is marked as a pickle."""

    def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> object:
        if mode == MODE_PICKLE:
            raise ValueError("a pickle is not read")
        return super().fetch(mode, filename, value, read)


class _OneThread(DiskCache):
    """Use the disk from one thread: diskcache opens a connection in each, and closes only its own.

    Each has up to 32 MB of pages in memory.
    """

    _cache: DataCache

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, "cache-on-disk")

    async def _run_in_executor(self, call: Callable[..., R], *args: object) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *args)

    async def close(self) -> None:
        await self._run_in_executor(self._cache.close)
        await super().close()
        self._thread.shutdown(wait=False)
        # It may be closed again: discord.py closes the bot where Discord refuses it, and so do we.
        del self._thread


register_backend("disk", _OneThread)


class CashewsStore:
    """A store that a failing disk or Redis only makes forgetful; a disk is for one process."""

    def __init__(self, cache: Cache, keep_for: float, *, shared: bool) -> None:
        self._cache = cache
        self._keep_for = keep_for
        self._shared = shared
        self._failing = False
        self._silent_until = 0.0
        self.last_fault: Exception | None = None
        """Why it failed last, if it ever did."""

    async def read(self, key: str) -> Kept | None:
        """Return what is kept under a key; nothing where the store fails."""
        found = await self._attempt(lambda: self._cache.get(_PREFIX + key))
        if not isinstance(found, dict):
            return None
        fields = cast("dict[str, object]", found)
        body, at = fields.get("body"), fields.get("at")
        if not isinstance(body, str) or not isinstance(at, int | float):
            return None
        age = time.time() - at
        # Nothing is as young as that, and what is no number is not at least anything.
        if not age >= -_CLOCKS_DIFFER:
            return None
        return Kept(body.encode(errors="replace"), max(0.0, age))

    async def write(self, key: str, body: bytes) -> None:
        """Keep an answer; in vain where the store fails."""
        kept = {"body": body.decode(errors="replace"), "at": time.time()}
        await self._attempt(lambda: self._cache.set(_PREFIX + key, kept, expire=self._keep_for))

    async def delete(self, key: str) -> None:
        """Keep an answer no longer; in vain where the store fails."""
        await self._attempt(lambda: self._cache.delete(_PREFIX + key))

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncGenerator[float]:
        """Keep other processes from asking for the same; give the seconds they were waited for."""
        if not self._shared:
            yield 0.0
            return
        lock, holder, began = f"{_PREFIX}lock:{key}", uuid.uuid4().hex, time.monotonic()
        taken = await self._take(lock, holder)
        while taken is False and time.monotonic() - began < _LONGEST_WAIT:
            await asyncio.sleep(_LOOK_AGAIN)
            taken = await self._take(lock, holder)
        waited = time.monotonic() - began
        try:
            yield waited if waited >= _LOOK_AGAIN else 0.0
        finally:
            if taken:
                await self._attempt(lambda: self._cache.unlock(lock, holder))

    async def _take(self, lock: str, holder: str) -> bool | None:
        return await self._attempt(lambda: self._cache.set_lock(lock, holder, expire=_LOCKED_FOR))

    async def close(self) -> None:
        """Let go of files and connections."""
        with suppress(OSError, RedisError):
            await self._cache.close()

    async def _attempt(self, work: Callable[[], Awaitable[R]]) -> R | None:
        """Do without the store while it fails, and say so once."""
        if time.monotonic() < self._silent_until:
            return None
        try:
            async with asyncio.timeout(_LONGEST_OPERATION):
                result = await work()
        except ValueError:  # what stands there is not of this bot's making
            return None
        except Exception as error:  # a store may fail in any way, and none may cost an answer
            self._silent_until = time.monotonic() + _PAUSE_AFTER_FAULT
            # cashews says nothing itself of what it met.
            met = error.__cause__ if isinstance(error, CacheBackendInteractionError) else None
            self.last_fault = met if isinstance(met, Exception) else error
            if not self._failing:
                self._failing = True
                cause = repr(self.last_fault)
                log.warning("the cache store fails; going on without it", cause=cause)
            return None
        if self._failing:
            self._failing = False
            log.info("the cache store works again")
        return result
