"""`/pack` and "Show pack": one pack, with its costs per class and a carousel of its images."""

from __future__ import annotations

from discord.ext import commands

from cogs.pack.cog import PackCog
from cogs.pack.open import OpenPackMenu
from cogs.pack.show_pack import show_pack
from cogs.pack.view import PackControl


async def setup(bot: commands.Bot) -> None:
    """Add the commands and their controls to the bot."""
    bot.add_dynamic_items(PackControl, OpenPackMenu)
    bot.tree.add_command(show_pack())
    await bot.add_cog(PackCog())
