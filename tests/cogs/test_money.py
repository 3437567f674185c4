"""Amounts as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from api.wire.models import Price
from cogs.language.languages import language_of
from cogs.language.words import Words


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("3.6", "USD", "$3.60"),
        ("3.605", "USD", "$3.605"),
        ("300", "JPY", "¥300"),
        ("1.5", "KWD", "KWD\N{NO-BREAK SPACE}1.500"),
    ],
)
def test_currency_has_its_number_of_digits(amount: str, currency: str, written: str) -> None:
    words = Words(language_of("en-US"))
    assert words.price(Price(Decimal(amount), currency)) == written
