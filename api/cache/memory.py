"""What was loaded, kept in memory: fresh for a while, then served while one refresh runs behind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import structlog
from cachetools import LRUCache

from api.cache.statistics import Found, count_in_memory, count_in_store, note
from api.wire.errors import AstriaError, NotFound

log = structlog.stdlib.get_logger("api.cache")

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recalled(Generic[T]):
    """An answer to an earlier process, and its age in seconds."""

    value: T
    age: float


@dataclass(frozen=True, slots=True)
class Cached(Generic[T]):
    """A value with the moment it was loaded, and whether it is past its time."""

    value: T
    loaded_at: float
    """On the clock of `time.monotonic`, in seconds."""
    stale: bool = False
    failing: bool = False
    """The last attempt to load it anew has failed."""

    @property
    def age(self) -> float:
        """How long ago the value was loaded, in seconds."""
        return time.monotonic() - self.loaded_at

    @property
    def as_of(self) -> datetime:
        """When the value was loaded."""
        return datetime.now(UTC) - timedelta(seconds=self.age)


@dataclass(slots=True)
class _Entry(Generic[T]):
    value: T
    loaded_at: float
    failing: bool = False
    recalled: bool = False


class Cache(Generic[K, T]):
    """Keep what `load` returns, by key, above what `recall` (if any) has of earlier processes.

    A value is fresh for `ttl` seconds. Up to `stale_ttl` seconds it is still served, while one
    refresh runs behind. Whoever asks, there is one load in flight per key; a cancelled asker
    cancels no other, and a failure is never kept as an answer.
    """

    def __init__(
        self,
        load: Callable[[K], Awaitable[T]],
        recall: Callable[[K], Awaitable[Recalled[T] | None]] | None,
        *,
        ttl: float,
        stale_ttl: float,
        size: int,
    ) -> None:
        self._load = load
        self._recall = recall
        self._ttl = ttl
        self._stale_ttl = stale_ttl
        self._entries: LRUCache[K, _Entry[T]] = LRUCache(size)
        self._flights: dict[K, asyncio.Task[_Entry[T]]] = {}

    def peek(self, key: K) -> Cached[T] | None:
        """Return what is in memory, fresh or stale, without asking anybody."""
        entry = self._entries.get(key)
        if entry is None or self._age(entry) >= self._stale_ttl:
            return None
        return Cached(entry.value, entry.loaded_at, self._age(entry) >= self._ttl, entry.failing)

    def get_at_once(self, key: K) -> Cached[T] | None:
        """Return what is in memory, beginning to load it anew behind if it is stale."""
        known = self._peek_and_refresh(key)
        if known is None:
            count_in_memory(Found.MISS)
        else:
            count_in_memory(Found.STALE if known.stale else Found.HIT)
        return known

    async def get(self, key: K) -> Cached[T]:
        """Return the value of a key, loading it where it is unknown; raises what `load` raises."""
        known = self.get_at_once(key)
        if known is None:
            try:
                entry = await asyncio.shield(self._refresh(key))
            except AstriaError:
                note(Found.MISS, stale=False)
                raise
            # What was recalled may be stale; it is loaded anew behind.
            known = self._peek_and_refresh(key) or Cached(entry.value, entry.loaded_at)
            note(Found.STORE if entry.recalled else Found.MISS, stale=known.stale)
        return known

    async def settle(self, key: K) -> None:
        """Wait until what is being loaded for a key is there, or has failed."""
        if flight := self._flights.get(key):
            await asyncio.wait([flight])

    def keep(self, key: K, value: T) -> None:
        """Keep a value that came by another way, as if it had been loaded now."""
        self._entries[key] = _Entry(value, time.monotonic())

    async def close(self) -> None:
        """Cancel what is still being loaded."""
        flights = tuple(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def _peek_and_refresh(self, key: K) -> Cached[T] | None:
        known = self.peek(key)
        if known is not None and known.stale:
            self._refresh(key)
        return known

    def _age(self, entry: _Entry[T]) -> float:
        return time.monotonic() - entry.loaded_at

    def _refresh(self, key: K) -> asyncio.Task[_Entry[T]]:
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._fly(key))
            self._flights[key] = flight
            flight.add_done_callback(_retrieve)
        return flight

    async def _fly(self, key: K) -> _Entry[T]:
        try:
            entry = await self._recalled(key) or _Entry(await self._load(key), time.monotonic())
        except NotFound:
            self._entries.pop(key, None)
            raise
        except Exception as error:
            if kept := self._entries.get(key):
                self._tell(key, error, again=kept.failing)
                kept.failing = True
            raise
        finally:
            del self._flights[key]
        self._entries[key] = entry
        return entry

    def _tell(self, key: K, error: Exception, *, again: bool) -> None:
        """Say that a value could not be loaded anew: nobody waits who would; once an outage."""
        unexpected = None if isinstance(error, AstriaError) else error
        tell = log.debug if again and not unexpected else log.warning
        tell("not refreshed", key=str(key), cause=str(error), exc_info=unexpected)

    async def _recalled(self, key: K) -> _Entry[T] | None:
        """Return what is kept below memory if it will do: fresh, or better than nothing."""
        if self._recall is None:
            return None
        recalled = await self._recall(key)
        count_in_store(recalled.age if recalled else None, self._ttl)
        good_enough = self._ttl if self.peek(key) else self._stale_ttl
        if recalled is None or recalled.age >= good_enough:
            return None
        return _Entry(recalled.value, time.monotonic() - recalled.age, recalled=True)


def _retrieve(flight: asyncio.Task[_Entry[T]]) -> None:
    # Where every asker was cancelled nobody looks at the outcome; asyncio would complain.
    if not flight.cancelled():
        flight.exception()
