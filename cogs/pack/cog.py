"""The command `/pack`."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from cogs.interactions.responding import respond
from cogs.language import command_words as said
from cogs.pack.open import open_pack
from cogs.ui.choices import class_choices, suggest_packs
from cogs.ui.start import FOUR, ONE, Start


class PackCog(commands.Cog):
    """Answer `/pack`, and suggest values for its options."""

    @app_commands.command(name=said.PACK, description=said.PACK_SAYS)
    @app_commands.rename(
        ref=said.ID,
        class_name=said.CLASS,
        page=said.PAGE,
        pictures=said.PICTURES,
        private=said.PRIVATE,
    )
    @app_commands.describe(
        ref=said.ID_SAYS,
        class_name=said.CLASS_SAYS,
        page=said.PAGE_SAYS,
        pictures=said.PICTURES_SAYS,
        private=said.PRIVATE_SAYS,
    )
    @app_commands.choices(pictures=[Choice(name=str(size), value=size) for size in (ONE, FOUR)])
    async def pack(
        self,
        interaction: discord.Interaction,
        ref: str,
        class_name: str | None = None,
        page: app_commands.Range[int, 1] = 1,
        pictures: int = ONE,
        private: bool = False,
    ) -> None:
        """Show one pack at a class and page."""
        start = Start(class_name, picture=page, at_a_time=pictures, private=private)
        if not ref.isdecimal():
            start = start.with_copied(ref)
        await respond(interaction, open_pack(interaction, ref, start), private=start.private)

    @pack.autocomplete("ref")
    async def _complete_ref(
        self, interaction: discord.Interaction, current: str
    ) -> list[Choice[str]]:
        return await suggest_packs(interaction, current)

    @pack.autocomplete("class_name")
    async def _complete_class(
        self, interaction: discord.Interaction, current: str
    ) -> list[Choice[str]]:
        return class_choices(interaction, current, interaction.namespace.id)
