"""What was made of a pack or a list, kept for as long as that is the current one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import ref

from cachetools import LRUCache

T = TypeVar("T")


class Memo(Generic[T]):
    """Remember what was made of something, by a key; made anew once it is of something else.

    What it was made of is not kept alive.
    """

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[Hashable, tuple[ref[object], T]] = LRUCache(size)

    def get(self, key: Hashable, source: object, make: Callable[[], T]) -> T:
        """Return what `make` has made of the source under this key, or lets it be made now."""
        kept = self._kept.get(key)
        if kept is not None and kept[0]() is source:
            return kept[1]
        made = make()
        self._kept[key] = ref(source), made
        return made
