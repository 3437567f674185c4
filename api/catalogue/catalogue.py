"""All packs that the bot knows: lists and details, from memory or Astria, combined."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime

import structlog
from cachetools import TTLCache

from api.cache.cached import Cached
from api.cache.statistics import Found, count_in_memory
from api.cache.store import StoreState
from api.catalogue.advice import Advice
from api.catalogue.answers import Answers
from api.catalogue.assembly import Assembly
from api.catalogue.audience import EVERYONE, Audience
from api.catalogue.audience_lists import AudienceLists
from api.catalogue.background import Background
from api.catalogue.details import MOST_IN_MEMORY, Details
from api.catalogue.facts import Facts
from api.catalogue.lists import Lists
from api.catalogue.merging import complete
from api.catalogue.news import WholeList
from api.catalogue.pack_list import Listing, PackList
from api.catalogue.prices import PriceBook
from api.catalogue.search import suggestable
from api.wire.addresses import pack_reference
from api.wire.allowance import charge
from api.wire.errors import AstriaError, NotFound
from api.wire.models import Include, Pack, Source, Visibility

log = structlog.stdlib.get_logger("api.catalogue")

# How many packs of a list are handled before other tasks may run.
_AT_A_TIME = 100

# For people who may not see it, a hidden pack is looked up as often as a pack that does not exist,
# by each of its names. So the time of an answer reveals nothing. In seconds.
_REFUSED_FOR = 60.0
_MOST_REFUSED = 5_000

_SUGGESTED = {False: (Include.PUBLIC,), True: (Include.EVERYTHING, Include.PUBLIC)}
"""Lists for suggestions, the best first; by whether the audience may see hidden packs."""


class Catalogue:
    """Answer questions about packs, from memory if possible.

    `ttl` and `stale_ttl` are in seconds: how long an answer is fresh, and how long it is served
    if Astria gives no newer one. All packs are returned as their audience may see them: a pack
    that is not public, or is unlisted, is only found if it may see such packs. `own_listed`: the
    account's own packs count as public if they are listed. `members` is the usual audience.
    """

    def __init__(
        self,
        answers: Answers,
        prices: PriceBook,
        *,
        ttl: float,
        stale_ttl: float,
        own_listed: bool = False,
        members: Audience = EVERYONE,
    ) -> None:
        self._answers = answers
        self.prices = prices
        self._facts = Facts()
        self._audience_lists = AudienceLists(self._facts, prices)
        self.lists = Lists(
            answers,
            self._audience_lists,
            prices,
            ttl=ttl,
            stale_ttl=stale_ttl,
            offer=self._facts.offer if own_listed else None,
            members=members,
        )
        self._own_listed = own_listed
        self._ttl = ttl
        self._basis: tuple[object, ...] = ()
        self._answers_given: dict[tuple[str, Audience], Cached[Pack]] = {}
        self._details = Details(answers, self._facts, self.lists, ttl=ttl, stale_ttl=stale_ttl)
        self._packs = self._details.cache
        self._refused: TTLCache[str, bool]
        self._refused = TTLCache(_MOST_REFUSED, _REFUSED_FOR, timer=lambda: time.monotonic())
        self._assembly = Assembly(self._facts, self.lists, prices, size=2 * MOST_IN_MEMORY)
        self.advice = Advice(answers, self.lists, prices.shop_file, own_listed=own_listed)
        self._background = Background(
            answers,
            self.lists,
            self._facts,
            prices.unit,
            self.advice,
            load=self._details.load_in_background,
            ttl=ttl,
            stale_ttl=stale_ttl,
        )

    async def pack(self, ref: str | int, audience: Audience = EVERYONE) -> Cached[Pack]:
        """Return a pack by id, slug or pasted address; raises AstriaError.

        If Astria fails, the entry of a list is returned as `partial`: without pictures.
        """
        key = self._key(str(ref))
        given = self._given().get((key, audience))
        now = time.monotonic()
        if given and now - given.loaded_at < self._ttl:
            count_in_memory(Found.HIT)
            self._background.used[given.value.id] = now
            return given
        return await self._find(str(ref), key, audience)

    async def _looked_up(
        self, name: str, key: str, cached: Cached[Pack], found: Found
    ) -> Cached[Pack]:
        """Take the steps for a pack that does not exist, as the asker may not see this one."""
        if name not in self._refused:
            # Ask Astria, as for a missing pack: memory and the store would answer faster.
            if found is not Found.MISS:
                cached, _ = await self._packs.load(key, recall=False)
            self._refused[name] = True
        return cached

    def _given(self) -> dict[tuple[str, Audience], Cached[Pack]]:
        """Return the valid answers to `pack`: nothing that they depend on has changed."""
        prices = self.prices
        basis = (
            *(self._packs.revision, self.lists.cache.revision, self._facts.revision),
            *(prices.unit.verdict, prices.shop_file.shop, prices.shared_slugs),
        )
        if basis != self._basis:
            self._basis, self._answers_given = basis, {}
        return self._answers_given

    async def _find(self, ref: str, key: str, audience: Audience) -> Cached[Pack]:
        known = self._packs.peek(key)
        at_once = known is not None and self._assembly.may_see(known, audience)
        # A hidden pack costs its asker as much as one that does not exist.
        if not at_once:
            charge(f"/p/{key}")
        try:
            cached, found = await self._packs.find(key)
            if self._depends_on_lists(cached.value):
                await self.lists.try_listing(Include.PUBLIC)
            if not at_once and not self._assembly.may_see(cached, audience):
                cached = await self._looked_up(_name(ref), key, cached, found)
        except NotFound:
            raise
        except AstriaError:
            if listed := self._assembly.listed(key, audience):
                return listed
            raise
        return self._give(key, cached, audience)

    def _give(self, key: str, cached: Cached[Pack], audience: Audience) -> Cached[Pack]:
        answer, basis = self._assembly.shown(cached, audience), self._basis
        if answer is None:
            raise NotFound(f"/p/{key}", "not for this asker")
        self._background.used[answer.value.id] = time.monotonic()
        # If a thread has meanwhile learned something, the answer may be out of date, so it is not
        # remembered. Nor is an answer that depends on a list, which may expire first.
        given = self._given()
        lasts = not answer.stale and not self._depends_on_lists(cached.value)
        if lasts and self._basis is basis:
            given[key, audience] = answer
        return answer

    async def listing(self, source: Source, include: Include, audience: Audience) -> Listing:
        """Return the packs of a source; raises AstriaError if no part of it is available."""
        return await self.lists.listing(source, include, audience)

    async def whole_list(self, source: Source, audience: Audience) -> WholeList | None:
        """Return the public packs of a source, or None if the list is old, partial or empty."""
        if not await self.lists.refreshed(Include.PUBLIC):
            return None
        listing = await self.listing(source, Include.PUBLIC, audience)
        if listing.stale or listing.failures or not listing.packs or listing.as_of is None:
            return None
        edition = self.lists.edition(source)
        packs, certain = list[Pack](), set[int]()
        for count, pack in enumerate(listing.packs):
            if count % _AT_A_TIME == 0:
                await asyncio.sleep(0)  # let other tasks run
            known = self._facts.get(pack.id)
            if known is not None:
                certain.add(pack.id)
                pack = self._assembly.whole(known, pack.visibility, audience)
            packs.append(pack)
        scope = f"{source} {'listed' if self._own_listed else 'public'}"
        return WholeList(packs, listing.as_of, scope, self.prices.basis, certain, edition)

    async def is_gone(self, pack_id: int, audience: Audience) -> bool:
        """Wait for the running refresh of a pack that was just shown; tell whether it is gone."""
        key = str(pack_id)
        await asyncio.gather(self._packs.settle(key), self.lists.settle())
        cached = self._packs.peek(key)
        if cached is None:
            return self._packs.is_missing(key) or self._assembly.listed(key, audience) is None
        return not self._assembly.may_see(cached, audience)

    async def details(self, packs: Sequence[Pack], audience: Audience) -> list[Pack]:
        """Load packs in full, concurrently; the entry of a list stands in if Astria fails.

        Packs that are gone, or that the asker may no longer see, are left out.
        """
        details = [self._detail(pack, audience) for pack in packs]
        if all(self._packs.peek(str(pack.id)) for pack in packs):
            found = [await detail for detail in details]
        else:
            found = await asyncio.gather(*details)
        return [pack for pack in found if pack is not None]

    def loaded_at(self, pack_id: int) -> datetime | None:
        """Return the time when a pack's details were loaded; None if they are not in memory."""
        cached = self._packs.peek(str(pack_id))
        return cached.as_of if cached else None

    def has(self, ref: str | int, audience: Audience) -> bool:
        """Tell whether the details of a pack that an audience may see are in memory."""
        known = self._packs.peek(self._key(str(ref)))
        return known is not None and self._assembly.may_see(known, audience)

    def suggest(self, text: str, audience: Audience, *, limit: int) -> list[Pack]:
        """Return the packs in memory that match a text, the best match first."""
        packs = self.suggestions(audience)
        if packs is None:
            return []
        return self.priced_now(packs, packs.search_index.find(text, limit), audience)

    def priced_now(self, packs: PackList, found: Sequence[Pack], audience: Audience) -> list[Pack]:
        """Return packs of a list with current prices, if those of the list are older."""
        if packs.pricing == self.prices.now:
            return list(found)
        latest = ((pack, self._facts.get(pack.id) or self._entry(pack.id)) for pack in found)
        return [
            self._assembly.whole(known, pack.visibility, audience)
            for pack, known in latest
            if known
        ]

    def _entry(self, pack_id: int) -> Pack | None:
        return next(iter(self.lists.entries(pack_id)), None)

    def class_names(self, audience: Audience, *, ref: str | None) -> Sequence[str]:
        """Return the class names in memory to suggest: of one pack, or of all."""
        packs = self.suggestions(audience)
        if packs is None:
            return ()
        pack = packs.search_index.exact(pack_reference(ref)) if ref else None
        if pack is None:
            return packs.suggested_class_names
        whole = complete(self._facts.get(pack.id) or pack, pack)
        return suggestable(one.name for one in whole.classes)

    def suggestions(self, audience: Audience) -> PackList | None:
        """Return the packs in memory to suggest while somebody types."""
        for include in _SUGGESTED[audience.hidden]:
            packs = self.lists.packs_in_memory(include, audience)
            if packs is not None:
                return packs
        return None

    @property
    def store_state(self) -> StoreState:
        """The state of the store on disk or in Redis."""
        return self._answers.store.state

    async def probe(self) -> float:
        """Measure how long Astria takes to answer, in seconds; raises AstriaError."""
        charge("/packs")
        return await self._answers.probe()

    def begin_loading(self) -> None:
        """Start to load the public lists and packs, so that the first member does not wait."""
        self._background.begin()

    async def end_loading(self) -> None:
        """Stop loading in the background."""
        await self._background.close()

    async def learn_unit(self) -> None:
        """Learn the unit of `cost_mc_hash` as at the start; waits while Astria has trouble."""
        await self._background.learn_unit()

    async def close(self) -> None:
        """Cancel the running loads."""
        await self.end_loading()
        await asyncio.gather(self.lists.close(), self._packs.close())
        await self._audience_lists.close()

    def _key(self, ref: str) -> str:
        name = _name(ref)
        if name.isascii() and name.isdecimal():
            return name
        found = self.lists.find(name)
        return str(found.value.id) if found else self._details.ids_by_slug.get(name, name)

    def _depends_on_lists(self, pack: Pack) -> bool:
        """Tell whether only a list can say who may see a pack."""
        private = pack.visibility is Visibility.PRIVATE
        return pack.visibility is Visibility.UNSAID or (private and self._own_listed)

    async def _detail(self, pack: Pack, audience: Audience) -> Pack | None:
        try:
            return (await self.pack(pack.id, audience)).value
        except NotFound:
            return None
        except AstriaError as error:
            log.warning("pack shown without details", pack=pack.id, cause=str(error))
            return pack


def _name(ref: str) -> str:
    """Return the id or slug in a reference."""
    name = ref if ref.isdecimal() else pack_reference(ref)
    return name.lstrip("0") or name if name.isascii() and name.isdecimal() else name
