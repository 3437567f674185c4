"""The reply to `/about`."""

from __future__ import annotations

import math
from typing import cast

import discord

from api.catalogue.audience import EVERYONE
from api.wire.errors import AstriaError
from api.wire.models import Include, Source
from cogs.interactions.errors import explain
from cogs.interactions.record import shard_of
from cogs.interactions.reply import Reply
from cogs.interactions.request import words_of
from cogs.interactions.services import catalogue_of, services_of
from cogs.language.words import Words
from cogs.ui.embeds import COLOUR


async def about(interaction: discord.Interaction) -> Reply:
    """Return the state of the bot: version, Astria, data, prices, cache and Discord."""
    words = words_of(interaction)
    embed = discord.Embed(title=words.about(services_of(interaction).version), colour=COLOUR)
    embed.add_field(name=words.about_astria, value=await _astria(interaction), inline=False)
    embed.add_field(name=words.about_catalogue, value=_freshness(interaction), inline=False)
    catalogue = catalogue_of(interaction)
    prices = words.prices_known(catalogue.prices.unit.verdict)
    embed.add_field(name=words.about_prices, value=prices, inline=False)
    cache = words.cache(catalogue.store_state)
    embed.add_field(name=words.about_cache, value=cache, inline=False)
    # The asker is in a server whose moderators may see hidden packs.
    embed.add_field(name=words.about_hidden, value=words.who_sees_hidden, inline=False)
    embed.add_field(name=words.about_discord, value=_discord(words, interaction), inline=False)
    return Reply(embeds=[embed], private=True)


def _freshness(interaction: discord.Interaction) -> str:
    words = words_of(interaction)
    listing = catalogue_of(interaction).lists.in_memory(Source.ALL, Include.PUBLIC, EVERYONE)
    if listing is None or listing.as_of is None:
        return words.nothing_loaded
    seen = words.own_listed if services_of(interaction).own_listed else words.own_public
    return f"{words.freshness(len(listing.packs), listing.as_of)}\n{seen}"


async def _astria(interaction: discord.Interaction) -> str:
    words = words_of(interaction)
    try:
        return words.answers_in(_milliseconds(await catalogue_of(interaction).probe()) or 0)
    except AstriaError as error:
        return words.answers_not(explain(words, error))


def _discord(words: Words, interaction: discord.Interaction) -> str:
    bot = cast(discord.AutoShardedClient, interaction.client)
    number = shard_of(interaction)
    shard = bot.get_shard(number)
    said = words.shard(number, bot.shard_count or 1)
    milliseconds = _milliseconds(shard.latency) if shard else None
    return said if milliseconds is None else f"{words.answers_in(milliseconds)}\n{said}"


def _milliseconds(seconds: float) -> int | None:
    return round(seconds * 1000) if math.isfinite(seconds) else None
