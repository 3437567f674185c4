"""Facts from packs' details, for the lists: classes, covers and visibility."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from cachetools import LRUCache

from api.catalogue.merging import without_prompts
from api.catalogue.source_list import SHOWN, as_public
from api.wire.models import Pack

# As many as a list may have; each takes some 2 kB.
_MOST_PACKS = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    pack: Pack
    loaded_at: float
    listed: tuple[Pack, ...]
    """The lists' entries of the pack at that time."""


class Facts:
    """Remember the details of all packs, without pictures."""

    def __init__(self) -> None:
        self._packs: LRUCache[int, _Known] = LRUCache(_MOST_PACKS)
        self._hidden = frozenset[int]()
        self._gone = frozenset[int]()
        self._offered = frozenset[int]()
        self.revision = 0
        """Changes when a list would look different."""

    @property
    def hidden(self) -> Set[int]:
        """The packs that are not public, or are unlisted, even if a list has them."""
        return self._hidden

    def get(self, pack_id: int) -> Pack | None:
        """Return a pack from its details, without pictures."""
        known = self._packs.get(pack_id)
        return self.as_offered(known.pack) if known else None

    def listed(self, pack_id: int) -> tuple[Pack, ...]:
        """Return the lists' entries of a pack at the time when its details were loaded."""
        known = self._packs.get(pack_id)
        return known.listed if known else ()

    def loaded_at(self, pack_id: int) -> float | None:
        """Return the time when a pack's details were loaded, on `time.monotonic`."""
        known = self._packs.get(pack_id)
        return known.loaded_at if known else None

    def offer(self, pack_ids: Set[int]) -> None:
        """Record the account's listed packs: members may see them, public or not."""
        if pack_ids != self._offered:
            self._offered = frozenset(pack_ids)
            known = [one.pack for one in self._packs.values()]
            self._hidden = frozenset(one.id for one in known if not self._is_shown(one))
            self._hidden |= self._gone
            self.revision += 1

    def as_offered(self, pack: Pack) -> Pack:
        """Return a pack as public if it is one of the account's packs that members may see."""
        return as_public(pack) if pack.id in self._offered else pack

    def _is_shown(self, pack: Pack) -> bool:
        return self.as_offered(pack).visibility in SHOWN

    def add(self, pack: Pack, loaded_at: float, listed: tuple[Pack, ...] | None = ()) -> None:
        """Remember a pack's details; `loaded_at` is on `time.monotonic`.

        `listed` are the lists' entries at that time; None if they are unknown and the lists newer.
        """
        before, facts = self._packs.get(pack.id), without_prompts(pack)
        same = before is not None and before.pack == facts
        kept = before.pack if before and same else facts
        listed = (kept,) if listed is None else listed
        self._packs[pack.id] = _Known(kept, loaded_at, listed)
        if same:
            self.revision += before is not None and before.listed != listed
            return
        self._gone -= {pack.id}
        if self._is_shown(pack):
            self._hidden -= {pack.id}
        else:
            self._hidden |= {pack.id}
        self.revision += 1

    def withdraw(self, pack_id: int) -> None:
        """Record that a pack is gone."""
        self._packs.pop(pack_id, None)
        self._gone |= {pack_id}
        self._hidden |= {pack_id}
        self.revision += 1
