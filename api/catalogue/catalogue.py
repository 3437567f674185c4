"""All that the bot knows about packs: lists and details from memory or Astria, as one truth."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import structlog
from cachetools import LRUCache

from api.cache.memory import Cache, Cached
from api.catalogue.allowance import charge
from api.catalogue.answers import Answers
from api.catalogue.audience import EVERYONE, Audience
from api.catalogue.lists import Lists
from api.catalogue.pack_list import Listing, PackList
from api.catalogue.prices import PriceBook
from api.catalogue.search import closest
from api.wire.addresses import pack_reference
from api.wire.errors import AstriaError, NotFound
from api.wire.models import Include, Pack, Source, Visibility

log = structlog.stdlib.get_logger("api.catalogue")

# A pack of 63 prompts takes some 30 kB in memory.
_MOST_PACKS_IN_MEMORY = 2_000

_SUGGESTED = {False: (Include.PUBLIC,), True: (Include.EVERYTHING, Include.PUBLIC)}
"""The lists to suggest packs from, the best first, by whether the audience may see hidden ones."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """A pack with what its summary adds, and what it was made of."""

    pack: Pack
    summary: Pack | None
    visibility: Visibility
    whole: Pack
    """Priced."""

    def is_made_of(self, pack: Pack, summary: Pack | None, visibility: Visibility) -> bool:
        return self.pack is pack and self.summary is summary and self.visibility is visibility


class Catalogue:
    """Answer what packs there are and what is in them, from memory wherever possible.

    `ttl` and `stale_ttl` are in seconds: how long an answer is fresh, and how long it is served
    when nothing newer can be had. All packs are returned as their audience may see them: a pack
    that is not public, or is unlisted, is only found if it may see such packs.
    """

    def __init__(
        self, answers: Answers, prices: PriceBook, *, ttl: float, stale_ttl: float
    ) -> None:
        self._answers = answers
        self._prices = prices
        self.lists = Lists(answers, prices, ttl=ttl, stale_ttl=stale_ttl)
        self._packs: Cache[str, Pack] = Cache(
            self._load_pack,
            answers.recall_pack if answers.recalls else None,
            ttl=ttl,
            stale_ttl=stale_ttl,
            size=_MOST_PACKS_IN_MEMORY,
        )
        self._ids_by_slug: LRUCache[str, str] = LRUCache(_MOST_PACKS_IN_MEMORY)
        self._wholes: LRUCache[tuple[int, bool], _Whole] = LRUCache(_MOST_PACKS_IN_MEMORY)

    async def pack(self, ref: str | int, audience: Audience = EVERYONE) -> Cached[Pack]:
        """Return a pack by id, slug or pasted address; raises AstriaError."""
        key = self._key(str(ref))
        known = self._packs.peek(key)
        # A hidden pack costs its asker as much as one that does not exist.
        if known is None or not self._may_see(known, audience):
            charge(f"/p/{key}")
        cached = await self._packs.get(key)
        if cached.value.visibility is Visibility.UNSAID:
            await self.lists.try_listing(Include.PUBLIC)
        return self._shown(key, cached, audience)

    async def listing(self, source: Source, include: Include, audience: Audience) -> Listing:
        """Return the packs of a source; raises AstriaError if not one part of it can be had."""
        return await self.lists.listing(source, include, audience)

    async def is_gone(self, pack_id: int, audience: Audience) -> bool:
        """Tell whether a pack that was just shown is no more, once its refresh has had its say."""
        key = str(pack_id)
        await asyncio.gather(self._packs.settle(key), self.lists.settle())
        cached = self._packs.peek(key)
        try:
            return cached is None or not self._shown(key, cached, audience)
        except NotFound:
            return True

    async def details(self, packs: Sequence[Pack], audience: Audience) -> list[Pack]:
        """Return packs in full, asked for side by side; a summary where Astria fails.

        A pack that is gone, or that the asker may no longer see, is left out.
        """
        details = [self._detail(pack, audience) for pack in packs]
        if all(self._packs.peek(str(pack.id)) for pack in packs):
            found = [await detail for detail in details]
        else:
            found = await asyncio.gather(*details)
        return [pack for pack in found if pack is not None]

    def loaded_at(self, pack_id: int) -> datetime | None:
        """Return when the details of a pack were loaded; None if they are not in memory."""
        cached = self._packs.peek(str(pack_id))
        return cached.as_of if cached else None

    def suggest(self, text: str, audience: Audience, *, limit: int) -> list[Pack]:
        """Return the packs in memory that a text may mean, the likeliest first."""
        packs = self.suggestions(audience)
        return packs.search_index.find(text, limit) if packs else []

    def suggest_classes(self, text: str, audience: Audience, *, ref: str | None) -> list[str]:
        """Return the class names in memory that a text may mean: of one pack, or of all."""
        packs = self.suggestions(audience)
        pack = packs.search_index.exact(pack_reference(ref)) if packs and ref else None
        if pack:
            return closest(text, [one.name for one in self.known_details(pack, audience).classes])
        return closest(text, packs.class_names if packs else ())

    def suggestions(self, audience: Audience) -> PackList | None:
        """Return the packs in memory that may be suggested while somebody types."""
        for include in _SUGGESTED[audience.hidden]:
            if listing := self.lists.in_memory(Source.ALL, include, audience):
                return listing.packs
        return None

    def known_details(self, pack: Pack, audience: Audience) -> Pack:
        """Return a pack in full if it is in memory, else its summary."""
        cached = self._packs.peek(str(pack.id))
        return self._whole(cached.value, cached.value.visibility, audience) if cached else pack

    async def probe(self) -> float:
        """Return the seconds that Astria takes to answer now; raises AstriaError."""
        charge("/packs")
        return await self._answers.probe()

    def begin_loading(self) -> None:
        """Begin to load the public lists, so that the first member does not wait for them."""
        self.lists.load_behind(Include.PUBLIC)

    async def close(self) -> None:
        """Cancel what is still being loaded."""
        await asyncio.gather(self.lists.close(), self._packs.close())

    async def _load_pack(self, key: str) -> Pack:
        pack = await self._answers.get_pack(key)
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
        summary = self.lists.summary(name)
        return str(summary.id) if summary else self._ids_by_slug.get(name, name)

    def _visibility(self, cached: Cached[Pack]) -> Visibility:
        pack = cached.value
        if pack.visibility is not Visibility.UNSAID:
            return pack.visibility
        listed = self.lists.is_public(pack.id)
        return Visibility.PUBLIC if listed else Visibility.PRIVATE

    def _may_see(self, cached: Cached[Pack], audience: Audience) -> bool:
        return audience.hidden or self._visibility(cached) is Visibility.PUBLIC

    def _shown(self, key: str, cached: Cached[Pack], audience: Audience) -> Cached[Pack]:
        if not self._may_see(cached, audience):
            raise NotFound(f"/p/{key}", "not for this asker")
        whole = self._whole(cached.value, self._visibility(cached), audience)
        return Cached(whole, cached.loaded_at, cached.stale, cached.failing)

    def _whole(self, pack: Pack, visibility: Visibility, audience: Audience) -> Pack:
        """Return a pack with what its summary adds: the same object until one of them changes."""
        summary = self.lists.summary(str(pack.id))
        kept = self._wholes.get((pack.id, audience.costs))
        if kept is None or not kept.is_made_of(pack, summary, visibility):
            complete = self._prices.complete(pack, summary)
            priced = self._prices.priced(complete, audience)
            whole = msgspec.structs.replace(priced, visibility=visibility)
            kept = _Whole(pack, summary, visibility, whole)
            self._wholes[pack.id, audience.costs] = kept
        return kept.whole

    async def _detail(self, pack: Pack, audience: Audience) -> Pack | None:
        try:
            return (await self.pack(pack.id, audience)).value
        except NotFound:
            return None
        except AstriaError as error:
            log.warning("pack shown without details", pack=pack.id, cause=str(error))
            return pack
