"""Remove a public answer: one click by the member who asked for it or shared it."""

from __future__ import annotations

import re

import discord
import structlog

from cogs import limits
from cogs.interactions.control import Control
from cogs.interactions.errors import Refusal
from cogs.interactions.request import request_of, words_of
from cogs.interactions.responding import defer
from cogs.language.text import cut
from cogs.language.words import Words
from cogs.ui.controls import Button

log = structlog.stdlib.get_logger("cogs")

_CUSTOM_ID = "post:remove"


class PostControl(Control, feature="post"):
    """The button that removes a public answer."""

    template = re.compile(_CUSTOM_ID)

    @classmethod
    async def act(cls, interaction: discord.Interaction, custom_id: str, value: str | None) -> None:
        """Delete the message; the interaction's token is enough, without permissions of the bot."""
        if not request_of(interaction).owner:
            raise Refusal(words_of(interaction).remove_not_yours)
        await defer(interaction)
        await interaction.delete_original_response()
        message = interaction.message
        log.info(
            "public answer removed",
            channel=interaction.channel_id,
            message=message.id if message else None,
        )


def remove_button(words: Words, *, row: int) -> Button:
    """Make the button that removes a public answer."""
    label = cut(words.remove, limits.BUTTON_LABEL)
    return Button(label=label, custom_id=_CUSTOM_ID, row=row)
