"""The way in: read the settings, build the bot, run it until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from api.catalogue import Catalogue
from api.client import AstriaClient
from api.costs import CostBook
from api.store import open_store
from cogs import EXTENSIONS
from cogs.cooldown import Cooldowns
from cogs.languages import CommandTranslator
from cogs.registration import register_commands
from cogs.running import Running
from cogs.tree import PacksTree
from config import PreviewSettings, Settings, SettingsError, load_settings
from logs import set_up_logging
from version import version

log = structlog.stdlib.get_logger("bot")

_USAGE_ERROR = 2


class PacksBot(commands.AutoShardedBot):
    """The Discord side of the bot; it needs no intent, and keeps no members or messages."""

    def __init__(self, settings: PreviewSettings, astria_api_key: str) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=PacksTree,
            intents=discord.Intents.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            shard_count=settings.shard_count,
        )
        if settings.shard_ids:
            self.shard_ids = list(settings.shard_ids)
        self.version = version()
        self.pack_source = settings.pack_source
        self.cooldowns = Cooldowns()
        self.running = Running()
        self._dev_guild_id = settings.dev_guild_id
        self._client = AstriaClient(
            settings.astria_api_url,
            astria_api_key,
            timeout=settings.astria_timeout_seconds,
            cost_mc_per_usd=settings.astria_cost_mc_per_usd,
            store=open_store(settings.cache_url, keep_for=settings.stale_ttl_seconds),
        )
        self.catalogue = Catalogue(
            self._client,
            ttl=settings.cache_ttl_seconds,
            stale_ttl=settings.stale_ttl_seconds,
            costs=CostBook("ASTRIA_COST_MC_PER_USD"),
        )

    async def setup_hook(self) -> None:
        """Load the features, register the commands, and begin to fill the catalogue."""
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        translator = CommandTranslator()
        await self.tree.set_translator(translator)
        await register_commands(self, translator, self._dev_guild_id)
        self.catalogue.begin_loading()

    async def close(self) -> None:
        """Leave Discord first, so that nobody asks any more, then close the rest."""
        await super().close()
        await self.catalogue.close()
        await self._client.close()


async def _run(settings: Settings) -> None:
    bot = PacksBot(settings, settings.astria_api_key.get_secret_value())
    loop = asyncio.get_running_loop()
    running = asyncio.ensure_future(bot.start(settings.discord_token.get_secret_value()))
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        log.info("stopping")
    finally:
        await bot.close()


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A Discord bot for Astria's photo packs.")
    parser.add_argument(
        "--preview", action="store_true", help="show the bot in a browser; no account is needed"
    )
    parser.add_argument(
        "--port", type=int, default=8765, help="the preview's port (default: %(default)s)"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bot, or its preview; return the exit status."""
    options = _arguments(arguments)
    try:
        if options.preview:
            return _preview(load_settings(PreviewSettings), options.port)
        return _production(load_settings(Settings))
    except SettingsError as error:
        print(f"The settings are not right yet:\n{_listed(error.problems)}", file=sys.stderr)
        return _USAGE_ERROR


def _listed(problems: Sequence[str]) -> str:
    return "\n".join(f"  - {problem}" for problem in problems)


def _production(settings: Settings) -> int:
    set_up_logging(settings.log_level, settings.log_format, settings.secrets())
    try:
        asyncio.run(_run(settings))
    except discord.LoginFailure:
        log.error("Discord does not accept DISCORD_TOKEN; copy it anew from the developer portal")  # noqa: TRY400
        return 1
    return 0


def _preview(settings: PreviewSettings, port: int) -> int:
    # The preview's libraries are not installed in production.
    from preview.page import serve_preview

    set_up_logging(settings.log_level, settings.log_format, settings.secrets())
    return asyncio.run(serve_preview(PacksBot, settings, port))


if __name__ == "__main__":
    sys.exit(main())
