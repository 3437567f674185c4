"""Turn Astria's figures into the prices for an audience; no other module does this."""

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
    """The basis of prices. It is immutable, so that all prices of a list have the same basis."""

    standing: Standing
    units_per_usd: Decimal | None
    """The unit of `cost_mc_hash`; None if it is unknown."""
    shop: Shop
    shared_slugs: frozenset[str]
    """Slugs that several packs have, in lower case; such a slug identifies none of them."""

    def priced(self, pack: Pack, audience: Audience, *, shares_slug: bool = False) -> Pack:
        """Return a pack for an audience: with prices, without Astria's figures."""
        shared = shares_slug or (pack.slug or "").casefold() in self.shared_slugs
        own = self.shop.named(pack, slug_is_shared=shared)
        classes = tuple(self._priced(one, own, audience) for one in pack.classes)
        return msgspec.structs.replace(pack, classes=classes, slug_may_mislead=shared)

    def _priced(self, one: PackClass, own: OwnPrices, audience: Audience) -> PackClass:
        cost = self._cost(one)
        priced = msgspec.structs.replace(one, exact_cost=None, listed_units=None)
        if own.decide(one.name):
            # Next to the shop's price, only moderators see Astria's cost, in private replies.
            beside = cost if audience.costs and audience.hidden else None
            price = own.price(one.name, cost)
            return msgspec.structs.replace(priced, price=price, own_price=True, cost=beside)
        shown = audience.costs
        return msgspec.structs.replace(priced, price=cost if shown else None, price_shown=shown)

    def _cost(self, one: PackClass) -> Price | None:
        """Return Astria's cost of a class."""
        if one.exact_cost is not None:
            return Price(one.exact_cost)
        amount = self.listed(one)
        if amount is None:
            return None
        unproven = self.standing is Standing.UNPROVEN
        return Price(amount, approximate=unproven and amount > 0)

    def listed(self, one: PackClass) -> Decimal | None:
        """Return the US dollars from `cost_mc_hash`."""
        unit = self.units_per_usd
        return None if unit is None or one.listed_units is None else usd(one.listed_units, unit)


class PriceBook:
    """Price packs: the shop's price comes first, then `costs`, then `cost_mc_hash`.

    `setting` is the number of units of `cost_mc_hash` per US dollar; if it is None, the unit is
    learned.
    """

    def __init__(self, setting: Decimal | None = None, shop_file: ShopFile | None = None) -> None:
        self.unit = CostUnit(setting)
        self.shop_file = shop_file or ShopFile(None)
        self.shared_slugs = frozenset[str]()
        """Slugs that several packs in lists have, in lower case."""
        self._warned: set[tuple[int, str]] = set()
        self._now = self._pricing()

    @property
    def now(self) -> Pricing:
        """The current basis of prices: the same object until it changes."""
        pricing = self._pricing()
        if pricing != self._now:
            self._now = pricing
        return self._now

    @property
    def basis(self) -> str:
        """How Astria's figures are read; on another basis, the same figures give other prices."""
        return f"{self.unit.verdict.standing}:{self.unit.verdict.units_per_usd}"

    def learn(self, packs: Sequence[Pack]) -> None:
        """Learn from figures; warn once per class if they differ by the unit that is set."""
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
