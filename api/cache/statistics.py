"""How the cache served one piece of work: for the metrics, and for the code that started it."""

from __future__ import annotations

from contextvars import ContextVar
from enum import IntEnum

from api.wire.metrics import LOOKUPS


class Found(IntEnum):
    """Where a value was found, the fastest first."""

    HIT = 0
    """In memory, and fresh."""
    STALE = 1
    """In memory, and stale."""
    STORE = 2
    """Not in memory, but on disk or in Redis."""
    MISS = 3
    """Nowhere: Astria was asked."""


class Lookups:
    """How the cache has served a piece of work so far."""

    __slots__ = ("found", "stale")

    found: Found | None
    """The slowest of the places where values were found."""
    stale: bool
    """Whether a value was stale."""


_lookups: ContextVar[Lookups | None] = ContextVar("lookups", default=None)

_IN_MEMORY = {
    Found.HIT: LOOKUPS.labels("memory", "hit"),
    Found.STALE: LOOKUPS.labels("memory", "stale"),
    Found.MISS: LOOKUPS.labels("memory", "miss"),
}


def begin_lookups() -> Lookups:
    """Start to record how the current task, and the tasks that it starts, are served."""
    lookups = Lookups()
    lookups.found, lookups.stale = None, False
    _lookups.set(lookups)
    return lookups


def count_in_memory(found: Found) -> None:
    """Count a look-up in memory."""
    _IN_MEMORY[found].inc()
    if found is not Found.MISS:
        note(found, stale=found is Found.STALE)


def count_in_store(age: float | None, ttl: float) -> None:
    """Count a look-up in the store; `age` is the age of the value, in seconds."""
    outcome = "miss" if age is None else "hit" if age < ttl else "stale"
    LOOKUPS.labels("store", outcome).inc()


def note(found: Found, *, stale: bool) -> None:
    """Record how the current work was served."""
    lookups = _lookups.get()
    if lookups is not None:
        if lookups.found is None or found > lookups.found:
            lookups.found = found
        lookups.stale = lookups.stale or stale
