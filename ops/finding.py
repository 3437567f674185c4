"""A result of `--check`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one thing that the bot depends on; if it fails, `says` has the remedy."""

    name: str
    works: bool
    says: str

    def __str__(self) -> str:
        return f"{'✓' if self.works else '✗'} {self.name}: {self.says}"
