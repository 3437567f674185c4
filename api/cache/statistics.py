"""How the cache served one piece of work: for the metrics, and for the code that began the work."""

from __future__ import annotations

from contextvars import ContextVar
from enum import IntEnum

from api.wire.metrics import LOOKUPS


class Found(IntEnum):
    """Where something was found, the quickest first."""

    HIT = 0
    """In memory, and fresh."""
    STALE = 1
    """In memory, and past its time."""
    STORE = 2
    """Not in memory, but on disk or in Redis."""
    MISS = 3
    """Nowhere: Astria was asked."""


class Lookups:
    """How a piece of work has been served so far."""

    __slots__ = ("found", "stale")

    found: Found | None
    """The slowest way that something was found in."""
    stale: bool
    """Something that was found is past its time."""


_lookups: ContextVar[Lookups | None] = ContextVar("lookups", default=None)

_IN_MEMORY = {
    Found.HIT: LOOKUPS.labels("memory", "hit"),
    Found.STALE: LOOKUPS.labels("memory", "stale"),
    Found.MISS: LOOKUPS.labels("memory", "miss"),
}


def begin_lookups() -> Lookups:
    """Return what tells, from now on, how the current task and those it begins are served."""
    lookups = Lookups()
    lookups.found, lookups.stale = None, False
    _lookups.set(lookups)
    return lookups


def count_in_memory(found: Found) -> None:
    """Count something that was looked up in memory."""
    _IN_MEMORY[found].inc()
    if found is not Found.MISS:
        note(found, stale=found is Found.STALE)


def count_in_store(age: float | None, ttl: float) -> None:
    """Count something that was looked up in the store; `age` is that of what was found."""
    outcome = "miss" if age is None else "hit" if age < ttl else "stale"
    LOOKUPS.labels("store", outcome).inc()


def note(found: Found, *, stale: bool) -> None:
    """Note how the current work was served."""
    lookups = _lookups.get()
    if lookups is not None:
        if lookups.found is None or found > lookups.found:
            lookups.found = found
        lookups.stale = lookups.stale or stale
