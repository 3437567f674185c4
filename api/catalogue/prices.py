"""From Astria's figures to the prices that an audience sees: the only place where that is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec
import structlog

from api.catalogue.audience import Audience
from api.catalogue.cost_unit import SETTING, CostUnit, Standing
from api.catalogue.shop import OwnPrices, Shop
from api.catalogue.shop_file import ShopFile
from api.wire.models import Pack, PackClass, Price
from api.wire.money import HALF_A_CENT, usd

log = structlog.stdlib.get_logger("api.prices")


@dataclass(frozen=True, slots=True)
class Pricing:
    """What prices follow from. It never changes, so that all prices of a list are of one kind."""

    standing: Standing
    units_per_usd: Decimal | None
    """Of `cost_mc_hash`; None if that is not known."""
    shop: Shop
    shared_slugs: frozenset[str]
    """In lower case: the slugs that several packs have, and so name none of them."""

    def priced(self, pack: Pack, audience: Audience, *, shares_slug: bool = False) -> Pack:
        """Return a pack as an audience may see it: with prices, without Astria's figures."""
        shared = shares_slug or (pack.slug or "").casefold() in self.shared_slugs
        own = self.shop.named(pack, slug_is_shared=shared)
        classes = tuple(self._priced(one, own, audience) for one in pack.classes)
        return msgspec.structs.replace(pack, classes=classes, slug_may_mislead=shared)

    def _priced(self, one: PackClass, own: OwnPrices, audience: Audience) -> PackClass:
        cost = self._cost(one)
        priced = msgspec.structs.replace(one, exact_cost=None, listed_units=None)
        if own.decide(one.name):
            # Beside the shop's price, Astria's cost is for moderators in private replies.
            beside = cost if audience.costs and audience.hidden else None
            price = own.price(one.name, cost)
            return msgspec.structs.replace(priced, price=price, own_price=True, cost=beside)
        shown = audience.costs
        return msgspec.structs.replace(priced, price=cost if shown else None, price_shown=shown)

    def _cost(self, one: PackClass) -> Price | None:
        """Return what Astria takes for a class."""
        if one.exact_cost is not None:
            return Price(one.exact_cost)
        amount = self.listed(one)
        if amount is None:
            return None
        unproven = self.standing is Standing.UNPROVEN
        return Price(amount, approximate=unproven and amount > 0)

    def listed(self, one: PackClass) -> Decimal | None:
        """Return the US dollars by `cost_mc_hash`."""
        unit = self.units_per_usd
        return None if unit is None or one.listed_units is None else usd(one.listed_units, unit)


class PriceBook:
    """Price packs: the shop's price wins; else `costs` does over `cost_mc_hash`.

    The unit of `cost_mc_hash` is learned. `setting` is how many of them make one US dollar; None
    lets it be learned.
    """

    def __init__(self, setting: Decimal | None = None, shop_file: ShopFile | None = None) -> None:
        self.unit = CostUnit(setting)
        self.shop_file = shop_file or ShopFile(None)
        self.shared_slugs = frozenset[str]()
        """In lower case: the slugs that several packs in lists have."""
        self._warned: set[tuple[int, str]] = set()
        self._now = self._pricing()

    @property
    def now(self) -> Pricing:
        """What prices follow from at this moment: the same object until that changes."""
        pricing = self._pricing()
        if pricing != self._now:
            self._now = pricing
        return self._now

    @property
    def basis(self) -> str:
        """What Astria's figures are read by; on another basis, prices differ without a change."""
        return f"{self.unit.verdict.standing}:{self.unit.verdict.units_per_usd}"

    def learn(self, packs: Sequence[Pack]) -> None:
        """Take figures into account; warn once of a class if they differ by a unit that is set."""
        self.unit.learn(packs)
        if self.unit.verdict.standing is Standing.SET:
            for pack in packs:
                for one in pack.classes:
                    self._compare(pack, one)

    def _pricing(self) -> Pricing:
        verdict = self.unit.verdict
        shop, shared = self.shop_file.shop, self.shared_slugs
        return Pricing(verdict.standing, verdict.units_per_usd, shop, shared)

    def _compare(self, pack: Pack, one: PackClass) -> None:
        listed = self.now.listed(one)
        if listed is None or one.exact_cost is None or (pack.id, one.name) in self._warned:
            return
        if abs(listed - one.exact_cost) <= HALF_A_CENT:
            return
        self._warned.add((pack.id, one.name))
        log.warning(
            "costs differ; the first is shown, check the setting",
            pack=pack.id,
            slug=pack.slug,
            pack_class=one.name,
            costs_usd=str(one.exact_cost),
            cost_mc_hash_usd=str(listed),
            setting=SETTING,
        )
