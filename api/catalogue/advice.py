"""Warnings for the operator: packs that nobody sees, and packs that do not exist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping

import structlog

from api.catalogue.answers import Answers
from api.catalogue.lists import Lists
from api.catalogue.merging import merge
from api.catalogue.shop import Shop
from api.catalogue.shop_file import ShopFile
from api.wire.errors import AstriaError, NotFound
from api.wire.models import Pack, Source

log = structlog.stdlib.get_logger("api.advice")

# Packs of the shop's file that are loaded one by one, as lists do not say enough about them.
_MOST_ASKED = 20

PACKS_UNKNOWN = "packs that do not exist"
SLUGS_SHARED = "packs by slugs that several packs share, so they have no price: use their ids"
CLASSES_UNKNOWN = "classes that the pack does not have"


class Advice:
    """Warn once of each fault; `own_listed` is whether members see packs that are not public."""

    def __init__(
        self, answers: Answers, lists: Lists, shop_file: ShopFile, *, own_listed: bool
    ) -> None:
        self._answers = answers
        self._lists = lists
        self._shop_file = shop_file
        self._own_listed = own_listed
        self._has_looked = False
        self._shop: Shop | None = None

    async def give(self) -> None:
        """Make the checks that have not been made yet; try again the next time if Astria fails."""
        try:
            if not self._has_looked:
                await self._look_at_own_packs()
                self._has_looked = True
            if self._shop is not self._shop_file.shop:
                await self._look_at_shop(self._shop_file.shop)
        except AstriaError as error:
            log.debug("the settings could not be checked against the lists", cause=str(error))

    async def _look_at_own_packs(self) -> None:
        if self._lists.offers(Source.MINE):
            return
        if unseen := await unseen_packs(self._answers, own_listed=self._own_listed):
            log.warning(none_is_seen(unseen, own_listed=self._own_listed))

    async def _look_at_shop(self, shop: Shop) -> None:
        for fault, names in (await shop_faults(self._answers, shop)).items():
            log.warning(f"SHOP_FILE names {fault}", names=names)
        self._shop = shop


def none_is_seen(packs: int, *, own_listed: bool) -> str:
    """Return the warning that members see none of the account's packs, with the remedy."""
    said = f"members can see none of the account's own packs ({packs})"
    if own_listed:
        return f"{said}: all are unlisted"
    return f"{said}: none is public and listed. OWN_PACKS=listed shows those that are only listed"


async def unseen_packs(answers: Answers, *, own_listed: bool) -> int:
    """Return the number of the account's packs if members see none of them; else 0.

    Raises AstriaError.
    """
    if await answers.list_packs(Source.MINE, public=not own_listed, listed=True):
        return 0
    return len(await answers.list_packs(Source.MINE, public=False, listed=False))


async def shop_faults(answers: Answers, shop: Shop) -> dict[str, list[str]]:
    """Return the names in a shop's file that do not fit Astria's packs, by the kind of fault.

    Raises AstriaError.
    """
    if not shop.references:
        return {}
    lists = [
        await answers.list_packs(source, public=False, listed=False)
        for source in (Source.MINE, Source.GALLERY)
    ]
    by_ref = defaultdict[str, dict[int, Pack]](dict)
    for pack in merge(lists):
        for ref in (str(pack.id), (pack.slug or "").casefold()):
            by_ref[ref][pack.id] = pack
    missing = [ref for ref in shop.references if ref not in by_ref]
    shared = [ref for ref in shop.prices if len(by_ref[ref]) > 1 and not ref.isdecimal()]
    priced = {ref: pack for ref in shop.prices for pack in by_ref[ref].values()}
    faults = {
        PACKS_UNKNOWN: [ref for ref in missing[:_MOST_ASKED] if not await _details(answers, ref)],
        SLUGS_SHARED: shared,
        CLASSES_UNKNOWN: [name async for name in _unknown_classes(answers, shop, priced)],
    }
    return {fault: names for fault, names in faults.items() if names}


async def _unknown_classes(
    answers: Answers, shop: Shop, packs: Mapping[str, Pack]
) -> AsyncIterator[str]:
    """Yield the classes with a price that neither a list nor the details know."""
    asked = 0
    for ref, listed in packs.items():
        unknown = _without_classes(shop.prices[ref], listed)
        if unknown and asked < _MOST_ASKED:
            asked += 1
            details = await _details(answers, str(listed.id))
            unknown = _without_classes(unknown, details) if details else []
            for name in unknown:
                yield f"{ref}: {name}"


def _without_classes(names: Iterable[str | None], pack: Pack) -> list[str]:
    known = {one.name.casefold() for one in pack.classes}
    return [name for name in names if name is not None and name not in known]


async def _details(answers: Answers, ref: str) -> Pack | None:
    try:
        return await answers.get_pack(ref)
    except NotFound:
        return None
