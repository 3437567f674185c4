"""`/pack` and "Show pack": one pack, with its costs per class and a carousel of its images."""

from __future__ import annotations

from discord.ext import commands

from cogs.pack.cog import PackCog
from cogs.pack.show_pack import show_pack


async def setup(bot: commands.Bot) -> None:
    """Add the commands to the bot."""
    bot.tree.add_command(show_pack())
    await bot.add_cog(PackCog())
