"""A value with its age, as memory and the store keep it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar, cast

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Cached(Generic[T]):
    """A value with the time of its loading, and whether it is stale.

    Each is only equal to itself, so that it can be the key of results made from it.
    """

    value: T
    loaded_at: float
    """On the clock of `time.monotonic`, in seconds."""
    stale: bool = False
    failing: bool = False
    """The last attempt to load it again has failed."""
    partial: bool = False
    """The pack comes from a list, as its details could not be loaded: it has no pictures."""

    @property
    def age(self) -> float:
        """The age of the value, in seconds."""
        return time.monotonic() - self.loaded_at

    @property
    def as_of(self) -> datetime:
        """The time when the value was loaded."""
        return datetime.now(UTC) - timedelta(seconds=self.age)

    def holding(self, value: U) -> Cached[U]:
        """Return another value with the same age."""
        return replace(cast("Cached[U]", self), value=value)


def aged(value: T, age: float) -> Cached[T]:
    """Return a value that was loaded `age` seconds ago."""
    return Cached(value, time.monotonic() - age)
