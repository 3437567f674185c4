"""`/compare`: two or three packs side by side."""

from __future__ import annotations

from discord.ext import commands

from cogs.compare.cog import CompareCog
from cogs.compare.view import ComparisonControl


async def setup(bot: commands.Bot) -> None:
    """Add the command and its controls to the bot."""
    bot.add_dynamic_items(ComparisonControl)
    await bot.add_cog(CompareCog())
