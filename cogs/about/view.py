"""What the bot tells about itself."""

from __future__ import annotations

import math
from typing import cast

import discord

from api.catalogue.audience import EVERYONE
from api.wire.errors import AstriaError
from api.wire.models import Include, Source
from cogs.interactions.errors import explain
from cogs.interactions.record import shard_of
from cogs.interactions.replies import Reply
from cogs.interactions.services import catalogue_of, services_of, words_of
from cogs.language.words import Words
from cogs.ui.embeds import COLOUR


async def about(interaction: discord.Interaction) -> Reply:
    """Return how the bot is doing: its version, its data, Astria, and the server's shard."""
    words = words_of(interaction)
    embed = discord.Embed(title=words.about(services_of(interaction).version), colour=COLOUR)
    embed.add_field(name=words.about_astria, value=await _astria(interaction), inline=False)
    embed.add_field(name=words.about_catalogue, value=_freshness(interaction), inline=False)
    embed.add_field(name=words.about_shard, value=_shard(words, interaction), inline=False)
    return Reply(embeds=[embed], private=True)


def _freshness(interaction: discord.Interaction) -> str:
    words = words_of(interaction)
    listing = catalogue_of(interaction).lists.in_memory(Source.ALL, Include.PUBLIC, EVERYONE)
    if listing is None or listing.as_of is None:
        return words.nothing_loaded
    return words.freshness(len(listing.packs), listing.as_of)


async def _astria(interaction: discord.Interaction) -> str:
    words = words_of(interaction)
    try:
        return words.answers_in(_milliseconds(await catalogue_of(interaction).probe()) or 0)
    except AstriaError as error:
        return words.answers_not(explain(words, error))


def _shard(words: Words, interaction: discord.Interaction) -> str:
    bot = cast(discord.AutoShardedClient, interaction.client)
    number = shard_of(interaction)
    shard = bot.get_shard(number)
    return words.shard(
        number, bot.shard_count or 1, _milliseconds(shard.latency) if shard else None
    )


def _milliseconds(seconds: float) -> int | None:
    return round(seconds * 1000) if math.isfinite(seconds) else None
