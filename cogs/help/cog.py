"""The command `/help`."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from cogs.help.view import help_reply
from cogs.interactions.responding import send
from cogs.language import command_words as said


class HelpCog(commands.Cog):
    """Answer `/help`."""

    @app_commands.command(name=said.HELP, description=said.HELP_SAYS)
    async def help(self, interaction: discord.Interaction) -> None:
        """Show the commands in a private reply."""
        await send(interaction, help_reply(interaction))
