"""Load lists page by page until they are complete."""

from __future__ import annotations

import math
import time
from http import HTTPStatus

import structlog

from api.wire.client import PACKS, Answer, AstriaClient
from api.wire.errors import NotUnderstood
from api.wire.models import Pack, stricter

log = structlog.stdlib.get_logger("api.lists")

_PACKS_A_PAGE = 100

# A longer list is cut off, so that a faulty server cannot keep the bot busy.
_MOST_PACKS = 10_000
_MOST_REQUESTS = 100

# How long the bot relies on a first page being the whole list. In seconds.
_RELIED_ON_FOR = 3600.0


class WholeLists:
    """Load whole lists from a server that may page them, or may ignore `limit` and `offset`."""

    def __init__(self, client: AstriaClient) -> None:
        self._client = client
        self._seen_whole: dict[str, tuple[float, float]] = {}
        """By path: the size up to which a first page is the whole list, and until when it is."""

    async def get(self, path: str, *, public: bool, listed: bool) -> Answer[tuple[Pack, ...]]:
        """Return all packs of a list, each once, and its pages as one body; raises AstriaError.

        The stricter one of two packs with the same id is taken.
        """
        first = await self._page(path, public, listed)
        if len(first.value) <= self._whole_up_to(path):
            return Answer(first.value[:_MOST_PACKS], first.body)
        packs = {pack.id: pack for pack in first.value}
        bodies, offset = [first.body], len(first.value)
        for number in range(1, _MOST_REQUESTS):
            page = await self._later_page(path, public, listed, offset)
            known = len(packs)
            for pack in page.value:
                packs[pack.id] = stricter(packs.get(pack.id, pack), pack)
            if len(packs) == known:
                if number == 1:
                    self._note_whole(path, math.inf if page.value else known)
                break
            bodies.append(page.body)
            offset += len(page.value)
            if len(packs) >= _MOST_PACKS:
                log.warning("the list is longer than can be shown", path=path, shown=_MOST_PACKS)
                break
        return Answer(tuple(packs.values())[:_MOST_PACKS], _joined(bodies))

    async def _page(
        self, path: str, public: bool, listed: bool, limit: int | None = None, offset: int = 0
    ) -> Answer[tuple[Pack, ...]]:
        ask = self._client.list_packs if path == PACKS else self._client.list_gallery_packs
        return await ask(public=public, listed=listed, limit=limit, offset=offset)

    async def _later_page(
        self, path: str, public: bool, listed: bool, offset: int
    ) -> Answer[tuple[Pack, ...]]:
        try:
            return await self._page(path, public, listed, _PACKS_A_PAGE, offset)
        except NotUnderstood as error:
            if error.status != HTTPStatus.BAD_REQUEST:
                raise
            # Astria refuses large offsets of some lists; keep the earlier pages.
            log.warning("Astria lists no more packs", path=path, offset=offset)
            return Answer((), b"[]")

    def _whole_up_to(self, path: str) -> float:
        count, until = self._seen_whole.get(path, (0.0, 0.0))
        return count if time.monotonic() < until else 0.0

    def _note_whole(self, path: str, count: float) -> None:
        self._seen_whole[path] = count, time.monotonic() + _RELIED_ON_FOR


def _joined(bodies: list[bytes]) -> bytes:
    """Return JSON lists as one."""
    entries = (body.strip()[1:-1].strip() for body in bodies)
    return b"[" + b",".join(entry for entry in entries if entry) + b"]"
