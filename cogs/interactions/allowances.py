"""How many packs a member may have looked up at Astria: a flood ends before Astria's own limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cogs.interactions.cooldown import SECONDS, Cooldowns

# A page of /packs looks up five packs, /compare three. In the window of the cool-down.
LOOKUPS_A_MEMBER = 30
LOOKUPS_AT_ONCE = 10


@dataclass(slots=True)
class LookupAllowance:
    """What one interaction may still have looked up."""

    cooldowns: Cooldowns
    user_id: int
    at: datetime
    left: int = LOOKUPS_AT_ONCE

    def spend(self) -> float | None:
        """Take one request; return the seconds to wait if there is none left."""
        if not self.left:
            return SECONDS
        self.left -= 1
        return self.cooldowns.hit(self.user_id, self.at)
