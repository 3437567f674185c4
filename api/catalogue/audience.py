"""The readers of an answer decide what it may contain."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Audience:
    """The readers of an answer: the asker alone, or everybody who sees the channel."""

    hidden: bool = False
    """May see packs that are not public, or are unlisted."""
    costs: bool = True
    """May see Astria's costs."""


EVERYONE = Audience()
