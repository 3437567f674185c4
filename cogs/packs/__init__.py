"""`/packs`: the catalogue of packs, a page at a time."""

from __future__ import annotations

from typing import cast

from discord.ext import commands

from cogs.context import Services
from cogs.packs.cog import PacksCog
from cogs.packs.view import CatalogueControl


async def setup(bot: commands.Bot) -> None:
    """Add the command and its controls to the bot."""
    bot.add_dynamic_items(CatalogueControl)
    await bot.add_cog(PacksCog(cast(Services, bot).pack_source))
