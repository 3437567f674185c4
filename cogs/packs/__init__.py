"""`/packs`: the catalogue, page by page."""

from __future__ import annotations

from typing import cast

from discord.ext import commands

from cogs.interactions.services import Services
from cogs.packs.cog import PacksCog


async def setup(bot: commands.Bot) -> None:
    """Add the command to the bot."""
    await bot.add_cog(PacksCog(cast(Services, bot).pack_source))
