"""Look for news, and post them."""

from __future__ import annotations

import asyncio
import hashlib
from http import HTTPStatus

import aiohttp
import discord
import structlog
from discord.ext import commands

from api.catalogue.audience import Audience
from api.catalogue.news import News
from api.catalogue.news_board import NewsBoard
from api.wire.errors import AstriaError
from cogs.announcements.channel import CannotAnnounce, Channel, OpenChannel
from cogs.announcements.post import announcement
from cogs.interactions.services import Services
from cogs.language.words import words_for

log = structlog.stdlib.get_logger("cogs.announcements")

# In seconds.
_LOOK_EVERY = 60.0

# Discord compares this many characters.
_LONGEST_NONCE = 25


class AnnouncementsCog(commands.Cog):
    """Announce new packs, new prices and withdrawn packs in a channel."""

    def __init__(self, services: Services, channel: Channel) -> None:
        self._services = services
        self._channel = channel
        self._board = NewsBoard(services.store)
        self._audience = Audience(costs=services.costs_shown_to == "everyone")
        self._task: asyncio.Task[None] | None = None
        self._edition: object = None
        self._problem = ""

    async def cog_load(self) -> None:
        """Start to look for news."""
        self._task = asyncio.create_task(self._run(), name="announcements")

    async def cog_unload(self) -> None:
        """Stop looking for news."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            try:
                await self._look()
                self._problem = ""
            except CannotAnnounce as error:
                self._tell(str(error))
            except (AstriaError, aiohttp.ClientError, OSError, discord.HTTPException) as error:
                log.warning("no announcement now; it is tried again", cause=str(error))
            except Exception:
                log.exception("the search for news failed")

    async def _look(self) -> None:
        if not await self._channel.is_ours():
            return
        channel = await self._channel.open()
        source = self._services.pack_source
        now = await self._services.catalogue.whole_list(source, self._audience)
        if now is None or now.edition == self._edition:
            return
        async with self._board.news(now) as news:
            if news:
                await self._post(channel, news)
        self._edition = now.edition

    async def _post(self, channel: OpenChannel, news: News) -> None:
        opened = None
        if len(news.new) == 1:
            opened = await self._services.catalogue.pack(news.new[0].id, self._audience)
        words = words_for(channel.locale or self._services.public_language or "en-US")
        try:
            await channel.send(announcement(words, news, opened), _nonce(news))
        except discord.HTTPException as error:
            if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            # The post may exist. Posting it twice would be worse than not posting it.
            log.exception("an announcement may not have been posted")
            return
        log.info(
            "announced",
            new=[pack.id for pack in news.new],
            changed=[one.pack.id for one in news.changes],
            withdrawn=list(news.withdrawn),
        )

    def _tell(self, problem: str) -> None:
        """Log a problem once; log it again only after it was solved, or if it is another one."""
        if problem != self._problem:
            self._problem = problem
            log.error("nothing can be announced", cause=problem)


def _nonce(news: News) -> str:
    """Return a message's nonce: Discord posts it once, even if discord.py sends it again."""
    told = (
        [pack.id for pack in news.new],
        [(one.pack.id, one.class_name, one.after) for one in news.changes],
        list(news.withdrawn),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:_LONGEST_NONCE]
