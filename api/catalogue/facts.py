"""What details have said about packs, for the lists: classes, covers, and who may see them."""

from __future__ import annotations

from collections.abc import Set

from cachetools import LRUCache

from api.catalogue.merging import without_prompts
from api.catalogue.source_list import SHOWN
from api.wire.models import Pack

# As many packs as a list may have; each takes some 2 kB.
_MOST_PACKS = 10_000


class Facts:
    """Remember the details of all packs, without their pictures."""

    def __init__(self) -> None:
        self._packs: LRUCache[int, Pack] = LRUCache(_MOST_PACKS)
        self._hidden = frozenset[int]()
        self.revision = 0
        """Changes whenever a list would look different."""

    @property
    def hidden(self) -> Set[int]:
        """The packs that are not public, or are unlisted, whatever a list says."""
        return self._hidden

    def get(self, pack_id: int) -> Pack | None:
        """Return what details have said about a pack."""
        return self._packs.get(pack_id)

    def add(self, pack: Pack) -> None:
        """Remember a pack's details."""
        known = without_prompts(pack)
        if self._packs.get(pack.id) == known:
            return
        self._packs[pack.id] = known
        if pack.visibility in SHOWN:
            self._hidden -= {pack.id}
        else:
            self._hidden |= {pack.id}
        self.revision += 1

    def withdraw(self, pack_id: int) -> None:
        """Note that a pack is gone."""
        self._packs.pop(pack_id, None)
        self._hidden |= {pack_id}
        self.revision += 1
