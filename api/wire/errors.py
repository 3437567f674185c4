"""What can go wrong with Astria: one exception for each thing a person would do differently."""

from __future__ import annotations

# The key is not accepted, the law forbids it, or it is elsewhere.
_REFUSALS = frozenset({401, 403, 451, *range(300, 400)})


class AstriaError(Exception):
    """Carry what the log needs about a call that gave no usable answer."""

    def __init__(self, path: str, detail: str, *, status: int | None = None) -> None:
        super().__init__(f"{path}: {detail}" + (f" (status {status})" if status else ""))
        self.path = path
        self.detail = detail
        self.status = status

    @property
    def may_mean_gone(self) -> bool:
        """Whether Astria may answer so for a pack that is no longer there: its lists can tell."""
        return self.status in _REFUSALS


class NotFound(AstriaError):
    """There is no such pack, or none that the asker may see."""


class KeyRefused(AstriaError):
    """Astria does not accept the API key: the operator has to set a valid one."""


class RateLimited(AstriaError):
    """Astria asks for fewer requests; nothing is asked for `retry_after` seconds."""

    def __init__(self, path: str, detail: str, *, retry_after: float) -> None:
        super().__init__(path, detail, status=429)
        self.retry_after = retry_after


class Unavailable(AstriaError):
    """Astria cannot be reached, is too slow, or reports a fault of its own."""


class NotUnderstood(AstriaError):
    """Astria answered with something other than what its page documents."""
