"""What was made of objects, kept for as long as those are the current ones."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import ref

from cachetools import LRUCache

T = TypeVar("T")


class Memo(Generic[T]):
    """Remember what was made of objects, by a key; make it again if it is of other objects.

    The objects are not kept alive.
    """

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[Hashable, tuple[tuple[ref[object] | None, ...], T]] = LRUCache(size)

    def get(self, key: Hashable, source: object, make: Callable[[], T]) -> T:
        """Return what `make` has made of the source under this key, or let it be made now."""
        return self.get_for(key, (source,), make)

    def get_for(
        self, key: Hashable, sources: tuple[object | None, ...], make: Callable[[], T]
    ) -> T:
        """Return what `make` has made of several sources; any may be None."""
        kept = self._kept.get(key)
        if kept is not None and _are(kept[0], sources):
            return kept[1]
        made = make()
        refs = tuple(None if source is None else ref(source) for source in sources)
        self._kept[key] = refs, made
        return made


def _are(refs: tuple[ref[object] | None, ...], sources: tuple[object | None, ...]) -> bool:
    return len(refs) == len(sources) and all(
        (None if one is None else one()) is source
        for one, source in zip(refs, sources, strict=True)
    )
