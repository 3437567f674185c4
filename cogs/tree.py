"""How commands are let in, and what becomes of those that fail."""

from __future__ import annotations

from typing import cast

import discord
import structlog
from discord import app_commands

from cogs.errors import answer_error
from cogs.guard import permitted

log = structlog.stdlib.get_logger("cogs")


class PacksTree(app_commands.CommandTree):
    """The bot's commands."""

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Let a member in who does not ask for too much; what is only typed costs nothing."""
        typing = interaction.type is discord.InteractionType.autocomplete
        return typing or await permitted(interaction)

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Answer what a command did not answer itself (autocomplete can only stay empty)."""
        if interaction.type is discord.InteractionType.autocomplete:
            log.error("autocomplete failed", exc_info=error)
            return
        await answer_error(interaction, cast(Exception, error))
