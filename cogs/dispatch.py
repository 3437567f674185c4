"""Receive what discord.py dispatches to nobody: answers of boxes, and outdated controls.

discord.py runs the module of an extension anew even if it has been imported, so that a class
which others import must not stand in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import discord
from discord.ext import commands

from cogs.context import words_of
from cogs.controls import Control
from cogs.errors import Refusal, answering
from cogs.guard import permitted


class Dispatch(commands.Cog):
    """Answer boxes that were filled in, and controls that nobody takes any more."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer a box that was filled in, or say that a control is too old."""
        if interaction.type not in {
            discord.InteractionType.component,
            discord.InteractionType.modal_submit,
        }:
            return
        custom_id = str(cast("Mapping[str, object]", interaction.data).get("custom_id"))
        control = next((one for one in Control.__subclasses__() if one.takes(custom_id)), None)
        async with answering(interaction):
            if control is None:
                raise Refusal(words_of(interaction).old_control)
            if interaction.type is discord.InteractionType.modal_submit and await permitted(
                interaction
            ):
                await control.act(interaction, custom_id, _typed(interaction))


def _typed(interaction: discord.Interaction) -> str:
    rows = cast("Mapping[str, list[Mapping[str, Mapping[str, str]]]]", interaction.data)
    return rows["components"][0]["component"]["value"]


async def setup(bot: commands.Bot) -> None:
    """Add the listener to the bot."""
    await bot.add_cog(Dispatch())
