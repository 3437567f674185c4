"""The packs of one or both sources as one list: merged, filtered and put in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import overload

import msgspec
from cachetools import LRUCache

from api.catalogue.search import SearchIndex
from api.wire.errors import AstriaError
from api.wire.models import Pack, Sort, Visibility, find_class

# Searches, filters and orders of one list whose outcome is remembered.
_MOST_SELECTIONS = 64

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NO_PRICE = Decimal("Infinity")


class PackList(Sequence[Pack]):
    """Packs in Astria's order; whatever is asked of them is worked out once.

    As the index is built at once, a list that may be long is made in a thread.
    """

    def __init__(self, packs: Iterable[Pack]) -> None:
        self._packs = tuple(packs)
        self.search_index = SearchIndex(self._packs)
        self._selections: LRUCache[tuple[str, str | None, Sort | None], tuple[Pack, ...]]
        self._selections = LRUCache(_MOST_SELECTIONS)

    @overload
    def __getitem__(self, position: int) -> Pack: ...

    @overload
    def __getitem__(self, position: slice) -> tuple[Pack, ...]: ...

    def __getitem__(self, position: int | slice) -> Pack | tuple[Pack, ...]:
        return self._packs[position]

    def __len__(self) -> int:
        return len(self._packs)

    @cached_property
    def class_names(self) -> tuple[str, ...]:
        """The names of all classes that some pack offers, each once, in order."""
        names = {one.name: None for pack in self for one in pack.classes}
        return tuple(sorted(names, key=lambda name: (name.casefold(), name)))

    def select(
        self, *, search: str = "", class_name: str | None = None, sort: Sort | None = None
    ) -> tuple[Pack, ...]:
        """Return the packs that match, the likeliest first where no other order is asked for."""
        key = (search, class_name, sort)
        found = self._selections.get(key)
        if found is None:
            found = self._selections[key] = tuple(self._selected(*key))
        return found

    def _selected(self, search: str, class_name: str | None, sort: Sort | None) -> Sequence[Pack]:
        found = self.search_index.find(search)
        if class_name is not None:
            found = [pack for pack in found if find_class(pack.classes, class_name)]
        if sort is None and search:
            return found
        return sorted(found, key=_order(sort or Sort.NEWEST, class_name))


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of packs, with what is to be said about its age and gaps."""

    packs: PackList
    as_of: datetime | None = None
    """When its oldest part was loaded."""
    stale: bool = False
    """A part is past its time."""
    failing: bool = False
    """The last attempt to load such a part anew has failed."""
    failures: tuple[AstriaError, ...] = ()
    """Why a source is missing altogether."""


def merge(parts: Sequence[Iterable[Pack]]) -> Sequence[Pack]:
    """Return the packs of several lists, each id once; what an earlier list lacks is filled in."""
    merged: dict[int, Pack] = {}
    for pack in (pack for part in parts for pack in part):
        known = merged.get(pack.id)
        merged[pack.id] = _filled(known, pack) if known else pack
    return list(merged.values())


def _filled(pack: Pack, other: Pack) -> Pack:
    gaps = {
        field: getattr(other, field)
        for field in pack.__struct_fields__
        if getattr(pack, field) in (None, (), Visibility.UNSAID)
    }
    return msgspec.structs.replace(pack, **gaps)


def _order(sort: Sort, class_name: str | None) -> Callable[[Pack], tuple[object, ...]]:
    def by_title(pack: Pack) -> tuple[object, ...]:
        return pack.title is None, (pack.title or "").casefold(), pack.id

    def by_age(pack: Pack) -> tuple[object, ...]:
        return _LONG_AGO - (pack.created_at or _LONG_AGO), -pack.id

    def by_price(pack: Pack) -> tuple[object, ...]:
        lowest = cheapest(pack, class_name)
        return _NO_PRICE if lowest is None else lowest, *by_title(pack)

    return {Sort.TITLE: by_title, Sort.NEWEST: by_age, Sort.PRICE: by_price}[sort]


def cheapest(pack: Pack, class_name: str | None) -> Decimal | None:
    """Return the lowest known price of a pack, or that of one class."""
    only = find_class(pack.classes, class_name) if class_name else None
    prices = [one.price for one in ((only,) if only else pack.classes) if one.price is not None]
    return min((price.amount for price in prices), default=None)
