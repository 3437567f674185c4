"""A cache in memory: values are fresh for a while, then stale but served during one refresh."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import replace
from typing import Generic, TypeVar

import structlog
from cachetools import LRUCache, TTLCache

from api.cache.cached import Cached
from api.cache.statistics import Found, count_in_memory, count_in_store, note
from api.wire.errors import AstriaError, NotFound

log = structlog.stdlib.get_logger("api.cache")

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

# How long missing keys are remembered, in seconds, and how many of them.
_MISSING_FOR = 60.0
_MOST_MISSING = 5_000


class Cache(Generic[K, T]):
    """Keep the results of `load` by key. `recall`, if given, reads those of earlier processes.

    A value is fresh for `ttl` seconds. Up to `stale_ttl` seconds it is still served, while one
    refresh runs in the background. There is one load in flight per key; a cancelled asker does not
    cancel the others. Of failures, only NotFound is remembered, for a minute. `size` is how many
    values are kept, or how much all of them may weigh.
    """

    def __init__(
        self,
        load: Callable[[K], Awaitable[T]],
        recall: Callable[[K], Awaitable[Cached[T] | None]] | None,
        *,
        ttl: float,
        stale_ttl: float,
        size: int,
        weigh: Callable[[T], int] | None = None,
    ) -> None:
        self._load = load
        self._recall = recall
        self._ttl = ttl
        self._stale_ttl = stale_ttl

        def weight(entry: Cached[T]) -> int:
            # A value that is heavier than the whole cache is kept alone.
            return min(size, weigh(entry.value)) if weigh else 1

        self._entries: LRUCache[K, Cached[T]] = LRUCache(size, weight)
        self._missing: TTLCache[K, NotFound]
        self._missing = TTLCache(_MOST_MISSING, _MISSING_FOR, timer=lambda: time.monotonic())
        self._flights: dict[K, asyncio.Task[tuple[Cached[T], Found]]] = {}
        self.revision = 0
        """Changes with every entry."""

    def peek(self, key: K) -> Cached[T] | None:
        """Return the value in memory, fresh or stale, without loading anything."""
        entry = self._entries.get(key)
        if entry is None or (age := entry.age) >= self._stale_ttl:
            return None
        return entry if age < self._ttl else replace(entry, stale=True)

    def get_at_once(self, key: K) -> Cached[T] | None:
        """Return the value in memory; start a refresh if it is stale."""
        known = self._peek_and_refresh(key)
        if known is None:
            count_in_memory(Found.MISS)
        else:
            count_in_memory(Found.STALE if known.stale else Found.HIT)
        return known

    async def get(self, key: K) -> Cached[T]:
        """Return the value of a key; load it if it is unknown. Raises the errors of `load`."""
        cached, _ = await self.find(key)
        return cached

    async def find(self, key: K) -> tuple[Cached[T], Found]:
        """Return the same as `get`, and where it was found."""
        known = self.get_at_once(key)
        if known is not None:
            return known, Found.STALE if known.stale else Found.HIT
        if missing := self._missing.get(key):
            raise NotFound(missing.path, missing.detail, status=missing.status)
        try:
            loaded, found = await asyncio.shield(self._refresh(key))
        except AstriaError:
            note(Found.MISS, stale=False)
            raise
        # A recalled value may be stale; then it is refreshed in the background.
        known = self._peek_and_refresh(key) or loaded
        note(found, stale=known.stale)
        return known, found

    def has_room(self, key: K) -> bool:
        """Tell whether a value of typical weight fits without evicting another one."""
        entries = self._entries
        typical = entries.currsize / max(len(entries), 1)
        return key in entries or entries.currsize + typical <= entries.maxsize

    def is_missing(self, key: K) -> bool:
        """Tell whether a recent look-up of the key found no value."""
        return key in self._missing

    async def load(self, key: K, *, recall: bool = True) -> tuple[Cached[T], Found]:
        """Load a key even if it is known; return also where it was found. Counts no look-up.

        Without `recall`, only Astria is asked. Raises the errors of `load`.
        """
        return await asyncio.shield(self._refresh(key, recall=recall))

    async def settle(self, key: K) -> None:
        """Wait for the running load of a key, if there is one, to succeed or fail."""
        if flight := self._flights.get(key):
            await asyncio.wait([flight])

    def keep(self, key: K, value: T) -> None:
        """Keep a value from another source, as if it had been loaded now."""
        self._enter(key, Cached(value, time.monotonic()))

    async def close(self) -> None:
        """Cancel the running loads."""
        flights = tuple(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def _peek_and_refresh(self, key: K) -> Cached[T] | None:
        known = self.peek(key)
        if known is not None and known.stale:
            self._refresh(key)
        return known

    def _refresh(self, key: K, *, recall: bool = True) -> asyncio.Task[tuple[Cached[T], Found]]:
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._fly(key, recall=recall))
            self._flights[key] = flight
            flight.add_done_callback(_retrieve)
        return flight

    async def _fly(self, key: K, *, recall: bool) -> tuple[Cached[T], Found]:
        try:
            if recall and (recalled := await self._recalled(key)):
                loaded, found = recalled, Found.STORE
            else:
                loaded, found = Cached(await self._load(key), time.monotonic()), Found.MISS
        except NotFound as error:
            self._entries.pop(key, None)
            self.revision += 1
            self._missing[key] = error
            raise
        except Exception as error:
            if kept := self._entries.get(key):
                self._tell(key, error, again=kept.failing)
                self._entries[key] = replace(kept, failing=True)
                self.revision += 1
            raise
        finally:
            del self._flights[key]
        self._enter(key, loaded)
        return loaded, found

    def _enter(self, key: K, entry: Cached[T]) -> None:
        self._entries[key] = entry
        self._missing.pop(key, None)
        self.revision += 1

    def _tell(self, key: K, error: Exception, *, again: bool) -> None:
        """Log that a refresh failed, as nobody waits for it: once per outage."""
        unexpected = None if isinstance(error, AstriaError) else error
        tell = log.debug if again and not unexpected else log.warning
        tell("not refreshed", key=str(key), cause=str(error), exc_info=unexpected)

    async def _recalled(self, key: K) -> Cached[T] | None:
        """Return the value of the store if it is fresh, or better than nothing."""
        if self._recall is None:
            return None
        recalled = await self._recall(key)
        count_in_store(recalled.age if recalled else None, self._ttl)
        good_enough = self._ttl if self.peek(key) else self._stale_ttl
        return recalled if recalled and recalled.age < good_enough else None


def _retrieve(flight: asyncio.Task[tuple[Cached[T], Found]]) -> None:
    # Mark the exception as retrieved, or asyncio logs it if every asker was cancelled.
    if not flight.cancelled():
        flight.exception()
