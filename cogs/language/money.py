"""Write money and counts in a language."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency

from cogs.language.speech import Speech

_CENT = Decimal("0.01")

# Babel leaves out the space that CLDR wants between a currency's letters and an amount.
_BEFORE_AMOUNT = re.compile(r"(?<=[A-Z])(?=\d)")


class Money(Speech):
    """How prices and numbers of images are written."""

    def price(self, usd: Decimal | None) -> str:
        """Write a price in US dollars to the cent, or to the fraction of a cent it has."""
        if usd is None:
            return self.say("price unknown")
        locale = self._language.locale
        pattern = locale.currency_formats["standard"].pattern
        if usd != usd.quantize(_CENT):
            pattern = pattern.replace("0.00", "0.00##")
        written = format_currency(usd, "USD", pattern, locale=locale, currency_digits=False)
        return _BEFORE_AMOUNT.sub("\N{NO-BREAK SPACE}", written)

    def price_per_image(self, usd: Decimal | None) -> str | None:
        """Write what one image costs, rounded to the cent; nothing where it is unknown."""
        if usd is None:
            return None
        if 0 < usd < _CENT:
            return self.say("under {price} per image", price=self.price(_CENT))
        rounded = usd.quantize(_CENT, ROUND_HALF_UP)
        return self.say("{price} per image", price=self.price(rounded))

    def images(self, number: int | None) -> str:
        """Say how many images a class has."""
        if number is None:
            return self.say("number of images unknown")
        return self.count("{number} image", "{number} images", number)
