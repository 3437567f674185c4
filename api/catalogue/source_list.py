"""One source's packs, as Astria lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from api.catalogue.search import by_reference
from api.wire.models import Include, Pack, Source, Visibility

SHOWN = frozenset({Visibility.PUBLIC, Visibility.UNSAID})
"""Visibilities that a pack in a list of public packs may have."""


class SourceList:
    """The packs of one source, with Astria's figures: not priced yet.

    `listed`: members may see all packs that are listed, public on Astria or not.
    """

    def __init__(
        self, packs: Sequence[Pack], source: Source, include: Include, *, listed: bool = False
    ) -> None:
        self.source, self.include = source, include
        self.answer = tuple(packs)
        if listed:
            packs = [as_public(pack) for pack in packs]
        self.packs = tuple(_public(packs) if include is Include.PUBLIC else packs)
        self.length = sum(1 + len(pack.classes) for pack in self.packs)
        """The number of packs and classes."""
        self.withheld = {pack.id for pack in packs} - {pack.id for pack in self.packs}
        """Packs that are not public, although only public ones were asked for."""
        self._by_reference = by_reference(self.packs)

    def __contains__(self, pack_id: int) -> bool:
        """Tell whether a pack with that id is in the list."""
        return str(pack_id) in self._by_reference

    def exact(self, ref: str) -> Pack | None:
        """Return the pack whose id or slug this is, or whose slug differs only by case."""
        return self._by_reference.get(ref) or self._by_reference.get(ref.casefold())

    def is_hidden(self, pack_id: int) -> bool:
        """Tell whether the list says that a pack is not public, or is unlisted."""
        pack = self._by_reference.get(str(pack_id))
        return pack_id in self.withheld or (pack is not None and pack.visibility not in SHOWN)


def shared_slugs(lists: Iterable[SourceList]) -> frozenset[str]:
    """Return the slugs, in lower case, that several packs of some lists have."""
    shared, ids = set[str](), dict[str, int]()
    for pack in (pack for one in lists for pack in one.answer if pack.slug):
        slug = (pack.slug or "").casefold()
        if ids.setdefault(slug, pack.id) != pack.id:
            shared.add(slug)
    return frozenset(shared)


def as_public(pack: Pack) -> Pack:
    """Return a pack as public unless it is unlisted."""
    if pack.visibility is not Visibility.PRIVATE or pack.unlisted:
        return pack
    return msgspec.structs.replace(pack, visibility=Visibility.PUBLIC)


def _public(packs: Sequence[Pack]) -> Iterator[Pack]:
    """Yield the packs that may be public, as Astria's filter is not trusted blindly."""
    for pack in packs:
        if pack.visibility in SHOWN:
            yield msgspec.structs.replace(pack, visibility=Visibility.PUBLIC)
