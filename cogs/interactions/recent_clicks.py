"""Recently used controls."""

from __future__ import annotations

import discord
from cachetools import TTLCache

# A second click within this time is a double click. In seconds.
_SAME_CLICK = 30.0

_MOST_CLICKS = 10_000


class RecentClicks:
    """Distinguish repeated clicks on a button from the first one."""

    def __init__(self) -> None:
        self._seen = TTLCache[tuple[int, str], None](_MOST_CLICKS, _SAME_CLICK)

    def is_first(self, interaction: discord.Interaction, custom_id: str) -> bool:
        """Tell whether this is the first recent use of a message's control; record the use."""
        key = _key(interaction, custom_id)
        first = key not in self._seen
        self._seen[key] = None
        return first

    def forget(self, interaction: discord.Interaction, custom_id: str) -> None:
        """Forget a click that failed, so that the next one counts."""
        self._seen.pop(_key(interaction, custom_id), None)


def _key(interaction: discord.Interaction, custom_id: str) -> tuple[int, str]:
    return interaction.message.id if interaction.message else 0, custom_id
