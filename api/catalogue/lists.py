"""The lists of packs: from memory or Astria, each by itself, and together as one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import msgspec
import structlog
from cachetools import LRUCache

from api.cache.memory import Cache, Cached, Recalled
from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE, Audience
from api.catalogue.pack_list import Listing, PackList, merge
from api.catalogue.prices import PriceBook
from api.catalogue.search import by_reference
from api.wire.errors import AstriaError
from api.wire.models import Include, Pack, Source, Visibility

log = structlog.stdlib.get_logger("api.lists")

_ListKey = tuple[Source, Include]

_SOURCES: dict[Source, tuple[Source, ...]] = {
    Source.MINE: (Source.MINE,),
    Source.GALLERY: (Source.GALLERY,),
    Source.ALL: (Source.MINE, Source.GALLERY),
}

_FILTERS: dict[Include, dict[str, bool]] = {
    Include.PUBLIC: {"public": True, "listed": True},
    Include.UNLISTED: {"public": True},
    Include.EVERYTHING: {},
}


# The lists of each source by themselves and together, by what is included and by audience, twice:
# a list that has just been replaced may still be shown.
_MOST_PACK_LISTS = 2 * len(Source) * len(Include) * 2


class SourceList:
    """The packs of one source, as Astria has listed them: with its figures, not priced yet."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.packs = tuple(packs)
        self._by_reference = by_reference(self.packs)

    def __contains__(self, pack_id: int) -> bool:
        """Tell whether a pack with that id is in the list."""
        return str(pack_id) in self._by_reference

    def exact(self, ref: str) -> Pack | None:
        """Return the pack whose id or slug this is, or whose slug differs only by case."""
        return self._by_reference.get(ref) or self._by_reference.get(ref.casefold())


