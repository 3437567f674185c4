"""A limit of requests per member: more than a person needs, fewer than a script makes."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

# Somebody who clicks through pictures as fast as they appear makes at most three clicks a second,
# and sometimes looks at one.
REQUESTS, SECONDS = 80, 20.0


class Cooldowns:
    """Count each member's requests per window of time."""

    def __init__(self, most: int = REQUESTS) -> None:
        self._most = most
        self._counts = Counter[int]()
        self._ends = 0.0

    def hit(self, user_id: int, at: datetime) -> float | None:
        """Count a request; return the seconds to wait if it is one too many."""
        now = at.timestamp()
        # A request with a wrong date, such as an hour ahead, must not keep a window open for long.
        if not self._ends - SECONDS <= now < self._ends:
            self._counts.clear()
            self._ends = now + SECONDS
        self._counts[user_id] += 1
        return self._ends - now if self._counts[user_id] > self._most else None
