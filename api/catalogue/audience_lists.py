"""The lists as an audience sees them: merged, completed by details, priced and indexed."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from api.catalogue.audience import Audience
from api.catalogue.facts import Facts
from api.catalogue.merging import complete, merge, without_outdated
from api.catalogue.pack_list import PackList
from api.catalogue.prices import PriceBook
from api.catalogue.source_list import SHOWN, SourceList
from api.wire.models import Include, Pack

# While details arrive one by one: the shortest time between two builds of a list, in seconds, and
# the largest share of the time that building it may take.
_DETAILS_EVERY = 2.0
_SHARE_OF_TIME = 0.05

# Building a list of this many packs and classes takes some 5 ms, so it needs no thread.
_SHORT = 1_500

_Details = Mapping[int, tuple[Pack, tuple[Pack, ...]]]
"""By id: details, and the lists' entries of the pack when the details were loaded."""

_Key = tuple[tuple[tuple[object, Include], ...], Audience]


@dataclass(slots=True)
class _AudienceList:
    """A list, with its sources."""

    packs: PackList
    parts: tuple[SourceList, ...]
    facts_revision: int
    hidden: Set[int]
    """The packs that were left out because they are hidden."""
    seconds: float
    """The time that building it took."""
    made_at: float


class AudienceLists:
    """Keep the lists that are shown; build them again in a thread if something has changed."""

    def __init__(self, facts: Facts, prices: PriceBook) -> None:
        self._facts = facts
        self._prices = prices
        self._lists: dict[_Key, _AudienceList] = {}
        self._making = defaultdict[_Key, asyncio.Lock](asyncio.Lock)
        self._tasks = set[asyncio.Task[None]]()

    async def ready(self, parts: Sequence[SourceList], audience: Audience) -> PackList:
        """Return the packs of some lists; wait until they are up to date with their sources."""
        key = _key(parts, audience)
        if self._is_outdated(self._lists.get(key), parts) and not _are_short(parts):
            async with self._making[key]:
                # Other threads may meanwhile learn something that changes the prices again.
                while self._is_outdated(self._lists.get(key), parts):
                    await self._make(key, parts, audience)
        self._refresh(key, parts, audience)
        return self._shown(self._lists[key])

    def at_once(self, parts: Sequence[SourceList], audience: Audience) -> PackList | None:
        """Return the packs of some lists without waiting; they may be slightly outdated.

        None if a long list has not been built yet.
        """
        key = _key(parts, audience)
        self._refresh(key, parts, audience)
        current = self._lists.get(key)
        return None if current is None else self._shown(current)

    async def close(self) -> None:
        """Wait for the running builds: a thread cannot be cancelled."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _refresh(self, key: _Key, parts: Sequence[SourceList], audience: Audience) -> None:
        """Build a list again if something has changed: at once if it is short, else in a thread."""
        current = self._lists.get(key)
        if current is not None and not self._has_changed(current, parts):
            return
        if _are_short(parts):
            self._lists[key] = self._assembled(parts, self._details(parts), audience)
        elif not self._making[key].locked():
            task = asyncio.create_task(self._make_again(key, parts, audience))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _is_outdated(self, current: _AudienceList | None, parts: Sequence[SourceList]) -> bool:
        """Tell whether the sources of a list, or its prices, may have changed."""
        return (
            current is None
            or current.parts != tuple(parts)
            or current.packs.pricing != self._prices.now
        )

    def _has_changed(self, current: _AudienceList, parts: Sequence[SourceList]) -> bool:
        """Tell whether a list is outdated, or new details make it worth building again."""
        return self._is_outdated(current, parts) or (
            current.facts_revision != self._facts.revision
            and time.monotonic() - current.made_at
            > max(_DETAILS_EVERY, current.seconds / _SHARE_OF_TIME)
        )

    async def _make_again(self, key: _Key, parts: Sequence[SourceList], audience: Audience) -> None:
        async with self._making[key]:
            await self._make(key, parts, audience)

    async def _make(self, key: _Key, parts: Sequence[SourceList], audience: Audience) -> None:
        details = self._details(parts)
        self._lists[key] = await asyncio.to_thread(self._assembled, parts, details, audience)

    def _details(self, parts: Sequence[SourceList]) -> tuple[int, _Details]:
        found = {
            pack.id: (known, self._facts.listed(pack.id))
            for part in parts
            for pack in part.packs
            if (known := self._facts.get(pack.id))
        }
        return self._facts.revision, found

    def _assembled(
        self,
        parts: Sequence[SourceList],
        details: tuple[int, _Details],
        audience: Audience,
    ) -> _AudienceList:
        began = time.monotonic()
        revision, known = details
        whole = _completed(parts, known, self._prices.unit.relied_on)
        self._prices.learn(whole)
        pricing = self._prices.now
        packs = tuple(pricing.priced(pack, audience) for pack in whole)
        before = self._lists.get(_key(parts, audience))
        same = before is not None and tuple(before.packs) == packs
        made = before.packs if before is not None and same else PackList(packs, pricing)
        made.pricing = pricing
        now = time.monotonic()
        return _AudienceList(made, tuple(parts), revision, frozenset(), now - began, now)

    def _shown(self, current: _AudienceList) -> PackList:
        """Return a list without the packs that are known to be hidden since it was built."""
        if current.hidden is not self._facts.hidden:
            current.hidden = self._facts.hidden
            public = current.parts[0].include is Include.PUBLIC
            if public and any(pack_id in current.packs.search_index for pack_id in current.hidden):
                current.packs = PackList(
                    [pack for pack in current.packs if pack.id not in current.hidden],
                    current.packs.pricing,
                )
        return current.packs


def _are_short(parts: Sequence[SourceList]) -> bool:
    return sum(part.length for part in parts) <= _SHORT


def _key(parts: Sequence[SourceList], audience: Audience) -> _Key:
    return tuple((part.source, part.include) for part in parts), audience


def _completed(parts: Sequence[SourceList], details: _Details, unit: Decimal | None) -> list[Pack]:
    packs = [
        complete(without_outdated(*details[pack.id], [pack], unit), pack)
        if pack.id in details
        else pack
        for pack in merge([part.packs for part in parts])
    ]
    if parts[0].include is not Include.PUBLIC:
        return packs
    withheld = {pack_id for part in parts for pack_id in part.withheld}
    return [pack for pack in packs if pack.id not in withheld and pack.visibility in SHOWN]
