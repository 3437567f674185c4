"""Receive the use of a message's controls: buttons, menus, and boxes that were filled in.

discord.py runs an extension's module again even if it has been imported. So a class that others
import must not stand in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import discord
from discord.ext import commands

from cogs.interactions.control import control_name, control_of
from cogs.interactions.errors import Refusal
from cogs.interactions.handling import handle
from cogs.interactions.services import words_of

_Data = Mapping[str, object]


class Dispatch(commands.Cog):
    """Hand each click, choice and filled-in box to the control that it belongs to."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Act on a control, or say that it is too old."""
        if interaction.type is discord.InteractionType.component:
            read = _chosen
        elif interaction.type is discord.InteractionType.modal_submit:
            read = _typed
        else:
            return
        data = cast(_Data, interaction.data)
        custom_id = str(data.get("custom_id"))
        await handle(
            interaction,
            control_name(custom_id),
            lambda: _act(interaction, custom_id, read(data)),
        )


async def _act(interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
    control = control_of(custom_id)
    if control is None:
        raise Refusal(words_of(interaction).old_control)
    await control.act(interaction, custom_id, value)


def _chosen(data: _Data) -> str | None:
    values = cast("list[str]", data.get("values"))
    return values[0] if values else None


def _typed(data: _Data) -> str | None:
    """Return what was typed in a box of one field; a form of several is read by its control."""
    rows = cast("Mapping[str, list[Mapping[str, Mapping[str, str]]]]", data)
    return rows["components"][0]["component"].get("value")


async def setup(bot: commands.Bot) -> None:
    """Add the listener to the bot."""
    await bot.add_cog(Dispatch())
