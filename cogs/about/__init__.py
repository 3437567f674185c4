"""`/about`: the state of the bot."""

from __future__ import annotations

from discord.ext import commands

from cogs.about.cog import AboutCog


async def setup(bot: commands.Bot) -> None:
    """Add the command to the bot."""
    await bot.add_cog(AboutCog())
