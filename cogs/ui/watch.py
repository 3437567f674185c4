"""Take down an answer from stale data if new data shows that its readers may not see it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace

import discord

from api.catalogue.audience import Audience
from api.catalogue.source_list import SHOWN
from api.wire.models import Pack
from cogs.interactions.record import record_of
from cogs.interactions.reply import Reply
from cogs.interactions.request import audience_of, words_of
from cogs.interactions.services import catalogue_of


def watched(
    interaction: discord.Interaction,
    reply: Reply,
    pack_ids: Collection[int],
    audience: Audience,
    instead: Callable[[], Awaitable[Reply]],
) -> Reply:
    """Return a reply that is replaced if a pack in it is gone for its readers.

    `audience` are the readers of the reply: the channel, unless it is private. Nothing is checked
    again if all data was fresh.
    """
    if not record_of(interaction).lookups.stale:
        return reply
    catalogue = catalogue_of(interaction)

    async def recheck() -> Reply | None:
        gone = await asyncio.gather(*(catalogue.is_gone(one, audience) for one in pack_ids))
        return await instead() if any(gone) else None

    return replace(reply, recheck=recheck)


def watched_list(
    interaction: discord.Interaction,
    packs: Sequence[Pack],
    make: Callable[[Sequence[Pack]], Reply],
) -> Reply:
    """Return a private list of packs; if newer data lacks some of them, it is made again."""
    catalogue, audience = catalogue_of(interaction), audience_of(interaction, private=True)
    reply = replace(make(packs), private=True, hidden=hidden_among(packs))

    async def again() -> Reply:
        gone = await asyncio.gather(*(catalogue.is_gone(one.id, audience) for one in packs))
        left = [pack for pack, is_gone in zip(packs, gone, strict=True) if not is_gone]
        return make(left) if left else Reply(words_of(interaction).page_gone)

    return watched(interaction, reply, [pack.id for pack in packs], audience, again)


def hidden_among(packs: Iterable[Pack]) -> tuple[int, ...]:
    """Return the packs that members may not see; an entry of a public list has no `public_at`."""
    return tuple(pack.id for pack in packs if pack.visibility not in SHOWN)
