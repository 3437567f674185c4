"""The servers whose moderators may see what members may not: the operator's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StaffServers:
    """Tell which servers are trusted.

    `ids` are those of `STAFF_GUILD_IDS`; `public_bot` is Discord's "Public Bot": whether anyone can
    add the bot to a server of their own, and be a moderator there.
    """

    ids: frozenset[int] = frozenset()
    public_bot: bool = True

    @property
    def none(self) -> bool:
        """Whether no server is trusted."""
        return not self.ids and self.public_bot

    def trust(self, guild_id: int | None) -> bool:
        """Tell whether the moderators of a server may see packs that are not public."""
        if self.ids:
            return guild_id in self.ids
        return guild_id is not None and not self.public_bot
