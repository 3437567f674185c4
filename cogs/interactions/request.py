"""The context of one interaction: its asker, the readers of the answer, and the language."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import discord

from api.catalogue.audience import Audience
from cogs.interactions.services import Services
from cogs.language.words import Words, words_for
from config import CostsShownTo

_REQUEST = "request"
"""The interaction's key for its request."""


class Request:
    """The context of one interaction, computed once.

    `in_staff_server`: the operator trusts the server, and it has added the bot itself.
    `moderator`: the asker may see packs that are not public. This needs Manage Messages in this
    channel of such a server, as moderators of other servers may not know the packs' owner.
    `audience`: the asker alone, who reads private answers. `public_audience`: all of the channel.
    `words` are in the asker's language, `public_words` in that of a public post.
    `private`: only the asker sees the message whose control was used. `owner`: it was made for the
    asker.
    """

    __slots__ = (
        "audience",
        "in_staff_server",
        "moderator",
        "owner",
        "private",
        "public_audience",
        "public_words",
        "services",
        "words",
    )

    def __init__(self, interaction: discord.Interaction) -> None:
        self.services = services = cast(Services, interaction.client)
        guild_id, trusted = interaction.guild_id, services.staff_servers
        known = guild_id is not None and (trusted.every or guild_id in trusted.ids)
        self.in_staff_server = known and interaction.is_guild_integration()
        self.moderator = self.in_staff_server and interaction.permissions.manage_messages
        self.audience = _audience(services.costs_shown_to, self.moderator)
        self.public_audience = _audience(services.costs_shown_to, False)
        # An incomplete interaction has no locale, or one that is not text.
        own = str(interaction.locale.value)
        self.words = words_for(own)
        self.public_words = words_for(_public_locale(interaction, services) or own)
        self.private = self.owner = False
        if message := interaction.message:
            metadata = message.interaction_metadata
            self.private = message.flags.ephemeral
            self.owner = self.private or (
                metadata is not None and metadata.user.id == interaction.user.id
            )
        interaction.extras[_REQUEST] = self


@lru_cache
def _audience(costs_shown_to: CostsShownTo, moderator: bool) -> Audience:
    costs = {"everyone": True, "moderators": moderator, "nobody": False}
    return Audience(hidden=moderator, costs=costs[costs_shown_to])


def _public_locale(interaction: discord.Interaction, services: Services) -> str | None:
    guild, chosen = interaction.guild, interaction.guild_locale
    if guild is None:
        return None
    # Only a Community can choose its language; for all others Discord sends American English.
    if chosen and (chosen is not discord.Locale.american_english or "COMMUNITY" in guild.features):
        return str(chosen.value)
    return services.public_language


def request_of(interaction: discord.Interaction) -> Request:
    """Return the context of an interaction."""
    request: Request | None = interaction.extras.get(_REQUEST)
    return request or Request(interaction)


def words_of(interaction: discord.Interaction, *, private: bool = True) -> Words:
    """Return the words in the asker's language; for a public post, in the server's."""
    request = request_of(interaction)
    return request.words if private else request.public_words


def audience_of(interaction: discord.Interaction, *, private: bool) -> Audience:
    """Return the readers of an answer: only the asker if it is private, else the channel."""
    request = request_of(interaction)
    return request.audience if private else request.public_audience


def sharer_of(interaction: discord.Interaction) -> int | None:
    """Return the member who shared the used message; None if it was not shared.

    Other answers to a control are private, or replace its message.
    """
    message = interaction.message
    metadata = message.interaction_metadata if message else None
    if message is None or metadata is None or message.flags.ephemeral:
        return None
    return metadata.user.id if metadata.type is discord.InteractionType.component else None
