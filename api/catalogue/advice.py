"""What an operator should know: packs that nobody sees, and packs that do not exist."""

from __future__ import annotations

import structlog

from api.catalogue.answers import Answers
from api.catalogue.lists import Lists
from api.catalogue.shop import Shop
from api.catalogue.shop_file import ShopFile
from api.wire.errors import AstriaError, NotFound
from api.wire.models import Source

log = structlog.stdlib.get_logger("api.advice")

# Packs of the shop's file that are in no list and so are asked for one by one.
_MOST_ASKED = 20


class Advice:
    """Warn once of what is found; `own_listed` is whether members see packs that are not public."""

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
        """Look at what has not been looked at yet; try again the next time if Astria fails."""
        try:
            if not self._has_looked:
                await self._look_at_own_packs()
                self._has_looked = True
            if self._shop is not self._shop_file.shop:
                await self._look_at_shop(self._shop_file.shop)
        except AstriaError as error:
            log.debug("no advice now", cause=str(error))

    async def _look_at_own_packs(self) -> None:
        if self._lists.offers(Source.MINE):
            return
        if unseen := await unseen_packs(self._answers, own_listed=self._own_listed):
            log.warning(none_is_seen(unseen, own_listed=self._own_listed))

    async def _look_at_shop(self, shop: Shop) -> None:
        if unknown := await unknown_packs(self._answers, shop):
            log.warning("SHOP_FILE names packs that do not exist", packs=unknown)
        self._shop = shop


def none_is_seen(packs: int, *, own_listed: bool) -> str:
    """Say that members can see none of the account's packs, and what to do."""
    said = f"members can see none of the account's own packs ({packs})"
    if own_listed:
        return f"{said}: all are unlisted"
    return f"{said}: none is public and listed. OWN_PACKS=listed shows those that are only listed"


async def unseen_packs(answers: Answers, *, own_listed: bool) -> int:
    """Return how many packs the account has, if members can see none of them; else 0.

    Raises AstriaError.
    """
    if await answers.list_packs(Source.MINE, public=not own_listed, listed=True):
        return 0
    return len(await answers.list_packs(Source.MINE, public=False, listed=False))


async def unknown_packs(answers: Answers, shop: Shop) -> list[str]:
    """Return the packs that a shop's file names and Astria does not know; raises AstriaError."""
    if not shop.references:
        return []
    lists = [
        await answers.list_packs(source, public=False, listed=False)
        for source in (Source.MINE, Source.GALLERY)
    ]
    packs = [pack for packs in lists for pack in packs]
    known = {str(pack.id) for pack in packs} | {(pack.slug or "").casefold() for pack in packs}
    missing = [ref for ref in shop.references if ref not in known]
    return [ref for ref in missing[:_MOST_ASKED] if not await _exists(answers, ref)]


async def _exists(answers: Answers, ref: str) -> bool:
    try:
        await answers.get_pack(ref)
    except NotFound:
        return False
    return True
