"""The lists of packs, from memory or Astria: each alone, or combined as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace
from functools import partial

import structlog

from api.cache.cached import Cached
from api.cache.memory import Cache
from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE, Audience
from api.catalogue.audience_lists import AudienceLists
from api.catalogue.pack_list import Listing, PackList
from api.catalogue.prices import PriceBook
from api.catalogue.source_list import SourceList, shared_slugs
from api.wire.allowance import allowance
from api.wire.errors import AstriaError
from api.wire.models import Include, Pack, Source

log = structlog.stdlib.get_logger("api.lists")

_ListKey = tuple[Source, Include]

_SOURCES: dict[Source, tuple[Source, ...]] = {
    Source.MINE: (Source.MINE,),
    Source.GALLERY: (Source.GALLERY,),
    Source.ALL: (Source.MINE, Source.GALLERY),
}

_FILTERS: dict[Include, dict[str, bool]] = {
    Include.PUBLIC: {"public": True, "listed": True},
    Include.UNLISTED: {"public": True, "listed": False},
    Include.EVERYTHING: {"public": False, "listed": False},
}


# The order in which lists are asked.
_KEYS = [(source, include) for include in Include for source in _SOURCES[Source.ALL]]


class Lists:
    """Answer which packs there are, by source and by which packs are included.

    `ttl` and `stale_ttl` are in seconds: how long a list is fresh, and how long it is served if
    Astria gives no newer one. `offer`, if members may see the account's packs that are listed
    but not public, receives their ids. `members` is the usual audience.
    """

    def __init__(
        self,
        answers: Answers,
        audience_lists: AudienceLists,
        prices: PriceBook,
        *,
        ttl: float,
        stale_ttl: float,
        offer: Callable[[Set[int]], None] | None = None,
        members: Audience = EVERYONE,
    ) -> None:
        self._answers = answers
        self._audience_lists = audience_lists
        self._prices = prices
        self._offer = offer
        self._members = members
        self.cache: Cache[_ListKey, SourceList] = Cache(
            self._load_list,
            self._recall_list if answers.recalls else None,
            ttl=ttl,
            stale_ttl=stale_ttl,
            size=len(Source) * len(Include),
        )
        self._loading: dict[Include, asyncio.Task[None]] = {}
        self.last_failure: AstriaError | None = None
        """The error of the last load in the background, if it failed."""

    async def listing(self, source: Source, include: Include, audience: Audience) -> Listing:
        """Return the packs of a source; raises AstriaError if no part of it is available."""
        keys = [(part, include) for part in _SOURCES[source]]
        known = [cached for key in keys if (cached := self.cache.get_at_once(key))]
        if len(known) == len(keys):
            return await self._listing(known, audience)
        parts = await asyncio.gather(*(self.cache.get(key) for key in keys), return_exceptions=True)
        failures = tuple(part for part in parts if isinstance(part, AstriaError))
        for part in parts:
            if isinstance(part, BaseException) and not isinstance(part, AstriaError):
                raise part
        known = [part for part in parts if isinstance(part, Cached)]
        if not known:
            raise failures[0]
        return replace(await self._listing(known, audience), failures=failures)

    def in_memory(self, source: Source, include: Include, audience: Audience) -> Listing | None:
        """Return a source's list in memory, however old; start to load the rest."""
        parts = self._parts_in_memory(source, include)
        packs = self._shown(parts, audience)
        return None if packs is None else _summed_up(parts, Listing(packs))

    def packs_in_memory(self, include: Include, audience: Audience) -> PackList | None:
        """Return the packs of both sources in memory, however old; start to load the rest."""
        return self._shown(self._parts_in_memory(Source.ALL, include), audience)

    def _parts_in_memory(self, source: Source, include: Include) -> Sequence[Cached[SourceList]]:
        keys = [(part, include) for part in _SOURCES[source]]
        known = [cached for key in keys if (cached := self.cache.peek(key))]
        if len(known) < len(keys) or any(cached.stale for cached in known):
            self.load_in_background(include)
        return known

    def _shown(self, parts: Sequence[Cached[SourceList]], audience: Audience) -> PackList | None:
        known = [part.value for part in parts]
        return self._audience_lists.at_once(known, audience) if known else None

    async def settle(self) -> None:
        """Wait for the running loads of lists to succeed or fail."""
        keys = ((source, include) for include in Include for source in _SOURCES[Source.ALL])
        await asyncio.gather(*(self.cache.settle(key) for key in keys))

    def offers(self, source: Source) -> bool:
        """Tell whether memory has public packs of a source."""
        cached = self.cache.peek((source, Include.PUBLIC))
        return cached is not None and bool(cached.value.packs)

    def edition(self, source: Source) -> tuple[float, ...]:
        """Return a value that changes with each load of a source's public lists."""
        keys = ((part, Include.PUBLIC) for part in _SOURCES[source])
        return tuple(cached.loaded_at for key in keys if (cached := self.cache.peek(key)))

    async def try_listing(self, include: Include) -> None:
        """Load the lists of both sources into memory, if possible."""
        try:
            await self.listing(Source.ALL, include, self._members)
            self.last_failure = None
        except AstriaError as error:
            self.last_failure = error
            log.warning("list not loaded", include=include, cause=str(error))

    async def refreshed(self, include: Include) -> bool:
        """Load both lists again if they are stale; tell whether both are fresh then."""
        await self.try_listing(include)
        keys = [(source, include) for source in _SOURCES[Source.ALL]]
        await asyncio.gather(*(self.cache.settle(key) for key in keys))
        known = [self.cache.peek(key) for key in keys]
        return all(cached is not None and not cached.stale for cached in known)

    async def replace_older(self, moment: float) -> bool:
        """Load lists in memory again if they are older than a moment; tell whether none is now."""
        loads = [
            self.cache.load(key)
            for key in _KEYS
            if (cached := self.cache.peek(key)) and cached.loaded_at <= moment
        ]
        await asyncio.gather(*loads, return_exceptions=True)
        return all(cached.loaded_at > moment for cached in self._in_memory())

    def load_in_background(self, include: Include) -> None:
        """Start to load the lists of both sources, unless that has started."""
        if include not in self._loading:
            task = self._loading[include] = asyncio.create_task(self.try_listing(include))
            task.add_done_callback(lambda _: self._loading.pop(include))

    def public(self) -> list[Pack]:
        """Return the public packs in memory, as Astria lists them, the newest first."""
        packs = {
            pack.id: pack
            for cached in self._in_memory(Include.PUBLIC)
            for pack in cached.value.packs
        }
        return sorted(packs.values(), key=lambda pack: -pack.id)

    def known(self) -> Iterator[Pack]:
        """Yield the packs of all lists in memory; a pack may come several times."""
        for cached in self._in_memory():
            yield from cached.value.answer

    def find(self, ref: str, *includes: Include) -> Cached[Pack] | None:
        """Return a list's entry of a pack in memory, by id or slug; from any list by default."""
        for cached in self._in_memory(*includes):
            if pack := cached.value.exact(ref):
                return cached.holding(pack)
        return None

    def entries(self, pack_id: int) -> tuple[Pack, ...]:
        """Return the entries of a pack in both sources' lists: in public ones, else in others."""
        for include in Include:
            lists = [cached.value for cached in self._in_memory(include)]
            if found := [pack for one in lists if (pack := one.exact(str(pack_id)))]:
                return tuple(found)
        return ()

    def is_public(self, pack_id: int) -> bool:
        """Tell whether the lists in memory say that a pack is public and listed."""
        lists = [cached.value for cached in self._in_memory(Include.PUBLIC)]
        return any(pack_id in one for one in lists) and not any(
            pack_id in one.withheld for one in lists
        )

    def is_hidden_since(self, pack_id: int, moment: float) -> bool:
        """Tell whether a list loaded after a moment says that a pack is not public."""
        return any(
            cached.loaded_at > moment and cached.value.is_hidden(pack_id)
            for cached in self._in_memory()
        )

    def age(self) -> float | None:
        """Return the age of the public lists in memory, in seconds; None if there are none."""
        ages = (cached.age for cached in self._in_memory(Include.PUBLIC))
        return max(ages, default=None)

    async def close(self) -> None:
        """Cancel the running loads."""
        tasks = tuple(self._loading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, self.cache.close(), return_exceptions=True)

    def _in_memory(self, *includes: Include) -> list[Cached[SourceList]]:
        keys = [key for key in _KEYS if key[1] in includes] if includes else _KEYS
        return [cached for key in keys if (cached := self.cache.peek(key))]

    async def _load_list(self, key: _ListKey) -> SourceList:
        # Everybody uses a list, so its requests are not charged to the member who asks first.
        allowance.set(None)
        source, include = key
        packs = await self._answers.list_packs(source, **self._filters(key))
        made = await self._made(packs, key)
        # Do this here, so that no member waits for it.
        known = {cached.value.source: cached.value for cached in self._in_memory(include)}
        parts = known | {source: made}
        together = [parts[part] for part in _SOURCES[Source.ALL] if part in parts]
        if len(together) > 1:
            await self._audience_lists.ready(together, self._members)
        return made

    async def _recall_list(self, key: _ListKey) -> Cached[SourceList] | None:
        source = key[0]
        kept = await self._answers.recall_list(source, **self._filters(key))
        return kept.holding(await self._made(kept.value, key)) if kept else None

    async def _made(self, packs: tuple[Pack, ...], key: _ListKey) -> SourceList:
        """Build the list of an answer: the known object if nothing has changed."""
        known = self.cache.peek(key)
        if known and known.value.answer == packs:
            return known.value
        listed = self._lists_more(key[0])
        made = await asyncio.to_thread(partial(SourceList, packs, *key, listed=listed))
        others = [
            cached.value for other in _KEYS if other != key and (cached := self.cache.peek(other))
        ]
        self._prices.shared_slugs = await asyncio.to_thread(shared_slugs, [made, *others])
        if listed and self._offer and key[1] is Include.PUBLIC:
            self._offer({pack.id for pack in made.packs})
        return made

    def _lists_more(self, source: Source) -> bool:
        """Tell whether members may see packs of a source that are not public."""
        return self._offer is not None and source is Source.MINE

    def _filters(self, key: _ListKey) -> dict[str, bool]:
        source, include = key
        wanted = _FILTERS[include]
        # With a filter for public packs, Astria would leave out those that are only listed.
        return wanted | {"public": False} if self._lists_more(source) else wanted

    async def _listing(self, parts: Sequence[Cached[SourceList]], audience: Audience) -> Listing:
        packs = await self._audience_lists.ready([part.value for part in parts], audience)
        return _summed_up(parts, Listing(packs))


def _summed_up(parts: Sequence[Cached[SourceList]], listing: Listing) -> Listing:
    return replace(
        listing,
        as_of=min(part.as_of for part in parts),
        stale=any(part.stale for part in parts),
        failing=any(part.stale and part.failing for part in parts),
    )
