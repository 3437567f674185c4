"""Details are put together with lists: which costs outlast a newer list."""

from __future__ import annotations

from decimal import Decimal

import pytest

from api.catalogue.merging import without_outdated
from api.wire.models import Pack, PackClass


def pack(**units: int) -> Pack:
    """Return a pack whose classes have listed units."""
    classes = (PackClass(name, listed_units=Decimal(count)) for name, count in units.items())
    return Pack(id=1, classes=tuple(classes))


@pytest.mark.parametrize("newer", [100, 300])
def test_cost_that_a_newer_list_contradicts_is_none(newer: int) -> None:
    details = pack(cat=200, dog=400)
    kept = without_outdated(details, [pack(cat=200, dog=400)], [pack(cat=newer, dog=400)], None)
    assert [one.listed_units for one in kept.classes] == [None, Decimal(400)]


def test_cost_that_is_newer_than_the_list_of_then_stays() -> None:
    details = pack(cat=200, dog=400)
    assert without_outdated(details, [pack(cat=100)], [pack(cat=200)], None) == details


@pytest.mark.parametrize(("newer", "kept"), [(20_000, Decimal(2)), (30_000, None)])
def test_exact_cost_stays_if_a_newer_list_fits_it(newer: int, kept: Decimal | None) -> None:
    details = Pack(id=1, classes=(PackClass("cat", exact_cost=Decimal(2)),))
    (one,) = without_outdated(details, [pack(cat=10_000)], [pack(cat=newer)], None).classes
    assert one.exact_cost == kept


@pytest.mark.parametrize(("newer", "kept"), [(2, Decimal(2)), (3, None)])
def test_first_exact_cost_of_a_list_counts(newer: int, kept: Decimal | None) -> None:
    details = Pack(id=1, classes=(PackClass("cat", exact_cost=Decimal(2)),))
    now = Pack(id=1, classes=(PackClass("cat", exact_cost=Decimal(newer)),))
    (one,) = without_outdated(details, [pack(cat=20_000)], [now], None).classes
    assert one.exact_cost == kept


def test_exact_cost_stays_if_no_earlier_list_is_known() -> None:
    details = Pack(id=1, classes=(PackClass("cat", exact_cost=Decimal(2)),))
    now = Pack(id=1, classes=(PackClass("cat", exact_cost=Decimal(3)),))
    assert without_outdated(details, [], [now], None) == details
