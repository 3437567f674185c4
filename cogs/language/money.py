"""Write money and counts in a language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, get_currency_precision
from msgspec.structs import replace

from api.wire.models import PackClass, Price
from cogs.language.speech import Speech

# Babel leaves out the space that CLDR requires between a currency's letters and an amount.
_BEFORE_AMOUNT = re.compile(r"(?<=[A-Z])(?=\d)")


class Money(Speech):
    """Write prices and numbers of images."""

    def price(self, price: Price | None) -> str:
        """Write a price to the cent, or to its fraction of a cent."""
        if price is None:
            return self.say("price unknown")
        written = self._money(price.amount, price.currency)
        return self.say("about {price}", price=written) if price.approximate else written

    def price_range(self, classes: Iterable[PackClass]) -> str | None:
        """Write the price range of a pack's classes; None if no price may be shown."""
        shown = [one.price for one in classes if one.price_shown]
        if not shown:
            return None
        known: dict[str, list[Price]] = {}
        for price in filter(None, shown):
            known.setdefault(price.currency, []).append(price)
        written = " / ".join(map(self._span_of_prices, known.values()))
        if not known:
            return self.price(None)
        if None in shown:
            return self.say("{prices}, others unknown", prices=written)
        return written

    def _span_of_prices(self, prices: Sequence[Price]) -> str:
        amounts = [one.amount for one in prices]
        low, high = (self._money(end(amounts), prices[0].currency) for end in (min, max))
        # If the currency follows the amounts, write it once.
        _, space, unit = high.rpartition("\N{NO-BREAK SPACE}")
        written = high if low == high else f"{low.removesuffix(space + unit)}–{high}"
        if any(one.approximate for one in prices):
            return self.say("about {price}", price=written)
        return written

    def price_per_image(self, price: Price | None) -> str | None:
        """Write the price of each image, rounded to the cent; empty if it is unknown."""
        if price is None:
            return None
        cent = _smallest(price.currency)
        if 0 < price.amount < cent and not price.approximate:
            return self.say("under {price} each", price=self._money(cent, price.currency))
        rounded = price.amount.quantize(cent, ROUND_HALF_UP)
        if price.amount:
            rounded = max(cent, rounded)
        return self.say("{price} each", price=self.price(replace(price, amount=rounded)))

    def images(self, number: int | None) -> str:
        """Say how many images a class has."""
        if number is None:
            return self.say("number of images unknown")
        return self.count("{number} image", "{number} images", number)

    def _money(self, amount: Decimal, currency: str) -> str:
        locale, digits = self._language.locale, True
        pattern = locale.currency_formats["standard"].pattern
        if amount != amount.quantize(_smallest(currency)):
            pattern, digits = pattern.replace("0.00", "0.00##"), False
        written = format_currency(amount, currency, pattern, locale=locale, currency_digits=digits)
        return _BEFORE_AMOUNT.sub("\N{NO-BREAK SPACE}", written)


def _smallest(currency: str) -> Decimal:
    """Return the smallest unit of a currency, such as a cent."""
    return Decimal(1).scaleb(-get_currency_precision(currency))
