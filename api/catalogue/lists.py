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
from api.catalogue.pack_list import Listing, PackList, merge
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


class Lists:
    """Answer which packs there are, by source and by which of them are included.

    `ttl` and `stale_ttl` are in seconds: how long a list is fresh, and how long it is served when
    nothing newer can be had.
    """

    def __init__(self, answers: Answers, *, ttl: float, stale_ttl: float) -> None:
        self._answers = answers
        self._lists: Cache[_ListKey, PackList] = Cache(
            self._load_list,
            self._recall_list if answers.recalls else None,
            ttl=ttl,
            stale_ttl=stale_ttl,
            size=len(Source) * len(Include),
        )
        self._merged: LRUCache[tuple[PackList, ...], PackList] = LRUCache(2 * len(Include))
        self._loading: dict[Include, asyncio.Task[None]] = {}
        self.last_failure: AstriaError | None = None
        """Why there were no lists the last time that they were loaded behind, if they were not."""

    async def listing(self, source: Source, include: Include) -> Listing:
        """Return the packs of a source; raises AstriaError if not one part of it can be had."""
        keys = [(part, include) for part in _SOURCES[source]]
        known = [cached for key in keys if (cached := self._lists.get_at_once(key))]
        if len(known) == len(keys):
            return self._listing(known)
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
        await self._merge_ahead([part.value for part in known])
        return replace(self._listing(known), failures=failures)

    def in_memory(self, source: Source, include: Include) -> Listing | None:
        """Return the packs of a source as far as they are in memory, however old; load the rest."""
        keys = [(part, include) for part in _SOURCES[source]]
        known = [cached for key in keys if (cached := self._lists.peek(key))]
        if len(known) < len(keys) or any(cached.stale for cached in known):
            self.load_behind(include)
        return self._listing(known) if known else None

    async def try_listing(self, include: Include) -> None:
        """Have the lists of both sources in memory, if they can be had."""
        try:
            await self.listing(Source.ALL, include)
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
            if cached and (pack := cached.value.search_index.exact(ref)):
                return pack
        return None

    def is_public(self, pack_id: int) -> bool:
        """Tell whether a pack is in a list in memory of those that are public and listed."""
        lists = (self._lists.peek((source, Include.PUBLIC)) for source in _SOURCES[Source.ALL])
        return any(pack_id in cached.value.search_index for cached in lists if cached)

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

    async def _load_list(self, key: _ListKey) -> PackList:
        source, include = key
        mine = source is Source.MINE
        ask = self._answers.list_packs if mine else self._answers.list_gallery_packs
        packs = await self._made(await ask(**_FILTERS[include]), key)
        await self._merge_ahead(self._together(key, packs))
        return packs

    async def _recall_list(self, key: _ListKey) -> Recalled[PackList] | None:
        source, include = key
        mine = source is Source.MINE
        recall = self._answers.recall_packs if mine else self._answers.recall_gallery_packs
        kept = await recall(**_FILTERS[include])
        return Recalled(await self._made(kept.value, key), kept.age) if kept else None

    async def _made(self, packs: Sequence[Pack], key: _ListKey) -> PackList:
        """Make the list of an answer; one that says nothing new stays what it was."""
        known = self._lists.peek(key)
        return await asyncio.to_thread(_pack_list, packs, key[1], known.value if known else None)

    def _together(self, key: _ListKey, packs: PackList) -> list[PackList]:
        """Return the lists that are shown together with a new one."""
        parts: list[PackList] = []
        for source in _SOURCES[Source.ALL]:
            known = self._lists.peek((source, key[1]))
            if source is key[0]:
                parts.append(packs)
            elif known:
                parts.append(known.value)
        return parts

    async def _merge_ahead(self, parts: Sequence[PackList]) -> None:
        """Merge lists in a thread, before somebody waits for it."""
        key = tuple(parts)
        if len(key) > 1 and key not in self._merged:
            self._merged[key] = await asyncio.to_thread(_merged, key)

    def _merge(self, parts: Sequence[PackList]) -> PackList:
        key = tuple(parts)
        if len(key) == 1:
            return key[0]
        if key not in self._merged:
            self._merged[key] = _merged(key)
        return self._merged[key]

    def _listing(self, parts: Sequence[Cached[PackList]]) -> Listing:
        return Listing(
            self._merge([part.value for part in parts]),
            as_of=min(part.as_of for part in parts),
            stale=any(part.stale for part in parts),
            failing=any(part.stale and part.failing for part in parts),
        )


def _pack_list(packs: Sequence[Pack], include: Include, known: PackList | None) -> PackList:
    wanted = _public(packs) if include is Include.PUBLIC else list(packs)
    return known if known is not None and list(known) == wanted else PackList(wanted)


def _merged(parts: Sequence[PackList]) -> PackList:
    return PackList(merge(parts))


def _public(packs: Sequence[Pack]) -> list[Pack]:
    """Keep the packs that do not say otherwise: Astria's filter is not trusted blindly."""
    return [
        msgspec.structs.replace(pack, visibility=Visibility.PUBLIC)
        for pack in packs
        if pack.visibility in {Visibility.PUBLIC, Visibility.UNSAID}
    ]
