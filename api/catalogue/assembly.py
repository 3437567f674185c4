"""Assemble a pack for its readers: details, additions from lists, and prices."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import msgspec

from api.cache.cached import Cached
from api.cache.memo import Memo
from api.catalogue.audience import Audience
from api.catalogue.facts import Facts
from api.catalogue.lists import Lists
from api.catalogue.merging import complete, without_outdated
from api.catalogue.prices import PriceBook
from api.wire.models import Include, Pack, Visibility


class Assembly:
    """Show packs to an audience; each stays the same object until something changes.

    `size` is how many packs are remembered.
    """

    def __init__(self, facts: Facts, lists: Lists, prices: PriceBook, *, size: int) -> None:
        self._facts = facts
        self._lists = lists
        self._prices = prices
        self._completed: Memo[Pack] = Memo(size)
        self._priced: Memo[Pack] = Memo(size)
        self._shown: Memo[Cached[Pack]] = Memo(size)

    def visibility(self, cached: Cached[Pack]) -> Visibility:
        """Return who may see a pack, according to its details and the lists in memory."""
        pack = self._facts.as_offered(cached.value)
        if pack.visibility is Visibility.UNSAID:
            return Visibility.PUBLIC if self._lists.is_public(pack.id) else Visibility.PRIVATE
        if pack.visibility is Visibility.PUBLIC:
            hidden = self._lists.is_hidden_since(pack.id, cached.loaded_at)
            return Visibility.PRIVATE if hidden else Visibility.PUBLIC
        return pack.visibility

    def may_see(self, cached: Cached[Pack], audience: Audience) -> bool:
        """Tell whether an audience may see a pack."""
        return audience.hidden or self.visibility(cached) is Visibility.PUBLIC

    def shown(self, cached: Cached[Pack], audience: Audience) -> Cached[Pack] | None:
        """Return a pack for an audience; None if the audience may not see it."""
        visibility = self.visibility(cached)
        if not audience.hidden and visibility is not Visibility.PUBLIC:
            return None
        whole = self.whole(cached.value, visibility, audience)
        reader, made_of = (whole.id, audience), (cached, whole)
        return self._shown.get_for(reader, made_of, lambda: cached.holding(whole))

    def listed(self, key: str, audience: Audience) -> Cached[Pack] | None:
        """Return a pack that cannot be loaded, as lists in memory describe it."""
        found = self._lists.find(key, *(() if audience.hidden else (Include.PUBLIC,)))
        if found is None:
            return None
        pack_id = found.value.id
        public = self._lists.is_public(pack_id) and pack_id not in self._facts.hidden
        if not audience.hidden and not public:
            return None
        pack = self._facts.get(pack_id) or found.value
        whole = self.whole(pack, found.value.visibility, audience)
        return replace(found.holding(whole), stale=True, failing=True, partial=True)

    def whole(self, pack: Pack, visibility: Visibility, audience: Audience) -> Pack:
        """Return a pack with the additions of its lists: the same object until one changes."""
        entries, then = self._lists.entries(pack.id), self._facts.listed(pack.id)
        unit = self._prices.unit.relied_on

        def complete_all() -> Pack:
            whole = reduce(complete, entries, without_outdated(pack, then, entries, unit))
            self._prices.learn([whole])
            # A copy, as the memo must tell the result from its source.
            return msgspec.structs.replace(whole)

        whole = self._completed.get_for((pack.id, unit), (pack, *entries, *then), complete_all)

        pricing = self._prices.now  # the lists just learned may have changed it
        # If a pack is in no list, its slug may belong to another pack.
        twin = None if entries or not pack.slug else self._lists.find(pack.slug)
        shares_slug = twin is not None and twin.value.id != pack.id

        def price() -> Pack:
            priced = pricing.priced(whole, audience, shares_slug=shares_slug)
            misleads = priced.slug_may_mislead or not entries
            return msgspec.structs.replace(priced, visibility=visibility, slug_may_mislead=misleads)

        key = pack.id, visibility, audience, pricing, shares_slug
        return self._priced.get(key, whole, price)
