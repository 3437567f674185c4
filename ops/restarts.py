"""Wait before the end if a restart cannot help, so that the bot is not restarted all day.

Discord allows a bot 1,000 starts a day, and resets its token above that.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

_FIRST_PAUSE, _LONGEST_PAUSE = 10.0, 3600.0

# Without a folder on disk, the number of earlier failures is unknown. In seconds.
_FIXED_PAUSE = 300.0


class FailedStarts:
    """Count failed starts in a row, in a file beside the cache on disk."""

    def __init__(self, cache_url: str) -> None:
        parts = urlsplit(cache_url)
        self._file = Path(parts.path) / "failed-starts" if parts.scheme == "disk" else None

    def add(self) -> float:
        """Count a failed start; return the seconds to wait, twice as many as the last time."""
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
        """Reset the count, as the bot has started."""
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
