"""How commands are let in, and what becomes of those that fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

import discord
from discord import AppCommandType, app_commands

from cogs.interactions.control import OTHER
from cogs.interactions.errors import answer_error
from cogs.interactions.handling import handle


class PacksTree(app_commands.CommandTree):
    """The bot's commands."""

    # The one place that all of a command goes through: its checks, its options, and itself.
    async def _call(self, interaction: discord.Interaction) -> None:
        typed = interaction.type is discord.InteractionType.autocomplete
        work = self._complete if typed else super()._call
        await handle(interaction, self._name(interaction), partial(work, interaction))

    async def _complete(self, interaction: discord.Interaction) -> None:
        """Offer what may be meant.

        discord.py's own way catches all that fails, and logs it as a fault of the bot, even where
        Discord did not take the answer.
        """
        command, focused = interaction.command, _focused(interaction)
        if not isinstance(command, app_commands.Command) or focused is None:
            await super()._call(interaction)
            return
        complete = command._invoke_autocomplete  # pyright: ignore[reportPrivateUsage]
        await complete(interaction, focused, interaction.namespace)

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Answer a command that fails."""
        await answer_error(interaction, cast(Exception, error))

    def _name(self, interaction: discord.Interaction) -> str:
        """Return what a command is called in the log and the metrics, from a closed set."""
        if interaction.type is discord.InteractionType.autocomplete:
            return "autocomplete"
        name = str(cast("Mapping[str, object]", interaction.data).get("name"))
        known = any(self.get_command(name, type=kind) for kind in AppCommandType)
        return name.lower() if known else OTHER


def _focused(interaction: discord.Interaction) -> str | None:
    """Return the name of the option that is being typed."""
    data = cast("Mapping[str, Sequence[Mapping[str, object]]]", interaction.data)
    options = data.get("options", ())
    return next((str(one.get("name")) for one in options if one.get("focused")), None)
