"""Wait before ending, if a restart cannot help: so the bot is not restarted all day.

Discord counts the starts of a bot, 1,000 a day, and takes its token away above that.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

_FIRST_PAUSE, _LONGEST_PAUSE = 10.0, 3600.0

# Without a folder on disk, it is not known how often the bot has failed before.
_FIXED_PAUSE = 300.0


class FailedStarts:
    """How often in a row the bot has failed to start, kept beside the cache on disk."""

    def __init__(self, cache_url: str) -> None:
        parts = urlsplit(cache_url)
        self._file = Path(parts.path) / "failed-starts" if parts.scheme == "disk" else None

    def add(self) -> float:
        """Count one more; return the seconds to wait, twice as many as the time before."""
        if self._file is None:
            return _FIXED_PAUSE
        count = self._count()
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file.touch(mode=0o600)
            self._file.write_text(str(count + 1))
        except OSError:
            return _FIXED_PAUSE
        return min(_FIRST_PAUSE * 2.0 ** min(count, 30), _LONGEST_PAUSE)

    def forget(self) -> None:
        """Begin to count again: the bot has started."""
        if self._file is not None:
            with suppress(OSError):
                self._file.unlink()

    def _count(self) -> int:
        if self._file is None:
            return 0
        try:
            return max(0, int(self._file.read_text()))
        except (OSError, ValueError):
            return 0
