"""What importing takes, by package."""

from __future__ import annotations

from benchmarks.imports import MODULES, by_package


def test_the_bot_imports_discord_and_more() -> None:
    alone, bot = map(by_package, MODULES)
    assert alone.keys() > {"discord", "aiohttp"}
    assert bot.keys() > {"discord", "aiohttp", "structlog", "api", "cogs"}
