"""The "is thinking" message in the place of an answer, and which messages may follow it.

The first follow-up takes over its place and its visibility (Discord's developer documentation,
"Receiving and Responding"). So after a public placeholder the bot sends nothing private, unless
Discord has confirmed that the placeholder is now a separate message.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from enum import Enum, auto

import aiohttp
import discord
import structlog

log = structlog.stdlib.get_logger("cogs")

NOT_TAKEN = (discord.HTTPException, aiohttp.ClientError, OSError)
"""The errors if Discord does not accept a request: refusals, lost connections, timeouts."""

# For one request to Discord, including retries. In seconds.
_LONGEST_REQUEST = 5.0

_PLACEHOLDER = "placeholder"


class Placeholder(Enum):
    """The message in the place of the answer, until the answer is sent."""

    NONE = auto()
    PRIVATE = auto()
    PUBLIC = auto()
    FREED = auto()
    """It is a separate message now, to be deleted after the answer has been sent."""


def placeholder_of(interaction: discord.Interaction) -> Placeholder:
    """Return the message in the place of the answer to an interaction."""
    return interaction.extras.get(_PLACEHOLDER, Placeholder.NONE)


async def think(interaction: discord.Interaction, *, private: bool) -> None:
    """Show "is thinking" to the asker alone, or to the channel."""
    # Recorded first: the placeholder may exist even if Discord's confirmation is lost.
    interaction.extras[_PLACEHOLDER] = Placeholder.PRIVATE if private else Placeholder.PUBLIC
    await interaction.response.defer(ephemeral=private, thinking=True)


def fill(interaction: discord.Interaction) -> None:
    """Record that the answer has replaced the placeholder."""
    interaction.extras[_PLACEHOLDER] = Placeholder.NONE


async def free(interaction: discord.Interaction) -> bool:
    """Make the placeholder a separate message; return whether Discord has confirmed that."""
    try:
        async with asyncio.timeout(_LONGEST_REQUEST):
            await interaction.edit_original_response(content="…")
    except NOT_TAKEN as error:
        log.warning("the placeholder was not freed", cause=str(error) or repr(error))
        return False
    interaction.extras[_PLACEHOLDER] = Placeholder.FREED
    return True


async def delete_freed(interaction: discord.Interaction) -> None:
    """Delete a placeholder that was made a separate message."""
    if placeholder_of(interaction) is Placeholder.FREED:
        fill(interaction)
        with suppress(*NOT_TAKEN):
            await interaction.delete_original_response()
