"""Convert Astria's units of money into exact US dollars."""

from __future__ import annotations

import re
from decimal import Decimal

CENTS_PER_USD = Decimal(100)
"""`costs.CLASS.cost` is in US cents (Astria's packs page: 360 is $3.60)."""

MILLICENTS_PER_USD = Decimal(100_000)
"""`costs.CLASS.cost_mc` is in millicents (README of Astria's own command line)."""

HALF_A_CENT = Decimal("0.005")
"""Two figures that differ by more are two prices. In US dollars."""

# A higher price is not believable, and its digits would break a reply's layout.
_LARGEST_AMOUNT = Decimal(10) ** 12

# A lower price would be shown as zero. In US dollars.
_SMALLEST_PRICE = Decimal("0.0001")

_MOST_DECIMALS = 15

_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")


def amount(value: object) -> Decimal | None:
    """Return a JSON number or numeric string as an exact amount; None if it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and _AMOUNT.fullmatch(value.strip()):
        value = Decimal(value.strip())
    if not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() < -_MOST_DECIMALS:
        return None
    # Adding 0 removes the sign of -0.
    return number + 0 if 0 <= number < _LARGEST_AMOUNT else None


def dollars(value: object, units_per_usd: Decimal) -> Decimal | None:
    """Return a JSON amount in US dollars, given how many of its units make one dollar.

    0 is a price (free of charge); None stands for unknown: no believable price.
    """
    units = amount(value)
    return None if units is None else usd(units, units_per_usd)


def usd(units: Decimal, units_per_usd: Decimal) -> Decimal | None:
    """Return an amount in US dollars; None if it is not a believable price."""
    price = units / units_per_usd
    return price if price == 0 or price >= _SMALLEST_PRICE else None
