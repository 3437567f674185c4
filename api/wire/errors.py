"""Errors of Astria: one exception per case that needs a different action by a person."""

from __future__ import annotations

# The key is not accepted, a legal reason, or a redirect.
_REFUSALS = frozenset({401, 403, 451, *range(300, 400)})


class AstriaError(Exception):
    """A request gave no usable answer; holds the details for the log."""

    def __init__(self, path: str, detail: str, *, status: int | None = None) -> None:
        super().__init__(f"{path}: {detail}" + (f" (status {status})" if status else ""))
        self.path = path
        self.detail = detail
        self.status = status

    @property
    def may_mean_gone(self) -> bool:
        """Whether the pack may no longer exist; Astria's lists can confirm it."""
        return self.status in _REFUSALS


class NotFound(AstriaError):
    """The pack does not exist, or is hidden from the asker."""


class KeyRefused(AstriaError):
    """Astria does not accept the API key: the operator has to set a valid one."""


class RateLimited(AstriaError):
    """Astria asks for fewer requests; the bot sends none for `retry_after` seconds."""

    def __init__(self, path: str, detail: str, *, retry_after: float) -> None:
        super().__init__(path, detail, status=429)
        self.retry_after = retry_after


class Unavailable(AstriaError):
    """Astria cannot be reached, is too slow, or reports a fault of its own."""


class NotUnderstood(AstriaError):
    """Astria's answer is not what its page documents."""
