"""The packs of one or both sources as one list: merged, filtered and put in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from api.errors import AstriaError
from api.models import PackSummary, Sort, Visibility, find_class
from api.search import SearchIndex

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NO_PRICE = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of packs, with what is to be said about its age and gaps."""

    index: SearchIndex
    as_of: datetime | None = None
    """When its oldest part was loaded."""
    stale: bool = False
    """A part is past its time."""
    failing: bool = False
    """The last attempt to load such a part anew has failed."""
    failures: tuple[AstriaError, ...] = ()
    """Why a source is missing altogether."""

    @property
    def packs(self) -> tuple[PackSummary, ...]:
        """All packs of the list, in Astria's order."""
        return self.index.packs

    def class_names(self) -> list[str]:
        """Return the names of all classes that some pack offers, each once, in order."""
        names = {one.name: None for pack in self.packs for one in pack.classes}
        return sorted(names, key=lambda name: (name.casefold(), name))

    def select(
        self, *, search: str = "", class_name: str | None = None, sort: Sort | None = None
    ) -> list[PackSummary]:
        """Return the packs that match, the likeliest first where no other order is asked for."""
        found = self.index.find(search)
        if class_name is not None:
            found = [pack for pack in found if find_class(pack.classes, class_name)]
        if sort is None and search:
            return found
        return sorted(found, key=_order(sort or Sort.NEWEST, class_name))


def merge(parts: Sequence[Iterable[PackSummary]]) -> list[PackSummary]:
    """Return the packs of several lists, each id once; what an earlier list lacks is filled in."""
    merged: dict[int, PackSummary] = {}
    for pack in (pack for part in parts for pack in part):
        known = merged.get(pack.id)
        merged[pack.id] = _filled(known, pack) if known else pack
    return list(merged.values())


def _filled(pack: PackSummary, other: PackSummary) -> PackSummary:
    gaps = {
        field: getattr(other, field)
        for field in pack.__struct_fields__
        if getattr(pack, field) in (None, (), Visibility.UNSAID)
    }
    return msgspec.structs.replace(pack, **gaps)


def _order(sort: Sort, class_name: str | None) -> Callable[[PackSummary], tuple[object, ...]]:
    def by_title(pack: PackSummary) -> tuple[object, ...]:
        return pack.title is None, (pack.title or "").casefold(), pack.id

    def by_age(pack: PackSummary) -> tuple[object, ...]:
        return _LONG_AGO - (pack.created_at or _LONG_AGO), -pack.id

    def by_price(pack: PackSummary) -> tuple[object, ...]:
        return cheapest(pack, class_name) or _NO_PRICE, *by_title(pack)

    return {Sort.TITLE: by_title, Sort.NEWEST: by_age, Sort.PRICE: by_price}[sort]


def cheapest(pack: PackSummary, class_name: str | None) -> Decimal | None:
    """Return the lowest known cost of a pack in US dollars, or that of one class."""
    only = find_class(pack.classes, class_name) if class_name else None
    costs = [one.cost for one in ((only,) if only else pack.classes) if one.cost is not None]
    return min(costs, default=None)
