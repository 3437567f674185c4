"""Read the bot's log while it is written: count its warnings, find unexpected lines."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import msgspec

_UNEXPECTED = {"error", "critical"}
_MOST_KEPT = 50

# The variable parts of similar lines: ids of interactions, of processes, of sessions.
_NUMBER = re.compile(r"\b[0-9a-f]{8,}\b")


class Journal:
    """Count lines of the log, and keep the unexpected ones."""

    def __init__(self) -> None:
        self.said = Counter[tuple[str, str]]()
        """How often each event was logged, by level and event."""
        self.unexpected: list[str] = []
        """Errors, exceptions of any level, and lines that are not in the log's format."""

    def read(self, line: str) -> None:
        """Read a line."""
        try:
            fields = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError:
            self._keep(line)
            return
        level = str(fields.get("level"))
        self.said[level, _NUMBER.sub("…", str(fields.get("event")))] += 1
        if level in _UNEXPECTED or "exception" in fields:
            self._keep(line)

    def _keep(self, line: str) -> None:
        if len(self.unexpected) < _MOST_KEPT:
            self.unexpected.append(line)
