"""All that the bot knows about packs: lists and details from memory or Astria, as one truth."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec
import structlog
from cachetools import LRUCache

from api.cache import Cache, Cached
from api.client import AstriaClient, Recalled
from api.costs import CostBook
from api.errors import AstriaError, NotFound
from api.listing import Listing, PackList, merge
from api.models import Include, Pack, PackSummary, Source, Visibility
from api.search import closest
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


@dataclass(frozen=True, slots=True)
class _Whole:
    """A pack with what its summary adds, and what it was made of."""

    pack: Pack
    summary: PackSummary | None
    visibility: Visibility
    whole: Pack

    def is_made_of(self, pack: Pack, summary: PackSummary | None, visibility: Visibility) -> bool:
        return self.pack is pack and self.summary is summary and self.visibility is visibility


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
        self._lists: Cache[_ListKey, PackList] = Cache(
            self._load_list,
            self._recall_list if client.recalls else None,
            ttl=ttl,
            stale_ttl=stale_ttl,
            size=len(Source) * len(Include),
        )
        self._packs: Cache[str, Pack] = Cache(
            self._load_pack,
            client.recall_pack if client.recalls else None,
            ttl=ttl,
            stale_ttl=stale_ttl,
            size=_MOST_PACKS_IN_MEMORY,
        )
        self._ids_by_slug: LRUCache[str, str] = LRUCache(_MOST_PACKS_IN_MEMORY)
        self._merged: LRUCache[tuple[PackList, ...], PackList] = LRUCache(2 * len(Include))
        self._wholes: LRUCache[int, _Whole] = LRUCache(_MOST_PACKS_IN_MEMORY)
        self._loading: dict[Include, asyncio.Task[None]] = {}
        self.last_failure: AstriaError | None = None
        """Why there were no lists the last time that they were loaded behind, if they were not."""

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

    def listing_in_memory(self, source: Source, include: Include) -> Listing | None:
        """Return the packs of a source as far as they are in memory, however old; load the rest."""
        keys = [(part, include) for part in _SOURCES[source]]
        known = [cached for key in keys if (cached := self._lists.peek(key))]
        if len(known) < len(keys) or any(cached.stale for cached in known):
            self._load_behind(include)
        return self._listing(known) if known else None

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
        packs = self.suggestions(hidden=hidden)
        return packs.search_index.find(text, limit) if packs else []

    def suggest_classes(self, text: str, *, ref: str | None, hidden: bool) -> list[str]:
        """Return the class names in memory that a text may mean: of one pack, or of all."""
        packs = self.suggestions(hidden=hidden)
        pack = packs.search_index.exact(pack_reference(ref)) if packs and ref else None
        if pack:
            return closest(text, [one.name for one in self.known_details(pack).classes])
        return closest(text, packs.class_names if packs else ())

    def suggestions(self, *, hidden: bool) -> PackList | None:
        """Return the packs in memory that may be suggested while somebody types."""
        for include in (Include.EVERYTHING, Include.PUBLIC) if hidden else (Include.PUBLIC,):
            if listing := self.listing_in_memory(Source.ALL, include):
                return listing.packs
        return None

    def known_details(self, pack: PackSummary) -> PackSummary:
        """Return a pack in full if it is in memory, else its summary."""
        cached = self._packs.peek(str(pack.id))
        return self._costs.reconcile(cached.value, pack) if cached else pack

    def age(self) -> float | None:
        """Return how old the public lists in memory are, in seconds; nothing if there is none."""
        keys = [(source, Include.PUBLIC) for source in _SOURCES[Source.ALL]]
        return max((known.age for key in keys if (known := self._lists.peek(key))), default=None)

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

    async def _load_list(self, key: _ListKey) -> PackList:
        source, include = key
        mine = source is Source.MINE
        ask = self._client.list_packs if mine else self._client.list_gallery_packs
        packs = await self._made(await ask(**_FILTERS[include]), key)
        await self._merge_ahead(self._together(key, packs))
        return packs

    async def _recall_list(self, key: _ListKey) -> Recalled[PackList] | None:
        source, include = key
        mine = source is Source.MINE
        recall = self._client.recall_packs if mine else self._client.recall_gallery_packs
        kept = await recall(**_FILTERS[include])
        return Recalled(await self._made(kept.value, key), kept.age) if kept else None

    async def _made(self, packs: Sequence[PackSummary], key: _ListKey) -> PackList:
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

    async def _load_pack(self, key: str) -> Pack:
        pack = await self._client.get_pack(key)
        for name in {key, pack.slug or key}:
            self._ids_by_slug[name] = str(pack.id)
        known = self._packs.peek(str(pack.id))
        if known and known.value == pack:
            pack = known.value
        self._packs.keep(str(pack.id), pack)
        return pack

    def _key(self, ref: str) -> str:
        name = pack_reference(ref)
        if name.isascii() and name.isdecimal():
            return name.lstrip("0") or name
        summary = self._summary(name)
        return str(summary.id) if summary else self._ids_by_slug.get(name, name)

    def _summary(self, ref: str) -> PackSummary | None:
        for key in ((source, include) for include in Include for source in _SOURCES[Source.ALL]):
            cached = self._lists.peek(key)
            if cached and (pack := cached.value.search_index.exact(ref)):
                return pack
        return None

    def _shown(self, key: str, cached: Cached[Pack], *, hidden: bool) -> Cached[Pack]:
        pack, visibility = cached.value, cached.value.visibility
        if visibility is Visibility.UNSAID:
            listed = self._is_listed(pack.id)
            visibility = Visibility.PUBLIC if listed else Visibility.PRIVATE
        if visibility is not Visibility.PUBLIC and not hidden:
            raise NotFound(f"/p/{key}", "not for this asker")
        whole = self._whole(pack, visibility)
        return Cached(whole, cached.loaded_at, cached.stale, cached.failing)

    def _whole(self, pack: Pack, visibility: Visibility) -> Pack:
        """Return a pack with what its summary adds: the same object until one of them changes."""
        summary = self._summary(str(pack.id))
        kept = self._wholes.get(pack.id)
        if kept is None or not kept.is_made_of(pack, summary, visibility):
            whole = self._costs.reconcile(
                msgspec.structs.replace(pack, visibility=visibility), summary
            )
            kept = self._wholes[pack.id] = _Whole(pack, summary, visibility, whole)
        return kept.whole

    def _is_listed(self, pack_id: int) -> bool:
        lists = (self._lists.peek((source, Include.PUBLIC)) for source in _SOURCES[Source.ALL])
        return any(pack_id in cached.value.search_index for cached in lists if cached)

    def _listing(self, parts: Sequence[Cached[PackList]]) -> Listing:
        return Listing(
            self._merge([part.value for part in parts]),
            as_of=min(part.as_of for part in parts),
            stale=any(part.stale for part in parts),
            failing=any(part.stale and part.failing for part in parts),
        )

    async def _try_listing(self, include: Include) -> None:
        try:
            await self.listing(Source.ALL, include)
            self.last_failure = None
        except AstriaError as error:
            self.last_failure = error
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


def _pack_list(packs: Sequence[PackSummary], include: Include, known: PackList | None) -> PackList:
    wanted = _public(packs) if include is Include.PUBLIC else list(packs)
    return known if known is not None and list(known) == wanted else PackList(wanted)


def _merged(parts: Sequence[PackList]) -> PackList:
    return PackList(merge(parts))


def _public(packs: Sequence[_S]) -> list[_S]:
    """Keep the packs that do not say otherwise: Astria's filter is not trusted blindly."""
    return [
        msgspec.structs.replace(pack, visibility=Visibility.PUBLIC)
        for pack in packs
        if pack.visibility in {Visibility.PUBLIC, Visibility.UNSAID}
    ]
