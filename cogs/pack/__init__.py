"""`/pack`: one pack with its costs per class and a carousel of its prompt images."""

from __future__ import annotations

from typing import cast

from discord.ext import commands

from cogs.context import HasCatalogue
from cogs.pack.cog import PackCog
from cogs.pack.view import PackControl


async def setup(bot: commands.Bot) -> None:
    """Add the command and its controls to the bot."""
    bot.add_dynamic_items(PackControl)
    await bot.add_cog(PackCog(cast(HasCatalogue, bot).catalogue))
