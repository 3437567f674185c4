"""Merge several answers about the same pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from api.catalogue.cost_unit import Pair
from api.wire.models import Pack, PackClass, Visibility, stricter
from api.wire.money import HALF_A_CENT


def merge(parts: Sequence[Iterable[Pack]]) -> list[Pack]:
    """Return the packs of several lists, each id once; later lists fill gaps of earlier ones."""
    merged: dict[int, Pack] = {}
    for pack in (pack for part in parts for pack in part):
        known = merged.get(pack.id)
        merged[pack.id] = complete(known, pack) if known else pack
    return list(merged.values())


def complete(pack: Pack, other: Pack | None) -> Pack:
    """Return a pack with the gaps filled from another answer, class by class."""
    if other is None:
        return pack
    gaps = {
        field: getattr(other, field)
        for field in pack.__struct_fields__
        if getattr(pack, field) in (None, (), Visibility.UNSAID)
    }
    classes = tuple(_classes(pack, other))
    visibility = stricter(pack, other).visibility if _both_say(pack, other) else None
    return msgspec.structs.replace(
        pack,
        **gaps | {"classes": classes} | ({} if visibility is None else {"visibility": visibility}),
    )


def without_prompts(pack: Pack) -> Pack:
    """Return a pack without its prompts, which take most of its memory."""
    classes = tuple(msgspec.structs.replace(one, prompts=()) for one in pack.classes)
    return msgspec.structs.replace(pack, classes=classes)


def without_outdated(
    details: Pack, then: Sequence[Pack], now: Sequence[Pack], unit: Decimal | None
) -> Pack:
    """Return details without the costs that lists have since contradicted.

    `then` are the lists' entries of the pack, if known, at the time when its details were loaded.
    `unit` is the proven one of `cost_mc_hash`, if any.
    """
    outdated = {
        listed.name
        for listed in _all_classes(now)
        for detailed in details.classes
        if detailed.name == listed.name
        and _is_another(listed, [one for one in _all_classes(then) if one.name == listed.name])
        and contradict(listed, detailed, unit)
    }
    if not outdated:
        return details
    classes = (
        msgspec.structs.replace(one, exact_cost=None, listed_units=None)
        if one.name in outdated
        else one
        for one in details.classes
    )
    return msgspec.structs.replace(details, classes=tuple(classes))


def contradict(listed: PackClass, detailed: PackClass, unit: Decimal | None) -> bool:
    """Tell whether a list's figures of a class cannot be the price in its details.

    `unit` is the proven one of `cost_mc_hash`; None if it may be any.
    """
    exact, units = detailed.exact_cost, listed.listed_units
    if listed.exact_cost is not None and exact is not None:
        return abs(listed.exact_cost - exact) > HALF_A_CENT
    if units is not None and detailed.listed_units is not None:
        return units != detailed.listed_units
    if exact is None or units is None:
        return False
    fitting = Pair(0, listed.name, exact, units).fitting_units
    return not fitting or (unit is not None and unit not in fitting)


def _is_another(listed: PackClass, before: Sequence[PackClass]) -> bool:
    """Tell whether a figure of a class differs from all those in earlier lists."""
    exacts = {one.exact_cost for one in before} - {None}
    units = {one.listed_units for one in before} - {None}
    if not exacts and not units:
        return False
    other_exact = listed.exact_cost is not None and listed.exact_cost not in exacts
    return other_exact or (listed.listed_units is not None and listed.listed_units not in units)


def _all_classes(packs: Sequence[Pack]) -> Iterator[PackClass]:
    return (one for pack in packs for one in pack.classes)


def _both_say(pack: Pack, other: Pack) -> bool:
    return Visibility.UNSAID not in (pack.visibility, other.visibility)


def _classes(pack: Pack, other: Pack) -> Iterator[PackClass]:
    others = {one.name: one for one in other.classes}
    for one in pack.classes:
        yield _complete_class(one, others.pop(one.name, None))
    yield from others.values()


def _complete_class(one: PackClass, other: PackClass | None) -> PackClass:
    if other is None:
        return one
    gaps = {
        field: getattr(other, field)
        for field in ("exact_cost", "listed_units", "num_images", "prompts")
        if getattr(one, field) in (None, ())
    }
    return msgspec.structs.replace(one, **gaps) if gaps else one
