"""A budget of requests to Astria per piece of work, so that no member uses up all of them."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol

from api.wire.errors import AstriaError


class Allowance(Protocol):
    """The requests that a piece of work may still make."""

    def spend(self) -> float | None:
        """Take one request; return the seconds to wait if none is left."""
        ...


class OverAllowance(AstriaError):
    """The member has caused too many requests lately; no request was sent."""

    def __init__(self, path: str, retry_after: float) -> None:
        super().__init__(path, "too many requests of one asker")
        self.retry_after = retry_after


allowance: ContextVar[Allowance | None] = ContextVar("allowance", default=None)
"""The budget that pays for requests of the current task and of the tasks that it starts."""


def charge(path: str) -> None:
    """Charge a request to the current allowance, if there is one; raises OverAllowance."""
    wait = _spend()
    if wait is not None:
        raise OverAllowance(path, wait)


def affords_another() -> bool:
    """Charge another attempt to the current allowance; return whether it allows one."""
    return _spend() is None


def _spend() -> float | None:
    charged = allowance.get()
    return charged.spend() if charged else None
