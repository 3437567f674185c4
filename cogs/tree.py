"""How commands are let in, and what becomes of those that fail."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import cast

import discord
from discord import AppCommandType, app_commands

from cogs.controls import OTHER
from cogs.errors import answer_error
from cogs.handling import handle


class PacksTree(app_commands.CommandTree):
    """The bot's commands."""

    # The one place that all of a command goes through: its checks, its options, and itself.
    async def _call(self, interaction: discord.Interaction) -> None:
        await handle(interaction, self._name(interaction), partial(super()._call, interaction))

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Answer what a command did not answer itself."""
        await answer_error(interaction, cast(Exception, error))

    def _name(self, interaction: discord.Interaction) -> str:
        """Return what a command is called in the log and the metrics, from a closed set."""
        if interaction.type is discord.InteractionType.autocomplete:
            return "autocomplete"
        name = str(cast("Mapping[str, object]", interaction.data).get("name"))
        known = any(self.get_command(name, type=kind) for kind in AppCommandType)
        return name.lower() if known else OTHER
