"""The packs of one or both sources as one list, with prices and a search index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import overload

from cachetools import LRUCache

from api.catalogue.filtering_and_order import Filters, Selection, select
from api.catalogue.prices import Pricing
from api.catalogue.search import SearchIndex, suggestable
from api.wire.errors import AstriaError
from api.wire.models import Pack

# How many selections (by search, filters and order) each list remembers.
_MOST_SELECTIONS = 64

# More than a team has. Each of them is compared with a typed name.
_MOST_CLASS_NAMES = 1_000

_USD = ("USD", 0)


class PackList(Sequence[Pack]):
    """Packs in Astria's order; each question about them is computed once.

    The index is built at once, so create a long list in a thread.
    """

    def __init__(self, packs: Iterable[Pack], pricing: Pricing | None = None) -> None:
        self._packs = tuple(packs)
        self.pricing = pricing
        """The basis of the prices."""
        self.search_index = SearchIndex(self._packs)
        self._selections: LRUCache[Filters, Selection] = LRUCache(_MOST_SELECTIONS)

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
        """The class names of the packs, each once, in order; of too many, the commonest."""
        offered = Counter(one.name for pack in self for one in pack.classes)
        names = [name for name, _ in offered.most_common(_MOST_CLASS_NAMES)]
        return tuple(sorted(names, key=lambda name: (name.casefold(), name)))

    @cached_property
    def suggested_class_names(self) -> tuple[str, ...]:
        """The class names that may be suggested."""
        return suggestable(self.class_names)

    @cached_property
    def currency(self) -> str:
        """The currency of most prices; prices in others are not compared with it."""
        prices = (one.price for pack in self for one in pack.classes if one.price)
        return next(iter(Counter(price.currency for price in prices).most_common(1)), _USD)[0]

    @cached_property
    def shows_prices(self) -> bool:
        """Whether its readers may see any prices."""
        classes = [one for pack in self for one in pack.classes]
        return not classes or any(one.price_shown for one in classes)

    def select(self, filters: Filters) -> Selection:
        """Return the matching packs; without an order, the best match first."""
        known = self._selections.get(filters)
        if known is None:
            found = self.search_index.find(filters.search)
            known = self._selections[filters] = select(found, filters, self.currency)
        return known


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of packs, with its age and its gaps."""

    packs: PackList
    as_of: datetime | None = None
    """The load time of its oldest part."""
    stale: bool = False
    """Whether a part is stale."""
    failing: bool = False
    """Whether the last refresh of a stale part failed."""
    failures: tuple[AstriaError, ...] = ()
    """The errors because of which sources are missing."""
