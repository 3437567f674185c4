"""The bot's version, which stands in pyproject.toml alone."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def version() -> str:
    """Return the version of this copy of the bot."""
    with (Path(__file__).parent / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
