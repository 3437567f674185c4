"""The baseline: a discord.py bot of the same kind whose only command answers "pong" at once."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands
from discord.http import Route


class PongBot(commands.AutoShardedBot):
    """A bot with no intents and no caches, using only discord.py's public API."""

    def __init__(self) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
        )

    async def setup_hook(self) -> None:
        """Add the command, and register it if Discord does not know it."""
        await self.add_cog(Ping())
        route = Route("GET", f"/applications/{self.application_id}/commands")
        if not await self.http.request(route):
            await self.tree.sync()


class Ping(commands.Cog):
    """The only command, and the smallest answer to a click."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer a click on any message at once."""
        if interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(content="pong")

    @app_commands.command()
    async def ping(self, interaction: discord.Interaction) -> None:
        """Answer at once."""
        await interaction.response.send_message("pong")


async def _run() -> None:
    async with PongBot() as bot:
        await bot.start(os.environ["DISCORD_TOKEN"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bot until it is told to stop; return the exit status."""
    discord.utils.setup_logging()
    asyncio.run(_run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
