"""How many requests to Astria one piece of work may cause, so that nobody uses up all of them."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol

from api.wire.errors import AstriaError


class Allowance(Protocol):
    """What a piece of work may still spend."""

    def spend(self) -> float | None:
        """Take one request; return the seconds to wait if none is left."""
        ...


class OverAllowance(AstriaError):
    """The member has caused too many requests lately; Astria was not asked."""

    def __init__(self, path: str, retry_after: float) -> None:
        super().__init__(path, "too many requests of one asker")
        self.retry_after = retry_after


allowance: ContextVar[Allowance | None] = ContextVar("allowance", default=None)
"""What the requests of the current task, and of those it begins, are charged to."""


def charge(path: str) -> None:
    """Take a request out of the current allowance, if there is one; raises OverAllowance."""
    wait = _spend()
    if wait is not None:
        raise OverAllowance(path, wait)


def affords_another() -> bool:
    """Take another attempt out of the current allowance; tell whether it is there."""
    return _spend() is None


def _spend() -> float | None:
    charged = allowance.get()
    return charged.spend() if charged else None
