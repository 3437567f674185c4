"""Whether a member may ask once more."""

from __future__ import annotations

import discord

from cogs.context import services_of, words_of
from cogs.errors import Refusal, answer_error


async def permitted(interaction: discord.Interaction) -> bool:
    """Count what a member asks for; where it is too much, say so and when to try again."""
    wait = services_of(interaction).cooldowns.wait(interaction.user.id, interaction.created_at)
    if wait is None:
        return True
    await answer_error(interaction, Refusal(words_of(interaction).slow_down(wait)))
    return False
