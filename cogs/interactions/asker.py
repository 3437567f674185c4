"""Who uses a command or a control, and what they may see."""

from __future__ import annotations

import discord

from api.catalogue.audience import Audience
from cogs.interactions.services import services_of


def may_see_hidden(interaction: discord.Interaction) -> bool:
    """Tell whether the asker may see packs that are not public.

    That takes Manage Messages in this channel, in a server that the operator trusts and that has
    added the bot itself: whoever moderates another server need not know the packs' owner.
    """
    return is_in_staff_server(interaction) and interaction.permissions.manage_messages


def is_in_staff_server(interaction: discord.Interaction) -> bool:
    """Tell whether the asker is in a server that the operator trusts and that has added the bot."""
    trusted = services_of(interaction).staff_servers.trust(interaction.guild_id)
    return trusted and interaction.is_guild_integration()


def audience_of(interaction: discord.Interaction, *, private: bool) -> Audience:
    """Return who reads an answer: the asker alone if it is private, else all of the channel."""
    moderator = private and may_see_hidden(interaction)
    costs = {"everyone": True, "moderators": moderator, "nobody": False}
    return Audience(hidden=moderator, costs=costs[services_of(interaction).costs_shown_to])


def is_owner(interaction: discord.Interaction) -> bool:
    """Tell whether the message whose control was used was made for the one who used it."""
    message = interaction.message
    if message is None:
        return False
    metadata = message.interaction_metadata
    return message.flags.ephemeral or (
        metadata is not None and metadata.user.id == interaction.user.id
    )


def sharer_of(interaction: discord.Interaction) -> int | None:
    """Return who shared the message whose control was used; nobody where it was not shared.

    All else that comes of a control is private, or takes the place of its message.
    """
    message = interaction.message
    metadata = message.interaction_metadata if message else None
    if message is None or metadata is None or message.flags.ephemeral:
        return None
    return metadata.user.id if metadata.type is discord.InteractionType.component else None


def is_private(interaction: discord.Interaction) -> bool:
    """Tell whether only the asker sees the message whose control was used."""
    return interaction.message is not None and interaction.message.flags.ephemeral
