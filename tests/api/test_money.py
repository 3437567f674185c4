"""The limits of a valid amount."""

from __future__ import annotations

from decimal import Decimal

import pytest

from api.wire.money import amount, usd


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        (Decimal("1E-15"), True),
        (Decimal("9E-16"), False),
        (Decimal("999999999999.9"), True),
        (Decimal(10) ** 12, False),
        (Decimal("NaN"), False),
        (Decimal("-0.1"), False),
    ],
)
def test_amount_is_parsed_within_bounds(value: Decimal, is_one: bool) -> None:
    assert amount(value) == (value if is_one else None)


@pytest.mark.parametrize(
    ("units", "price"),
    [(-1, None), (0, Decimal(0)), (1, Decimal("0.0001"))],
)
def test_a_price(units: int, price: Decimal | None) -> None:
    assert usd(Decimal(units), Decimal(10_000)) == price
    assert usd(Decimal(units), Decimal(10_001)) == (None if units else price)
