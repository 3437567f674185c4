"""Take down what was shown from old data, once it turns out that its readers may not see it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace

import discord

from api.catalogue.audience import Audience
from cogs.interactions.record import record_of
from cogs.interactions.reply import Reply
from cogs.interactions.services import catalogue_of


def watched(
    interaction: discord.Interaction,
    reply: Reply,
    pack_ids: Collection[int],
    audience: Audience,
    instead: Callable[[], Awaitable[Reply]],
) -> Reply:
    """Return a reply that is replaced if a pack in it is gone for its readers.

    `audience` is who reads the reply: the channel, unless it is private. Nothing is checked again
    if only fresh data was used.
    """
    if not record_of(interaction).stale:
        return reply
    catalogue = catalogue_of(interaction)

    async def recheck() -> Reply | None:
        gone = await asyncio.gather(*(catalogue.is_gone(one, audience) for one in pack_ids))
        return await instead() if any(gone) else None

    return replace(reply, recheck=recheck)
