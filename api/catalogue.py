"""All that the bot knows about packs: lists and details from memory or Astria, as one truth."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import msgspec
import structlog

from api.cache import Cache, Cached
from api.client import AstriaClient, Recalled
from api.costs import CostBook
from api.errors import AstriaError, NotFound
from api.listing import Listing, merge
from api.models import Include, Pack, PackSummary, Source, Visibility
from api.search import SearchIndex, closest
from api.urls import pack_reference

log = structlog.stdlib.get_logger("api.catalogue")

# A pack of 63 prompts takes some 30 kB in memory.
_MOST_PACKS_IN_MEMORY = 2_000

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

_S = TypeVar("_S", bound=PackSummary)


class Catalogue:
    """Answer what packs there are and what is in them, from memory wherever possible.

    `ttl` and `stale_ttl` are in seconds: how long an answer is fresh, and how long it is served
    when nothing newer can be had. A pack that is not public, or is unlisted, is only found where
    `hidden` is true: the asker may see it.
    """

    def __init__(
        self, client: AstriaClient, *, ttl: float, stale_ttl: float, costs: CostBook
    ) -> None:
        self._client = client
        self._costs = costs
        self._lists: Cache[_ListKey, SearchIndex] = Cache(
            self._load_list,
            self._recall_list,
            ttl=ttl,
            stale_ttl=stale_ttl,
            size=len(Source) * len(Include),
        )
        self._packs: Cache[str, Pack] = Cache(
            self._load_pack,
            client.recall_pack,
            ttl=ttl,
            stale_ttl=stale_ttl,
            size=_MOST_PACKS_IN_MEMORY,
        )
        self._ids_by_slug: dict[str, str] = {}
        self._merged: dict[_ListKey, tuple[tuple[SearchIndex, ...], SearchIndex]] = {}
        self._loading: dict[Include, asyncio.Task[None]] = {}

    async def pack(self, ref: str | int, *, hidden: bool = False) -> Cached[Pack]:
        """Return a pack by id, slug or pasted address; raises AstriaError."""
        key = self._key(str(ref))
        cached = await self._packs.get(key)
        if cached.value.visibility is Visibility.UNSAID:
            await self._try_listing(Include.PUBLIC)
        return self._shown(key, cached, hidden=hidden)

    async def is_gone(self, pack_id: int, *, hidden: bool) -> bool:
        """Tell whether a pack that was just shown is no more, once its refresh has had its say."""
        key = str(pack_id)
        await self._packs.settle(key)
        cached = self._packs.peek(key)
        try:
            return cached is None or not self._shown(key, cached, hidden=hidden)
        except NotFound:
            return True

    async def listing(self, source: Source, include: Include) -> Listing:
        """Return the packs of a source; raises AstriaError if not one part of it can be had."""
        keys = [(part, include) for part in _SOURCES[source]]
        known = [cached for key in keys if (cached := self._lists.get_at_once(key))]
        if len(known) == len(keys):
            return self._listing((source, include), known)
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
        return replace(self._listing((source, include), known), failures=failures)

    def listing_in_memory(self, source: Source, include: Include) -> Listing | None:
        """Return the packs of a source as far as they are in memory, however old; load the rest."""
        keys = [(part, include) for part in _SOURCES[source]]
        known = [cached for key in keys if (cached := self._lists.peek(key))]
        if len(known) < len(keys) or any(cached.stale for cached in known):
            self._load_behind(include)
        return self._listing((source, include), known) if known else None

    async def details(self, packs: Sequence[PackSummary], *, hidden: bool) -> list[PackSummary]:
        """Return packs in full, asked for side by side; a summary where Astria fails.

        A pack that is gone, or that the asker may no longer see, is left out.
        """
        details = [self._detail(pack, hidden=hidden) for pack in packs]
        if all(self._packs.peek(str(pack.id)) for pack in packs):
            found = [await detail for detail in details]
        else:
            found = await asyncio.gather(*details)
        return [pack for pack in found if pack is not None]

    def suggest(self, text: str, *, hidden: bool, limit: int) -> list[PackSummary]:
        """Return the packs in memory that a text may mean, the likeliest first."""
        index = self._suggestions(hidden=hidden)
        return index.find(text, limit) if index else []

    def suggest_classes(self, text: str, *, ref: str | None, hidden: bool) -> list[str]:
        """Return the class names in memory that a text may mean: of one pack, or of all."""
        index = self._suggestions(hidden=hidden)
        pack = index.exact(pack_reference(ref)) if index and ref else None
        if pack:
            names = [one.name for one in self.known_details(pack).classes]
        else:
            names = Listing(index).class_names() if index else []
        return closest(text, names)

    def _suggestions(self, *, hidden: bool) -> SearchIndex | None:
        for include in (Include.EVERYTHING, Include.PUBLIC) if hidden else (Include.PUBLIC,):
            if listing := self.listing_in_memory(Source.ALL, include):
                return listing.index
        return None

    def known_details(self, pack: PackSummary) -> PackSummary:
        """Return a pack in full if it is in memory, else its summary."""
        cached = self._packs.peek(str(pack.id))
        return self._costs.reconcile(cached.value, pack) if cached else pack

    async def probe(self) -> float:
        """Return the seconds that Astria takes to answer now; raises AstriaError."""
        return await self._client.probe()

    def begin_loading(self) -> None:
        """Begin to load the public lists, so that the first member does not wait for them."""
        self._load_behind(Include.PUBLIC)

    async def close(self) -> None:
        """Cancel what is still being loaded."""
        tasks = tuple(self._loading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(
            *tasks, self._lists.close(), self._packs.close(), return_exceptions=True
        )

    async def _load_list(self, key: _ListKey) -> SearchIndex:
        source, include = key
        mine = source is Source.MINE
        ask = self._client.list_packs if mine else self._client.list_gallery_packs
        return _index(await ask(**_FILTERS[include]), include)

    async def _recall_list(self, key: _ListKey) -> Recalled[SearchIndex] | None:
        source, include = key
        mine = source is Source.MINE
        recall = self._client.recall_packs if mine else self._client.recall_gallery_packs
        kept = await recall(**_FILTERS[include])
        return Recalled(_index(kept.value, include), kept.age) if kept else None

    async def _load_pack(self, key: str) -> Pack:
        pack = await self._client.get_pack(key)
        for name in {key.casefold(), (pack.slug or key).casefold()}:
            self._ids_by_slug[name] = str(pack.id)
        self._packs.keep(str(pack.id), pack)
        return pack

    def _key(self, ref: str) -> str:
        name = pack_reference(ref)
        if name.isascii() and name.isdecimal():
            return name.lstrip("0") or name
        summary = self._summary(name)
        return str(summary.id) if summary else self._ids_by_slug.get(name.casefold(), name)

    def _summary(self, ref: str) -> PackSummary | None:
        for key in ((source, include) for include in Include for source in _SOURCES[Source.ALL]):
            cached = self._lists.peek(key)
            if cached and (pack := cached.value.exact(ref)):
                return pack
        return None

    def _shown(self, key: str, cached: Cached[Pack], *, hidden: bool) -> Cached[Pack]:
        pack = cached.value
        if pack.visibility is Visibility.UNSAID:
            listed = self._is_listed(pack.id)
            visibility = Visibility.PUBLIC if listed else Visibility.PRIVATE
            pack = msgspec.structs.replace(pack, visibility=visibility)
        if pack.visibility is not Visibility.PUBLIC and not hidden:
            raise NotFound(f"/p/{key}", "not for this asker")
        return replace(cached, value=self._costs.reconcile(pack, self._summary(str(pack.id))))

    def _is_listed(self, pack_id: int) -> bool:
        lists = (self._lists.peek((source, Include.PUBLIC)) for source in _SOURCES[Source.ALL])
        return any(pack_id in cached.value for cached in lists if cached)

    def _listing(self, key: _ListKey, parts: list[Cached[SearchIndex]]) -> Listing:
        indexes = tuple(part.value for part in parts)
        kept = self._merged.get(key)
        if kept is None or kept[0] != indexes:
            one = indexes[0] if len(indexes) == 1 else None
            kept = indexes, one or SearchIndex(merge([index.packs for index in indexes]))
            self._merged[key] = kept
        return Listing(
            kept[1],
            as_of=min(part.as_of for part in parts),
            stale=any(part.stale for part in parts),
            failing=any(part.stale and part.failing for part in parts),
        )

    async def _try_listing(self, include: Include) -> None:
        try:
            await self.listing(Source.ALL, include)
        except AstriaError as error:
            log.warning("list not loaded", include=include, cause=str(error))

    def _load_behind(self, include: Include) -> None:
        if include not in self._loading:
            task = self._loading[include] = asyncio.create_task(self._try_listing(include))
            task.add_done_callback(lambda _: self._loading.pop(include))

    async def _detail(self, pack: PackSummary, *, hidden: bool) -> PackSummary | None:
        try:
            return (await self.pack(pack.id, hidden=hidden)).value
        except NotFound:
            return None
        except AstriaError as error:
            log.warning("pack shown without details", pack=pack.id, cause=str(error))
            return pack


def _index(packs: Sequence[PackSummary], include: Include) -> SearchIndex:
    return SearchIndex(_public(packs) if include is Include.PUBLIC else packs)


def _public(packs: Sequence[_S]) -> list[_S]:
    """Keep the packs that do not say otherwise: Astria's filter is not trusted blindly."""
    return [
        msgspec.structs.replace(pack, visibility=Visibility.PUBLIC)
        for pack in packs
        if pack.visibility in {Visibility.PUBLIC, Visibility.UNSAID}
    ]
