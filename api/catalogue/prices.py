"""One truth about what a class costs: from Astria's figures to the price that a reader sees."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec
import structlog

from api.catalogue.audience import Audience
from api.wire.models import Pack, PackClass, Price
from api.wire.money import usd

log = structlog.stdlib.get_logger("api.prices")


class PriceBook:
    """Put Astria's figures together, and price packs: `costs` wins over `cost_mc_hash`.

    `units_per_usd` is how many units of `cost_mc_hash` make one US dollar; `setting` is named in
    the warning that figures differ, because it says so.
    """

    def __init__(self, units_per_usd: Decimal, setting: str) -> None:
        self._units_per_usd = units_per_usd
        self._setting = setting
        self._warned: set[tuple[int, str]] = set()

    def priced(self, pack: Pack, audience: Audience) -> Pack:
        """Return a pack as an audience may see it: with prices, without Astria's figures."""
        classes = tuple(self._priced(one) for one in pack.classes)
        return msgspec.structs.replace(pack, classes=classes)

    def complete(self, pack: Pack, summary: Pack | None) -> Pack:
        """Return a pack with the figures that only its summary has; warn once if they differ."""
        if summary is None or not summary.classes:
            return pack
        return msgspec.structs.replace(pack, classes=tuple(self._classes(pack, summary)))

    def _priced(self, one: PackClass) -> PackClass:
        amount = one.exact_cost if one.exact_cost is not None else self._listed(one)
        price = Price(amount) if amount is not None else None
        return msgspec.structs.replace(one, price=price, exact_cost=None, listed_units=None)

    def _listed(self, one: PackClass) -> Decimal | None:
        return None if one.listed_units is None else usd(one.listed_units, self._units_per_usd)

    def _classes(self, pack: Pack, summary: Pack) -> Iterator[PackClass]:
        others = {one.name: one for one in summary.classes}
        for one in pack.classes:
            other = others.pop(one.name, one)
            complete = _complete(one, other)
            listed = self._listed(complete)
            if complete.exact_cost is not None and listed not in (None, complete.exact_cost):
                self._warn(pack, complete, listed)
            yield complete
        yield from others.values()

    def _warn(self, pack: Pack, shown: PackClass, listed: Decimal | None) -> None:
        if (pack.id, shown.name) in self._warned:
            return
        self._warned.add((pack.id, shown.name))
        log.warning(
            "costs differ; the first is shown, check the setting",
            pack=pack.id,
            slug=pack.slug,
            pack_class=shown.name,
            costs_usd=str(shown.exact_cost),
            cost_mc_hash_usd=str(listed),
            setting=self._setting,
        )


def _complete(one: PackClass, other: PackClass) -> PackClass:
    """Return a class with what another answer adds to it."""
    gaps = {
        field: getattr(other, field)
        for field in ("exact_cost", "listed_units", "num_images")
        if getattr(one, field) is None
    }
    return msgspec.structs.replace(one, **gaps)
