"""`/help`: the commands for members."""

from __future__ import annotations

from discord.ext import commands

from cogs.help.cog import HelpCog


async def setup(bot: commands.Bot) -> None:
    """Add the command to the bot."""
    await bot.add_cog(HelpCog())
