"""What `--check` says of one thing that the bot depends on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing the bot depends on; `says` is what to do if it fails."""

    name: str
    works: bool
    says: str

    def __str__(self) -> str:
        return f"{'✓' if self.works else '✗'} {self.name}: {self.says}"