class Lists:
    """Answer which packs there are, by source and by which of them are included.

    `ttl` and `stale_ttl` are in seconds: how long a list is fresh, and how long it is served when
    nothing newer can be had.
    """

    def __init__(
        self, answers: Answers, prices: PriceBook, *, ttl: float, stale_ttl: float
    ) -> None:
        self._answers = answers
        self._prices = prices
        self._lists: Cache[_ListKey, SourceList] = Cache(
            self._load_list,
            self._recall_list if answers.recalls else None,
            ttl=ttl,
            stale_ttl=stale_ttl,
            size=len(Source) * len(Include),
        )
        self._pack_lists: LRUCache[tuple[tuple[SourceList, ...], bool], PackList]
        self._pack_lists = LRUCache(_MOST_PACK_LISTS)
        self._loading: dict[Include, asyncio.Task[None]] = {}
        self.last_failure: AstriaError | None = None
        """Why there were no lists the last time that they were loaded behind, if they were not."""

    async def listing(self, source: Source, include: Include, audience: Audience) -> Listing:
        """Return the packs of a source; raises AstriaError if not one part of it can be had."""
        keys = [(part, include) for part in _SOURCES[source]]
        known = [cached for key in keys if (cached := self._lists.get_at_once(key))]
        if len(known) == len(keys):
            await self._make_ahead([part.value for part in known], audience)
            return self._listing(known, audience)
        parts = await asyncio.gather(
            *(self._lists.get(key) for key in keys), return_exceptions=True
        )
        failures = tuple(part for part in parts if isinstance(part, AstriaError))
        for part in parts:
            if isinstance(part, BaseException) and not isinstance(part, AstriaError):
                raise part
        known = [part for part in parts if isinstance(part, Cached)]
        if not known:
            raise failures[0]
        await self._make_ahead([part.value for part in known], audience)
        return replace(self._listing(known, audience), failures=failures)

    def in_memory(self, source: Source, include: Include, audience: Audience) -> Listing | None:
        """Return the packs of a source as far as they are in memory, however old; load the rest."""
        keys = [(part, include) for part in _SOURCES[source]]
        known = [cached for key in keys if (cached := self._lists.peek(key))]
        if len(known) < len(keys) or any(cached.stale for cached in known):
            self.load_behind(include)
        return self._listing(known, audience) if known else None

    async def settle(self) -> None:
        """Wait until the lists that are being loaded are there, or have failed."""
        keys = ((source, include) for include in Include for source in _SOURCES[Source.ALL])
        await asyncio.gather(*(self._lists.settle(key) for key in keys))

    async def try_listing(self, include: Include) -> None:
        """Have the lists of both sources in memory, if they can be had."""
        try:
            await self.listing(Source.ALL, include, EVERYONE)
            self.last_failure = None
        except AstriaError as error:
            self.last_failure = error
            log.warning("list not loaded", include=include, cause=str(error))

    def load_behind(self, include: Include) -> None:
        """Begin to load the lists of both sources, unless that has begun."""
        if include not in self._loading:
            task = self._loading[include] = asyncio.create_task(self.try_listing(include))
            task.add_done_callback(lambda _: self._loading.pop(include))

    def summary(self, ref: str) -> Pack | None:
        """Return a pack as a list in memory has it, by its id or slug."""
        for key in ((source, include) for include in Include for source in _SOURCES[Source.ALL]):
            cached = self._lists.peek(key)
            if cached and (pack := cached.value.exact(ref)):
                return pack
        return None

    def is_public(self, pack_id: int) -> bool:
        """Tell whether a pack is in a list in memory of those that are public and listed."""
        lists = (self._lists.peek((source, Include.PUBLIC)) for source in _SOURCES[Source.ALL])
        return any(pack_id in cached.value for cached in lists if cached)

    def age(self) -> float | None:
        """Return how old the public lists in memory are, in seconds; nothing if there is none."""
        keys = [(source, Include.PUBLIC) for source in _SOURCES[Source.ALL]]
        return max((known.age for key in keys if (known := self._lists.peek(key))), default=None)

    async def close(self) -> None:
        """Cancel what is still being loaded."""
        tasks = tuple(self._loading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, self._lists.close(), return_exceptions=True)

    async def _load_list(self, key: _ListKey) -> SourceList:
        source, include = key
        mine = source is Source.MINE
        ask = self._answers.list_packs if mine else self._answers.list_gallery_packs
        packs = await self._made(await ask(**_FILTERS[include]), key)
        await self._make_ahead([packs], EVERYONE)
        await self._make_ahead(self._together(key, packs), EVERYONE)
        return packs

    async def _recall_list(self, key: _ListKey) -> Recalled[SourceList] | None:
        source, include = key
        mine = source is Source.MINE
        recall = self._answers.recall_packs if mine else self._answers.recall_gallery_packs
        kept = await recall(**_FILTERS[include])
        return Recalled(await self._made(kept.value, key), kept.age) if kept else None

    async def _made(self, packs: Sequence[Pack], key: _ListKey) -> SourceList:
        """Make the list of an answer; one that says nothing new stays what it was."""
        known = self._lists.peek(key)
        return await asyncio.to_thread(_source_list, packs, key[1], known.value if known else None)

    def _together(self, key: _ListKey, packs: SourceList) -> list[SourceList]:
        """Return the lists that are shown together with a new one."""
        parts: list[SourceList] = []
        for source in _SOURCES[Source.ALL]:
            known = self._lists.peek((source, key[1]))
            if source is key[0]:
                parts.append(packs)
            elif known:
                parts.append(known.value)
        return parts

    async def _make_ahead(self, parts: Sequence[SourceList], audience: Audience) -> None:
        """Make the list that is shown in a thread, before somebody waits for it."""
        key = (tuple(parts), audience.costs)
        if key not in self._pack_lists:
            self._pack_lists[key] = await asyncio.to_thread(self._made_of, parts, audience)

    def _pack_list(self, parts: Sequence[SourceList], audience: Audience) -> PackList:
        key = (tuple(parts), audience.costs)
        if key not in self._pack_lists:
            self._pack_lists[key] = self._made_of(parts, audience)
        return self._pack_lists[key]

    def _made_of(self, parts: Sequence[SourceList], audience: Audience) -> PackList:
        packs = merge([part.packs for part in parts])
        return PackList([self._prices.priced(pack, audience) for pack in packs])

    def _listing(self, parts: Sequence[Cached[SourceList]], audience: Audience) -> Listing:
        return Listing(
            self._pack_list([part.value for part in parts], audience),
            as_of=min(part.as_of for part in parts),
            stale=any(part.stale for part in parts),
            failing=any(part.stale and part.failing for part in parts),
        )


def _source_list(packs: Sequence[Pack], include: Include, known: SourceList | None) -> SourceList:
    wanted = tuple(_public(packs) if include is Include.PUBLIC else packs)
    return known if known is not None and known.packs == wanted else SourceList(wanted)


def _public(packs: Sequence[Pack]) -> list[Pack]:
    """Keep the packs that do not say otherwise: Astria's filter is not trusted blindly."""
    return [
        msgspec.structs.replace(pack, visibility=Visibility.PUBLIC)
        for pack in packs
        if pack.visibility in {Visibility.PUBLIC, Visibility.UNSAID}
    ]
