"""The pong bot in nextcord, which does not ask Discord for its new message."""

from __future__ import annotations

import os
import sys

import nextcord
from nextcord.ext import commands
from nextcord.http import Route


class PongBot(commands.AutoShardedBot):
    """A bot with no intents and no caches, using only nextcord's public API."""

    async def on_interaction(self, interaction: nextcord.Interaction) -> None:
        """Answer a click on any message at once, and commands as nextcord does."""
        if interaction.type is nextcord.InteractionType.component:
            await interaction.response.edit_message(content="pong")
        else:
            await super().on_interaction(interaction)


def main(discord: str) -> None:
    """Run the bot until it is told to stop."""
    Route.BASE = discord
    bot = PongBot(
        command_prefix=commands.when_mentioned,
        help_command=None,
        intents=nextcord.Intents.none(),
        member_cache_flags=nextcord.MemberCacheFlags.none(),
        max_messages=None,
    )

    @bot.slash_command(description="Answer at once")
    async def ping(interaction: nextcord.Interaction) -> None:
        await interaction.response.send_message("pong")

    bot.run(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    main(sys.argv[1])
