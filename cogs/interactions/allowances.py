"""A limit of look-ups at Astria per member, so that a flood does not reach Astria's own limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cogs.interactions.cooldown import SECONDS, Cooldowns

# A page of /packs looks up five packs, /compare three. Per window of the cool-down.
LOOKUPS_A_MEMBER = 30
LOOKUPS_AT_ONCE = 10


@dataclass(slots=True)
class LookupAllowance:
    """The look-ups that one interaction may still cause."""

    cooldowns: Cooldowns
    user_id: int
    at: datetime
    left: int = LOOKUPS_AT_ONCE

    def spend(self) -> float | None:
        """Take one request; return the seconds to wait if none is left."""
        if not self.left:
            return SECONDS
        self.left -= 1
        return self.cooldowns.hit(self.user_id, self.at)
