"""Put together what several answers say of the same pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from api.wire.models import Pack, PackClass, Visibility, stricter


def merge(parts: Sequence[Iterable[Pack]]) -> list[Pack]:
    """Return the packs of several lists, each id once; what an earlier list lacks is filled in."""
    merged: dict[int, Pack] = {}
    for pack in (pack for part in parts for pack in part):
        known = merged.get(pack.id)
        merged[pack.id] = complete(known, pack) if known else pack
    return list(merged.values())


def complete(pack: Pack, other: Pack | None) -> Pack:
    """Return a pack with what another answer adds to it, class by class."""
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
    """Return a pack without its pictures, which take most of its memory."""
    classes = tuple(msgspec.structs.replace(one, prompts=()) for one in pack.classes)
    return msgspec.structs.replace(pack, classes=classes)


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
