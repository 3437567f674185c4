"""Results made from objects, kept as long as these are the current ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import ref

from cachetools import LRUCache

T = TypeVar("T")

_Refs = tuple[ref[object] | None, ...]


class Memo(Generic[T]):
    """Remember a result by a key; make it again if it was made from other objects.

    The objects are not kept alive. When one of them ends, the result is dropped.
    """

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[Hashable, tuple[_Refs, T]] = LRUCache(size)
        # Objects may end in any thread, so their results are removed later.
        self._orphans = deque[Hashable]()

    def get(self, key: Hashable, source: object, make: Callable[[], T]) -> T:
        """Return the result for a source under this key; make it if it is missing."""
        return self.get_for(key, (source,), make)

    def get_for(
        self, key: Hashable, sources: tuple[object | None, ...], make: Callable[[], T]
    ) -> T:
        """Return the result for several sources, any of which may be None; make it if missing."""
        kept = self._kept.get(key)
        if kept is not None and _are(kept[0], sources):
            return kept[1]
        self._remove_orphans()
        made = make()

        def ended(_: ref[object]) -> None:
            self._orphans.append(key)

        refs = tuple(None if source is None else ref(source, ended) for source in sources)
        self._kept[key] = refs, made
        return made

    def _remove_orphans(self) -> None:
        while self._orphans:
            key = self._orphans.popleft()
            kept = self._kept.get(key)
            if kept and any(one is not None and one() is None for one in kept[0]):
                del self._kept[key]


def _are(refs: _Refs, sources: tuple[object | None, ...]) -> bool:
    return len(refs) == len(sources) and all(
        (None if one is None else one()) is source
        for one, source in zip(refs, sources, strict=True)
    )
