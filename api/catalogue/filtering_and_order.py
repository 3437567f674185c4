"""Filter the packs of a list, and put them in order."""

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
    """What a list is narrowed to, and its order."""

    search: Search = EVERYTHING
    class_names: tuple[str, ...] = ()
    """Packs that have one of these classes; any packs if there are none."""
    sought: tuple[str, ...] = ()
    """Classes that the search speaks of: of a pack that has one, only these count."""
    max_price: Decimal | None = None
    """In the currency of the list."""
    min_images: int | None = None
    sort: Sort | None = None


class Selection(NamedTuple):
    """The packs that somebody wants."""

    packs: tuple[Pack, ...]
    unknown: int = 0
    """How many more might fit, if their price or number of images were known."""


def select(found: Sequence[Pack], filters: Filters, currency: str) -> Selection:
    """Narrow packs down and put them in order; `currency` is the one that prices compare in."""
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
    """Yield the classes of a pack that are asked for."""
    if filters.class_names:
        yield from (one for one in pack.classes if one.name in filters.class_names)
        return
    sought = [one for one in pack.classes if one.name in filters.sought]
    yield from sought or pack.classes


def _fits(pack: Pack, filters: Filters, currency: str) -> bool | None:
    """Tell whether a class of a pack is cheap and large enough; None if that isn't known."""
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
    """Return what puts prices in order: the list's currency, each of the others, and unknown."""
    known = (price for price in prices if price)
    return min((rank(price, currency) for price in known), default=(2, "", Decimal(0)))


def rank(price: Price, currency: str) -> tuple[int, str, Decimal]:
    """Return a price's place among others: amounts of two currencies are never compared."""
    return 0 if price.currency == currency else 1, price.currency, price.amount
