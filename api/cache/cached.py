"""A value with its age: what memory and the store keep, and what callers get."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar, cast

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Cached(Generic[T]):
    """A value with the moment it was loaded, and whether it is past its time.

    Each is only equal to itself, so that what was made of it can be remembered by it.
    """

    value: T
    loaded_at: float
    """On the clock of `time.monotonic`, in seconds."""
    stale: bool = False
    failing: bool = False
    """The last attempt to load it again has failed."""
    partial: bool = False
    """A pack of which only its list could be had: it has no pictures."""

    @property
    def age(self) -> float:
        """How long ago the value was loaded, in seconds."""
        return time.monotonic() - self.loaded_at

    @property
    def as_of(self) -> datetime:
        """When the value was loaded."""
        return datetime.now(UTC) - timedelta(seconds=self.age)

    def holding(self, value: U) -> Cached[U]:
        """Return another value of the same age."""
        return replace(cast("Cached[U]", self), value=value)


def aged(value: T, age: float) -> Cached[T]:
    """Return a value that was loaded so many seconds ago."""
    return Cached(value, time.monotonic() - age)
