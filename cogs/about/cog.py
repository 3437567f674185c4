"""The command `/about`, and who may use it."""

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

    # Discord hides the command from other members. A server may allow it to more people, so the bot
    # checks the permission too.
    @app_commands.command(name=said.ABOUT, description=said.ABOUT_SAYS)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def about(self, interaction: discord.Interaction) -> None:
        """Show the state of the bot in a private reply."""
        if not (request_of(interaction).in_staff_server and interaction.permissions.manage_guild):
            raise Refusal(words_of(interaction).needs_manage_server)
        await respond(interaction, about(interaction), private=True)
