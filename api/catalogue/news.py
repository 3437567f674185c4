"""Compare a list with the last announcement to find the news."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from api.wire.models import Pack, PackClass, Price
from api.wire.money import HALF_A_CENT

# The shortest time between two loads of a list; the time of a load is not exact.
_ANOTHER_LIST = timedelta(seconds=5)

# No class has a name that begins with a space.
_OWN = " "


class KnownPack(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pack as readers know it."""

    title: str | None = None
    slug: str | None = None
    prices: dict[str, Price] = {}
    """By class and by origin of the price; only certain prices."""
    missing_since: datetime | None = None
    """The load time of the first list without it."""


class Announced(msgspec.Struct, frozen=True):
    """The list as readers know it, kept after the end of the process."""

    scope: str
    """The kind of list; lists of different kinds are not compared."""
    basis: str
    """The basis of the prices; on another basis, the same figures give other prices."""
    packs: dict[int, KnownPack]
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A changed price of a class."""

    pack: Pack
    class_name: str
    before: Price
    after: Price


@dataclass(frozen=True, slots=True)
class News:
    """Changes that readers do not know yet."""

    new: Sequence[Pack] = ()
    changes: Sequence[PriceChange] = ()
    withdrawn: Mapping[int, KnownPack] = field(default_factory=dict[int, KnownPack])

    def __bool__(self) -> bool:
        return bool(self.new or self.changes or self.withdrawn)


@dataclass(frozen=True, slots=True)
class WholeList:
    """A list of public packs, fresh and complete."""

    packs: Sequence[Pack]
    loaded_at: datetime
    scope: str
    basis: str
    certain: Set[int]
    """The packs with known details, which may correct the price in a list."""
    edition: object
    """Changes with each load in this process."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The news, and the readers' knowledge without and with them."""

    news: News
    without: Announced
    with_news: Announced


def first_announced(now: WholeList) -> Announced:
    """Return the readers' assumed knowledge at the beginning: the whole list."""
    packs = {pack.id: _known(pack, _certain_prices(now, pack, {})) for pack in now.packs}
    return Announced(now.scope, now.basis, packs)


def compare(before: Announced, now: WholeList) -> Comparison:
    """Compare a list with the readers' knowledge.

    A pack counts as withdrawn if two lists lack it. A new pack waits until its details are known.
    """
    missing = _missing(before, now)
    withdrawn = {
        pack_id: pack
        for pack_id, pack in missing.items()
        if pack.missing_since and pack.missing_since + _ANOTHER_LIST < now.loaded_at
    }
    without = dict(missing)
    with_news = {pack_id: pack for pack_id, pack in missing.items() if pack_id not in withdrawn}
    new, changes = list[Pack](), list[PriceChange]()
    for pack in now.packs:
        known = before.packs.get(pack.id)
        prices = _certain_prices(now, pack, known.prices if known else {})
        if known is not None:
            latest = known.prices | prices
            if before.basis == now.basis:
                changes += _changes(pack, known.prices, prices)
                without[pack.id] = _known(pack, prices | known.prices)
            else:
                without[pack.id] = _known(pack, latest)
            with_news[pack.id] = _known(pack, latest)
        elif pack.id in now.certain:
            new.append(pack)
            with_news[pack.id] = _known(pack, prices)
    return Comparison(
        News(new, changes, withdrawn),
        _state(before, now, without),
        _state(before, now, with_news),
    )


def _state(before: Announced, now: WholeList, packs: dict[int, KnownPack]) -> Announced:
    return msgspec.structs.replace(before, basis=now.basis, packs=packs)


def _missing(before: Announced, now: WholeList) -> dict[int, KnownPack]:
    here = {pack.id for pack in now.packs}
    return {
        pack_id: msgspec.structs.replace(pack, missing_since=pack.missing_since or now.loaded_at)
        for pack_id, pack in before.packs.items()
        if pack_id not in here
    }


def _known(pack: Pack, prices: dict[str, Price]) -> KnownPack:
    return KnownPack(pack.title, pack.slug, prices)


def _changes(
    pack: Pack, before: Mapping[str, Price], after: Mapping[str, Price]
) -> Iterator[PriceChange]:
    for key, price in after.items():
        old = before.get(key)
        if old is not None and old != price:
            yield PriceChange(pack, key.removeprefix(_OWN), old, price)


def _certain_prices(now: WholeList, pack: Pack, before: Mapping[str, Price]) -> dict[str, Price]:
    """Return the prices to compare; a price within half a cent of the last one is the same."""
    certain = pack.classes if pack.id in now.certain else ()
    prices = {_key(one): one.price for one in certain if one.price and not one.price.approximate}
    return {
        key: before[key] if _is_same(before.get(key), price) else price
        for key, price in prices.items()
    }


def _key(one: PackClass) -> str:
    """Return the key of a price: the shop's price is never compared with Astria's cost."""
    return _OWN + one.name if one.own_price else one.name


def _is_same(before: Price | None, after: Price) -> bool:
    if before is None or before.currency != after.currency:
        return False
    return abs(before.amount - after.amount) <= HALF_A_CENT
