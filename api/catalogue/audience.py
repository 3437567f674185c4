"""Who will read an answer, and so what may be in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Audience:
    """Whoever reads an answer: the asker alone, or all who see the channel."""

    hidden: bool = False
    """May see packs that are not public, or are unlisted."""
    costs: bool = True
    """May see Astria's costs."""


EVERYONE = Audience()
