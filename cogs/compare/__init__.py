"""`/compare`: two or three packs side by side."""

from __future__ import annotations

from discord.ext import commands

from cogs.compare.cog import CompareCog


async def setup(bot: commands.Bot) -> None:
    """Add the command to the bot."""
    await bot.add_cog(CompareCog())
