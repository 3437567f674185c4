"""The announced state, compared with each whole list and kept in the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import msgspec

from api.cache.store import Store, StoreState
from api.catalogue.news import Announced, Comparison, News, WholeList, compare, first_announced

_AT_MOST_EVERY = timedelta(minutes=10)

# In seconds: how long the announced state is kept (a channel may be silent for months), and how
# long one process may take to post.
_REMEMBERED_FOR = 365 * 86400.0
_LONGEST_TURN = 120.0

_KEY = "announced"

_NOTHING = News()


class NewsBoard:
    """Give each piece of news once, to one process, at most every ten minutes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @asynccontextmanager
    async def news(self, now: WholeList) -> AsyncGenerator[News]:
        """Yield the news, and record them as announced.

        If the body raises Exception, they are not recorded. The first list is not news.
        """
        async with self._store.exclusive(_KEY, _LONGEST_TURN) as ours:
            found = await self._compared(now) if ours else None
            if found is None:
                yield _NOTHING
                return
            # Recorded before posting: if the process ends in between, nothing is posted twice.
            posted_at = datetime.now(UTC)
            await self._write(msgspec.structs.replace(found.with_news, posted_at=posted_at))
            try:
                yield found.news
            except Exception:
                await self._write(found.without)
                raise

    async def _compared(self, now: WholeList) -> Comparison | None:
        """Compare the current list with the announced state; None if nothing is to be announced."""
        kept = await self._store.read(_KEY)
        if kept is None and self._store.state is StoreState.FAILING:
            return None
        before = _decoded(kept.value) if kept else None
        if before is None or before.scope != now.scope:
            await self._write(first_announced(now))
            return None
        found = await asyncio.to_thread(compare, before, now)
        if found.news and not _is_too_early(before):
            return found
        if found.without != before:
            await self._write(found.without)
        return None

    async def _write(self, announced: Announced) -> None:
        await self._store.write(_KEY, msgspec.json.encode(announced), keep_for=_REMEMBERED_FOR)


def _is_too_early(before: Announced) -> bool:
    return before.posted_at is not None and datetime.now(UTC) - before.posted_at < _AT_MOST_EVERY


def _decoded(body: bytes) -> Announced | None:
    try:
        return msgspec.json.decode(body, type=Announced)
    except msgspec.DecodeError:
        return None
