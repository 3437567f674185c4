"""The operator's own servers, whose moderators may see more than members."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StaffServers:
    """The trusted servers: those in `ids`, or `every` server that has added the bot."""

    ids: frozenset[int] = frozenset()
    every: bool = False

    @classmethod
    def of(cls, ids: frozenset[int], *, public_bot: bool) -> StaffServers:
        """Return the trusted servers; `ids` are those in STAFF_GUILD_IDS, if any.

        `public_bot` is Discord's "Public Bot": whether anyone can add the bot to their own server,
        where they are moderators.
        """
        return cls(ids, every=not ids and not public_bot)

    @property
    def none(self) -> bool:
        """Whether there is no trusted server."""
        return not self.ids and not self.every
