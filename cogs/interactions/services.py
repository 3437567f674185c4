"""The services that the bot offers to its features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

import discord

from api.cache.store import Store
from api.catalogue.catalogue import Catalogue
from api.catalogue.shop_file import ShopFile
from api.wire.models import Source
from cogs.interactions.cooldown import Cooldowns
from cogs.interactions.recent_clicks import RecentClicks
from cogs.interactions.running import Running
from cogs.interactions.staff_servers import StaffServers
from cogs.interactions.suggestions import Suggestions
from config import CostsShownTo


class Services(Protocol):
    """The services that features use."""

    catalogue: Catalogue
    cooldowns: Cooldowns
    lookups: Cooldowns
    suggestions: Suggestions
    clicks: RecentClicks
    running: Running
    staff_servers: StaffServers
    version: str
    command_ids: dict[str, int]
    """Discord's ids of the slash commands, as far as they are known."""
    public_language: str | None
    """The language of public posts in a server that has not chosen one."""
    shop_file: ShopFile
    costs_shown_to: CostsShownTo
    store: Store
    announce_channel_id: int | None
    own_listed: bool
    """Whether members see the account's own packs that are listed but not public."""
    pack_source: Source
    """The default source of `/packs`."""


def services_of(interaction: discord.Interaction) -> Services:
    """Return the services of the bot that received the interaction."""
    return cast(Services, interaction.client)


def catalogue_of(interaction: discord.Interaction) -> Catalogue:
    """Return the catalogue of the bot that received the interaction."""
    return services_of(interaction).catalogue


def shop_words_of(interaction: discord.Interaction) -> Mapping[str, Sequence[str]]:
    """Return the shop's words, with the packs that they lead to."""
    return services_of(interaction).shop_file.shop.words
