"""The shop's own prices and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from api.wire.models import Pack, Price


@dataclass(frozen=True, slots=True)
class Rule:
    """Computes a price from Astria's cost, for classes without a price of the shop's own."""

    factor: Decimal
    """Multiplies Astria's cost in US dollars; so it includes the exchange rate."""
    currency: str
    round_to: Decimal
    """A price is a multiple of this."""
    rounding: str

    def price(self, cost: Price) -> Price:
        """Return the price for a cost; rounding never makes it free."""
        steps = (cost.amount * self.factor / self.round_to).to_integral_value(self.rounding)
        least = 1 if cost.amount else 0
        return Price(max(steps, Decimal(least)) * self.round_to, self.currency, cost.approximate)


@dataclass(frozen=True, slots=True)
class OwnPrices:
    """The shop's prices of one pack."""

    by_class: Mapping[str | None, Price | None]
    """By class in lower case; the key None stands for all other classes."""
    rest: Rule | None

    def decide(self, class_name: str) -> bool:
        """Tell whether the shop sets the price of a class, even if that price is unknown."""
        return (
            self.rest is not None or class_name.casefold() in self.by_class or None in self.by_class
        )

    def price(self, class_name: str, cost: Price | None) -> Price | None:
        """Return the shop's price of a class; None if it is unknown.

        `cost` is Astria's cost, the basis of the rule for other classes.
        """
        for name in (class_name.casefold(), None):
            if name in self.by_class:
                return self.by_class[name]
        return self.rest.price(cost) if self.rest and cost else None


_UNKNOWN: Mapping[str | None, Price | None] = {None: None}


@dataclass(frozen=True, eq=False)
class Shop:
    """The shop's prices and words; both are empty without a file."""

    prices: Mapping[str, Mapping[str | None, Price]] = field(
        default_factory=dict[str, Mapping[str | None, Price]]
    )
    """By id or slug, then by class in lower case; the key None stands for all other classes."""
    rest: Rule | None = None
    words: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Ids or slugs of packs by words, in lower case and with single spaces."""

    def named(self, pack: Pack, *, slug_is_shared: bool = False) -> OwnPrices:
        """Return the shop's prices of a pack.

        A slug that several packs have identifies none of them: their prices are unknown.
        """
        slug = (pack.slug or "").casefold()
        by_id = self.prices.get(str(pack.id))
        # A slug of digits must not be taken for the id of another pack.
        by_slug = None if slug.isdecimal() else self.prices.get(slug)
        if by_slug and slug_is_shared and not by_id:
            return OwnPrices(_UNKNOWN, self.rest)
        return OwnPrices(by_id or by_slug or {}, self.rest)

    @property
    def references(self) -> Sequence[str]:
        """The ids and slugs of all packs that the file names, each once."""
        worded = (ref for refs in self.words.values() for ref in refs)
        return list(dict.fromkeys([*self.prices, *worded]))
