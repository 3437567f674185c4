"""How much one member may ask for: more than a person can look at, less than a script would."""

from __future__ import annotations

from datetime import datetime

from cachetools import TTLCache
from discord.app_commands import Cooldown

# Somebody who clicks through pictures as fast as they appear makes three clicks a second at most,
# and looks at something now and then.
_REQUESTS, _SECONDS = 60, 20.0

_MOST_MEMBERS = 50_000


class Cooldowns:
    """Count what each member asks for; after the time of one window a member is forgotten."""

    def __init__(self) -> None:
        self._members = TTLCache[int, Cooldown](_MOST_MEMBERS, _SECONDS)

    def wait(self, user_id: int, at: datetime) -> float | None:
        """Count a request; return the seconds to wait where it is one too many."""
        cooldown = self._members.get(user_id)
        if cooldown is None:
            cooldown = self._members[user_id] = Cooldown(_REQUESTS, _SECONDS)
        return cooldown.update_rate_limit(at.timestamp())
