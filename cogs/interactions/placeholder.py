"""The "is thinking" that stands for an answer, and what may be sent after it.

The first follow-up takes its place and its visibility (Discord's developer documentation,
"Receiving and Responding"). So nothing private is sent after a public one unless Discord has
confirmed that the placeholder has become a message of its own.
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
"""What is raised if Discord does not take a request: refusals, lost connections, time-outs."""

# For one request of Discord's, its repetitions included. In seconds.
_LONGEST_REQUEST = 5.0

_PLACEHOLDER = "placeholder"


class Placeholder(Enum):
    """The message in the place of the answer, until it comes."""

    NONE = auto()
    PRIVATE = auto()
    PUBLIC = auto()
    FREED = auto()
    """It has become a message of its own, to be deleted once the answer has been sent."""


def placeholder_of(interaction: discord.Interaction) -> Placeholder:
    """Return the message in the place of the answer to an interaction."""
    return interaction.extras.get(_PLACEHOLDER, Placeholder.NONE)


async def think(interaction: discord.Interaction, *, private: bool) -> None:
    """Show "is thinking" to the asker alone, or to the channel."""
    # Noted first: it may stand even if Discord's confirmation is lost.
    interaction.extras[_PLACEHOLDER] = Placeholder.PRIVATE if private else Placeholder.PUBLIC
    await interaction.response.defer(ephemeral=private, thinking=True)


def fill(interaction: discord.Interaction) -> None:
    """Note that the answer has taken the place of the placeholder."""
    interaction.extras[_PLACEHOLDER] = Placeholder.NONE


async def free(interaction: discord.Interaction) -> bool:
    """Make the placeholder a message of its own; return whether Discord has confirmed that."""
    try:
        async with asyncio.timeout(_LONGEST_REQUEST):
            await interaction.edit_original_response(content="…")
    except NOT_TAKEN as error:
        log.warning("the placeholder was not freed", cause=str(error) or repr(error))
        return False
    interaction.extras[_PLACEHOLDER] = Placeholder.FREED
    return True


async def delete_freed(interaction: discord.Interaction) -> None:
    """Delete what is left of a placeholder that was freed."""
    if placeholder_of(interaction) is Placeholder.FREED:
        fill(interaction)
        with suppress(*NOT_TAKEN):
            await interaction.delete_original_response()
