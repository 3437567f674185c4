"""The details of packs: in memory, recalled from the store, or loaded from Astria."""

from __future__ import annotations

import time

from cachetools import LRUCache

from api.cache.cached import Cached
from api.cache.memory import Cache
from api.cache.statistics import Found
from api.catalogue.answers import Answers
from api.catalogue.facts import Facts
from api.catalogue.lists import Lists
from api.wire.errors import KeyRefused, NotFound, NotUnderstood
from api.wire.models import Include, Pack, weight_of

# A pack of 63 prompts takes some 30 kB in memory; each pack counts as 64 kB or more. Of all others,
# memory has only the fields that lists show, some 2 kB each; their full answers are in the store.
MOST_IN_MEMORY = 2_000
_MOST_BYTES_IN_MEMORY = MOST_IN_MEMORY * 64 * 1024


class Details:
    """Load packs, and record their facts for the lists; `ttl` and `stale_ttl` are in seconds."""

    def __init__(
        self, answers: Answers, facts: Facts, lists: Lists, *, ttl: float, stale_ttl: float
    ) -> None:
        self._answers = answers
        self._facts = facts
        self._lists = lists
        self._ttl = ttl
        self.cache: Cache[str, Pack] = Cache(
            self._load_pack,
            self._recall_pack if answers.recalls else None,
            ttl=ttl,
            stale_ttl=stale_ttl,
            size=_MOST_BYTES_IN_MEMORY,
            weigh=lambda pack: max(_MOST_BYTES_IN_MEMORY // MOST_IN_MEMORY, weight_of(pack)),
        )
        """The key is an id, or a slug whose id is not known yet."""
        self.ids_by_slug: LRUCache[str, str] = LRUCache(MOST_IN_MEMORY)

    async def load_in_background(self, pack_id: int) -> Found:
        """Load a pack into memory if there is room, else only for the lists and the store."""
        key = str(pack_id)
        if self.cache.has_room(key):
            return (await self.cache.load(key))[1]
        recalled = await self._recall_pack(key)
        if recalled and recalled.age < self._ttl:
            return Found.STORE
        await self._load_pack(key)
        return Found.MISS

    async def _load_pack(self, key: str) -> Pack:
        try:
            pack = await self._answers.get_pack(key)
        except NotFound:
            self._note_gone(key)
            raise
        except (KeyRefused, NotUnderstood) as error:
            if error.may_mean_gone and await self._has_left(key):
                await self._answers.forget_pack(key)
                self._note_gone(key)
                raise NotFound(error.path, "refused, in no list", status=error.status) from error
            raise
        return self._noted(key, pack)

    async def _recall_pack(self, key: str) -> Cached[Pack] | None:
        recalled = await self._answers.recall_pack(key)
        if recalled:
            lists_age = self._lists.age()
            lists_are_newer = lists_age is not None and lists_age < recalled.age
            listed = None if lists_are_newer else self._lists.entries(recalled.value.id)
            self._note(key, recalled.value, recalled.loaded_at, listed)
        return recalled

    def _noted(self, key: str, pack: Pack) -> Pack:
        """Return a loaded pack: the known object if it has not changed."""
        known = self.cache.peek(str(pack.id))
        if known and known.value == pack:
            pack = known.value
        self._note(key, pack, time.monotonic(), self._lists.entries(pack.id))
        if key != str(pack.id):
            self.cache.keep(str(pack.id), pack)
        return pack

    def _note(
        self, key: str, pack: Pack, loaded_at: float, listed: tuple[Pack, ...] | None
    ) -> None:
        self._facts.add(pack, loaded_at, listed)
        for name in {key, pack.slug or key}:
            self.ids_by_slug[name] = str(pack.id)

    def _note_gone(self, key: str) -> None:
        if found := self._lists.find(key):
            self._facts.withdraw(found.value.id)

    async def _has_left(self, key: str) -> bool:
        """Tell whether Astria's current lists lack a pack."""
        if not await self._lists.refreshed(Include.PUBLIC):
            return False
        found = self._lists.find(key)
        return found is None or found.stale
