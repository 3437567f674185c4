"""Filter and sort the packs of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from api.catalogue.search import EVERYTHING, Search
from api.wire.models import Pack, PackClass, Price, Sort

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a list, and its order."""

    search: Search = EVERYTHING
    class_names: tuple[str, ...] = ()
    """Only packs with one of these classes; if empty, all packs."""
    sought: tuple[str, ...] = ()
    """Classes that the search names: if a pack has one of them, its others do not count."""
    max_price: Decimal | None = None
    """In the currency of the list."""
    min_images: int | None = None
    sort: Sort | None = None


class Selection(NamedTuple):
    """The packs that match."""

    packs: tuple[Pack, ...]
    unknown: int = 0
    """How many more may match, but have an unknown price or number of images."""


def select(found: Sequence[Pack], filters: Filters, currency: str) -> Selection:
    """Filter and sort packs; `currency` is that of `max_price`, and comes first in the order."""
    if filters.class_names:
        found = [pack for pack in found if any(_classes(pack, filters))]
    unknown = 0
    if filters.max_price is not None or filters.min_images is not None:
        fits = [(pack, _fits(pack, filters, currency)) for pack in found]
        found = [pack for pack, fit in fits if fit]
        unknown = sum(fit is None for _, fit in fits)
    if filters.sort is not None or not (filters.search.reference or filters.search.terms):
        found = sorted(found, key=_order(filters, currency))
    return Selection(tuple(found), unknown)


def _classes(pack: Pack, filters: Filters) -> Iterator[PackClass]:
    """Yield the classes of a pack that match."""
    if filters.class_names:
        yield from (one for one in pack.classes if one.name in filters.class_names)
        return
    sought = [one for one in pack.classes if one.name in filters.sought]
    yield from sought or pack.classes


def _fits(pack: Pack, filters: Filters, currency: str) -> bool | None:
    """Tell whether a class of a pack is cheap and large enough; None if that is unknown."""
    verdicts = {_class_fits(one, filters, currency) for one in _classes(pack, filters)}
    if True in verdicts:
        return True
    return None if None in verdicts else False


def _class_fits(one: PackClass, filters: Filters, currency: str) -> bool | None:
    verdicts: set[bool | None] = set()
    if filters.max_price is not None:
        known = one.price if one.price and one.price.currency == currency else None
        verdicts.add(known.amount <= filters.max_price if known else None)
    if filters.min_images is not None:
        number = one.num_images
        verdicts.add(number >= filters.min_images if number is not None else None)
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _order(filters: Filters, currency: str) -> Callable[[Pack], tuple[object, ...]]:
    def by_title(pack: Pack) -> tuple[object, ...]:
        return pack.title is None, (pack.title or "").casefold(), pack.id

    def by_age(pack: Pack) -> tuple[object, ...]:
        return _LONG_AGO - (pack.created_at or _LONG_AGO), -pack.id

    def by_price(pack: Pack) -> tuple[object, ...]:
        prices = (one.price for one in _classes(pack, filters))
        return *_lowest(prices, currency), *by_title(pack)

    def by_price_per_image(pack: Pack) -> tuple[object, ...]:
        prices = (one.price_per_image for one in _classes(pack, filters))
        return *_lowest(prices, currency), *by_title(pack)

    return {
        Sort.TITLE: by_title,
        Sort.NEWEST: by_age,
        Sort.PRICE: by_price,
        Sort.PER_IMAGE: by_price_per_image,
    }[filters.sort or Sort.NEWEST]


def _lowest(prices: Iterator[Price | None], currency: str) -> tuple[int, str, Decimal]:
    """Return the sort key of the lowest price: the list's currency, then others, then unknown."""
    known = (price for price in prices if price)
    return min((rank(price, currency) for price in known), default=(2, "", Decimal(0)))


def rank(price: Price, currency: str) -> tuple[int, str, Decimal]:
    """Return the sort key of a price; amounts of two currencies are never compared."""
    return 0 if price.currency == currency else 1, price.currency, price.amount
