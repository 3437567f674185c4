"""What `/about` accepts, and who may ask."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from cogs.about.view import about
from cogs.interactions.errors import Refusal
from cogs.interactions.request import request_of, words_of
from cogs.interactions.responding import respond
from cogs.language import command_words as said


class AboutCog(commands.Cog):
    """Answer `/about`."""

    # Discord hides the command from everybody else; a server may grant it to others, so the bot
    # looks for itself too.
    @app_commands.command(name=said.ABOUT, description=said.ABOUT_SAYS)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def about(self, interaction: discord.Interaction) -> None:
        """Tell privately how the bot is doing."""
        if not (request_of(interaction).in_staff_server and interaction.permissions.manage_guild):
            raise Refusal(words_of(interaction).needs_manage_server)
        await respond(interaction, about(interaction), private=True)
