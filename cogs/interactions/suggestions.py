"""Autocomplete requests: only the latest of each member is answered, up to a limit."""

from __future__ import annotations

import asyncio

import discord

from cogs.interactions.cooldown import Cooldowns

# Clients ask at most some three times a second while somebody types.
SUGGESTIONS_A_MEMBER = 100


class Suggestions:
    """Decide which autocomplete requests to answer."""

    def __init__(self) -> None:
        self._cooldowns = Cooldowns(SUGGESTIONS_A_MEMBER)
        self._latest = dict[int, int]()

    async def is_wanted(self, interaction: discord.Interaction) -> bool:
        """Tell whether a member still waits for these suggestions, and is below the limit."""
        user_id = interaction.user.id
        if self._cooldowns.hit(user_id, interaction.created_at) is not None:
            return False
        self._latest[user_id] = interaction.id
        # Let other requests that arrived at the same time reach this point first.
        await asyncio.sleep(0)
        wanted = self._latest.get(user_id) == interaction.id
        if wanted:
            del self._latest[user_id]
        return wanted
