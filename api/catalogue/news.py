"""What has changed since the last announcement: from two states of a list to the news."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from api.wire.models import Pack, PackClass, Price
from api.wire.money import HALF_A_CENT

# The shortest time between two lists; the moment when one was loaded is not exact.
_ANOTHER_LIST = timedelta(seconds=5)

# No class has a name that begins with a space.
_OWN = " "


class KnownPack(msgspec.Struct, frozen=True, omit_defaults=True):
    """What readers know of a pack by now."""

    title: str | None = None
    slug: str | None = None
    prices: dict[str, Price] = {}
    """By class, and by whose price it is; only prices that were certain."""
    missing_since: datetime | None = None
    """When the list was loaded that was the first without it."""


class Announced(msgspec.Struct, frozen=True):
    """What readers know already; it is kept when the process ends."""

    scope: str
    """Which packs the list is of; lists of different packs are not compared."""
    basis: str
    """What the prices rested on; on another basis they may differ without a change."""
    packs: dict[int, KnownPack]
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PriceChange:
    """Another price of a class."""

    pack: Pack
    class_name: str
    before: Price
    after: Price


@dataclass(frozen=True, slots=True)
class News:
    """What readers do not know yet."""

    new: Sequence[Pack] = ()
    changes: Sequence[PriceChange] = ()
    withdrawn: Mapping[int, KnownPack] = field(default_factory=dict[int, KnownPack])

    def __bool__(self) -> bool:
        return bool(self.new or self.changes or self.withdrawn)


@dataclass(frozen=True, slots=True)
class WholeList:
    """A list of public packs that is neither old nor partial."""

    packs: Sequence[Pack]
    loaded_at: datetime
    scope: str
    basis: str
    certain: Set[int]
    """Those whose details are known too, which may correct what a list says of the price."""
    edition: object
    """Differs from one load to the next in this process."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The news, and what readers know without them and with them."""

    news: News
    without: Announced
    with_news: Announced


def first_announced(now: WholeList) -> Announced:
    """Return what readers are taken to know at the beginning: all of the list."""
    packs = {pack.id: _known(pack, _certain_prices(now, pack, {})) for pack in now.packs}
    return Announced(now.scope, now.basis, packs)


def compare(before: Announced, now: WholeList) -> Comparison:
    """Compare a list with what readers know.

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
    """Return the prices that may be compared; within half a cent of the last one it is the same."""
    certain = pack.classes if pack.id in now.certain else ()
    prices = {_key(one): one.price for one in certain if one.price and not one.price.approximate}
    return {
        key: before[key] if _is_same(before.get(key), price) else price
        for key, price in prices.items()
    }


def _key(one: PackClass) -> str:
    """Return what a price is known by: the shop's is never compared with Astria's cost."""
    return _OWN + one.name if one.own_price else one.name


def _is_same(before: Price | None, after: Price) -> bool:
    if before is None or before.currency != after.currency:
        return False
    return abs(before.amount - after.amount) <= HALF_A_CENT
