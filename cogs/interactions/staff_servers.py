"""The servers whose moderators may see what members may not: the operator's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StaffServers:
    """Which servers are trusted: those of `ids`, or `every` server that has added the bot."""

    ids: frozenset[int] = frozenset()
    every: bool = False

    @classmethod
    def of(cls, ids: frozenset[int], *, public_bot: bool) -> StaffServers:
        """Return whom to trust if STAFF_GUILD_IDS names `ids`, or nobody.

        `public_bot` is Discord's "Public Bot": whether anyone can add the bot to a server of their
        own, and be a moderator there.
        """
        return cls(ids, every=not ids and not public_bot)

    @property
    def none(self) -> bool:
        """Whether no server is trusted."""
        return not self.ids and not self.every
