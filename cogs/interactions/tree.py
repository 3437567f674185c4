"""The command tree: each command is handled like every interaction, and answered if it fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import cast

import discord
from discord import AppCommandType, app_commands

from cogs.discord_internals import CommandTree
from cogs.interactions.control import OTHER
from cogs.interactions.errors import answer_error
from cogs.interactions.handling import handle


class PacksTree(CommandTree):
    """The bot's commands."""

    async def receive(
        self, interaction: discord.Interaction, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Handle a command or an autocomplete as every interaction is."""
        await handle(interaction, self._name(interaction), work)

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Answer a command that fails."""
        await answer_error(interaction, cast(Exception, error))

    def _name(self, interaction: discord.Interaction) -> str:
        """Return a command's name in the log and the metrics, from a closed set."""
        if interaction.type is discord.InteractionType.autocomplete:
            return "autocomplete"
        name = str(cast("Mapping[str, object]", interaction.data).get("name"))
        known = any(self.get_command(name, type=kind) for kind in AppCommandType)
        return name.lower() if known else OTHER
