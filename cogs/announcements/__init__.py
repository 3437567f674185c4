"""Announcements of new packs, new prices and withdrawn packs in a channel."""

from __future__ import annotations

from typing import cast

from discord.ext import commands

from cogs.announcements.channel import Channel
from cogs.announcements.cog import AnnouncementsCog
from cogs.interactions.services import Services


async def setup(bot: commands.AutoShardedBot) -> None:
    """Add announcements to the bot, if there is a channel for them."""
    services = cast(Services, bot)
    if services.announce_channel_id is not None:
        channel = Channel(bot, services.announce_channel_id)
        await bot.add_cog(AnnouncementsCog(services, channel))
