"""A query (filters, order and page) as a value and as a `custom_id`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from api.wire.addresses import pack_reference
from api.wire.models import Include, Sort, Source
from cogs.language.text import clipped, plain
from cogs.ui.controls import FILTER_KEY

# The rest of the longest custom_id leaves this much of Discord's 100 characters.
LONGEST_SEARCH = 50

HIGHEST_PRICE = Decimal("9999.99")
MOST_IMAGES = 9999

NOT_SAID = "-"

CUSTOM_ID = re.compile(
    rf"packs:(?P<action>[a-z]+):(?P<page>\d{{1,5}}):(?P<source>[mga])(?P<sort>[ntpi-])"
    rf"(?P<include>[pue])(?:,(?P<price>\d{{1,4}}(?:\.\d\d?)?)?,(?P<images>\d{{1,4}})?)?"
    rf":(?P<class>{FILTER_KEY}|-):(?P<search>.*)",
    re.DOTALL,
)
"""Releases before 1.1 wrote no prices and no images, and searches of up to 60 characters."""


@dataclass(frozen=True, slots=True)
class Query:
    """A page of the catalogue; `page` counts from 0, `class_key` is the key of a class's name."""

    source: Source
    search: str = ""
    class_key: str | None = None
    sort: Sort | None = None
    include: Include = Include.PUBLIC
    page: int = 0
    max_price: Decimal | None = None
    """In the currency that prices are shown in."""
    min_images: int | None = None

    def custom_id(self, action: str) -> str:
        """Return the `custom_id` of a control that leads to this page."""
        sort = self.sort.value[0] if self.sort else NOT_SAID
        limits = ""
        if self.max_price is not None or self.min_images is not None:
            price = "" if self.max_price is None else self.max_price
            limits = f",{price},{self.min_images or ''}"
        return (
            f"packs:{action}:{self.page}:{self.source.value[0]}{sort}{self.include.value[0]}"
            f"{limits}:{self.class_key or NOT_SAID}:{self.search}"
        )

    @classmethod
    def parse(cls, custom_id: str) -> tuple[str, Self]:
        """Return the action and the query in a `custom_id`; raises ValueError."""
        found = CUSTOM_ID.fullmatch(custom_id)
        if found is None:
            raise ValueError(custom_id)
        query = cls(
            source=next(one for one in Source if one.value[0] == found["source"]),
            search=found["search"],
            class_key=None if found["class"] == NOT_SAID else found["class"],
            sort=next((one for one in Sort if one.value[0] == found["sort"]), None),
            include=next(one for one in Include if one.value[0] == found["include"]),
            page=int(found["page"]),
            max_price=Decimal(found["price"]) if found["price"] else None,
            min_images=int(found["images"]) if found["images"] else None,
        )
        return found["action"], query

    @property
    def is_narrowed(self) -> bool:
        """Whether it shows fewer packs than the whole public list."""
        limits = self.max_price is not None or self.min_images is not None
        return bool(self.search or self.class_key or limits) or self.source is not Source.ALL

    def without_prices(self) -> Self:
        """Return the query for readers who may not see prices."""
        priced = self.sort in {Sort.PRICE, Sort.PER_IMAGE}
        return replace(self, max_price=None, sort=None if priced else self.sort)

    def in_class(self, key: str | None) -> Self:
        """Return the query for another class, at the first page; for all classes without a key."""
        known = key is not None and re.fullmatch(FILTER_KEY, key)
        return replace(self, class_key=key if known else None, page=0)

    def in_order(self, sort: str | None) -> Self:
        """Return the query in another order, at the first page."""
        return replace(self, sort=Sort(sort) if sort in set(Sort) else None, page=0)

    def at(self, page: int) -> Self:
        """Return the query at another page."""
        return replace(self, page=page)


def normalised_search(text: str) -> str:
    """Return a search on one line and not too long; a pasted address becomes its pack."""
    return clipped(plain(pack_reference(text)), LONGEST_SEARCH).strip()
