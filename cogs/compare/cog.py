"""The command `/compare`."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from cogs.compare.view import compare
from cogs.interactions.responding import respond
from cogs.language import command_words as said
from cogs.language.copied import asks_privately, packs_to_compare
from cogs.ui.choices import suggest_packs


class CompareCog(commands.Cog):
    """Answer `/compare`, and suggest values for its options."""

    @app_commands.command(name=said.COMPARE, description=said.COMPARE_SAYS)
    @app_commands.rename(
        first=said.FIRST, second=said.SECOND, third=said.THIRD, private=said.PRIVATE
    )
    @app_commands.describe(
        first=said.ID_SAYS,
        second=said.ANOTHER_SAYS,
        third=said.ANOTHER_SAYS,
        private=said.PRIVATE_SAYS,
    )
    async def compare(
        self,
        interaction: discord.Interaction,
        first: str,
        second: str,
        third: str | None = None,
        private: bool = False,
    ) -> None:
        """Show two or three packs side by side."""
        typed = [text for text in (first, second, third) if text]
        refs = [ref for text in typed for ref in packs_to_compare(text)]
        private = private or any(map(asks_privately, typed))
        await respond(interaction, compare(interaction, refs, private=private), private=private)

    @compare.autocomplete("first")
    @compare.autocomplete("second")
    @compare.autocomplete("third")
    async def _complete(self, interaction: discord.Interaction, current: str) -> list[Choice[str]]:
        return await suggest_packs(interaction, current)
