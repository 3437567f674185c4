"""The bot: discord.py's client with the services for the features."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import discord
import structlog
from discord import app_commands
from discord.ext import commands

import cogs.about
import cogs.announcements
import cogs.compare
import cogs.help
import cogs.pack
import cogs.packs
from api.cache.store import account_of, open_store
from api.catalogue.answers import Answers
from api.catalogue.audience import Audience
from api.catalogue.catalogue import Catalogue
from api.catalogue.prices import PriceBook
from api.catalogue.shop_file import ShopFile
from api.wire.transport import kept_open
from cogs.connections import astria_client, discord_proxy
from cogs.discord_internals import (
    Json,
    answer_through_adapter,
    receive_controls,
    survive_the_gateway,
)
from cogs.interactions.allowances import LOOKUPS_A_MEMBER
from cogs.interactions.control import BACK
from cogs.interactions.cooldown import Cooldowns
from cogs.interactions.handling import PacksTree, receive_control
from cogs.interactions.recent_clicks import RecentClicks
from cogs.interactions.running import Running
from cogs.interactions.staff_servers import StaffServers
from cogs.interactions.suggestions import Suggestions
from cogs.language.languages import CommandTranslator
from cogs.registration import register_commands, wanted_commands
from config import CostsShownTo, Settings
from version import version

log = structlog.stdlib.get_logger("cogs.packs_bot")

_FEATURES = (
    cogs.pack, cogs.packs, cogs.compare, cogs.about, cogs.help, cogs.announcements,
)  # fmt: skip

# How long the bot waits for the registration of its commands before it starts with the old ones.
# In seconds.
_REGISTERING = 3.0

# The pause before the bot asks again how many starts are left. In seconds.
_LONGEST_WAIT = 3600.0


class PacksBot(commands.AutoShardedBot):
    """The Discord side of the bot; it needs no intent, and keeps no members or messages."""

    def __init__(self, settings: Settings, astria_api_key: str) -> None:
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
            connector=kept_open(),
            # Each attempt has its own limit (GatewaySocket).
            shard_connect_timeout=None,
            **discord_proxy(settings),
        )
        receive_controls(self, receive_control, keep=BACK)
        survive_the_gateway()
        if settings.shard_ids:
            self.shard_ids = list(settings.shard_ids)
        self.connected_shards = set[int]()
        """The connected shards of this process."""
        self.has_connected = False
        """Whether any shard has ever been connected."""
        self.fault: str | None = None
        """Why Discord does not let the bot in, in words for an operator."""
        self.version = version()
        self.command_ids = dict[str, int]()
        """Discord's ids of the slash commands, as soon as they are known."""
        self.pack_source = settings.pack_source
        self.own_listed = settings.own_packs == "listed"
        self.public_language = settings.public_language
        self.costs_shown_to: CostsShownTo = settings.costs_shown_to
        self.shop_file = ShopFile(settings.shop_file)
        self.cooldowns = Cooldowns()
        self.lookups = Cooldowns(LOOKUPS_A_MEMBER)
        self.suggestions = Suggestions()
        self.clicks = RecentClicks()
        self.running = Running()
        self.staff_servers = StaffServers(frozenset(settings.staff_guild_ids))
        self._dev_guild_id = settings.dev_guild_id
        self._registering: asyncio.Task[None] | None = None
        self.announce_channel_id = settings.announce_channel_id
        self.store = open_store(
            settings.cache_url,
            keep_for=settings.stale_ttl_seconds,
            account=account_of(
                settings.astria_api_url, astria_api_key, settings.astria_workspace_id
            ),
        )
        self._answers = Answers(astria_client(settings, astria_api_key), self.store)
        self.catalogue = Catalogue(
            self._answers,
            PriceBook(settings.astria_cost_mc_per_usd, self.shop_file),
            ttl=settings.cache_ttl_seconds,
            stale_ttl=settings.stale_ttl_seconds,
            own_listed=self.own_listed,
            members=Audience(costs=settings.costs_shown_to == "everyone"),
        )

    async def setup_hook(self) -> None:
        """Load the features, start to fill the catalogue, and register the commands."""
        answer_through_adapter()
        self._learn_whom_to_trust()
        self.catalogue.begin_loading()
        wanted = await self.load_features()
        self._registering = asyncio.create_task(
            register_commands(self, wanted, self._dev_guild_id, self.command_ids),
            name="register commands",
        )
        await asyncio.wait({self._registering}, timeout=_REGISTERING)

    async def load_features(self) -> Sequence[Json]:
        """Load the features; return their commands as JSON for Discord."""
        for feature in _FEATURES:
            await feature.setup(self)
        translator = CommandTranslator()
        await self.tree.set_translator(translator)
        return await wanted_commands(self, translator)

    def _learn_whom_to_trust(self) -> None:
        public_bot = self.application is None or self.application.bot_public
        self.staff_servers = StaffServers.of(self.staff_servers.ids, public_bot=public_bot)
        if self.staff_servers.none:
            log.warning(
                "anyone can add this bot to a server, so no moderator sees packs that are not "
                "public; name your own servers in STAFF_GUILD_IDS"
            )

    async def connect(self, *, reconnect: bool = True) -> None:
        """Connect the shards as soon as Discord allows a start for each of them."""
        while True:
            seconds = await self._seconds_until_starts()
            if not seconds:
                break
            await asyncio.sleep(seconds)
        self.fault = None
        await super().connect(reconnect=reconnect)

    async def _seconds_until_starts(self) -> float:
        """Return the seconds to wait before the shards may start.

        Discord resets the token of a bot that starts more often than allowed (Discord's developer
        documentation, "Gateway", "Session Start Limit").
        """
        try:
            limits = await self.fetch_session_start_limits()
            seconds = min(max(1.0, limits.reset_after / 1000), _LONGEST_WAIT)
            if limits.remaining >= max(1, len(self.own_shards)):
                return 0.0
        except Exception as error:
            # The attempt to connect will report the fault.
            log.debug("the number of starts left is not known", cause=repr(error))
            return 0.0
        self.fault = f"{limits.remaining} of {limits.total} starts left for today"
        log.error(
            "Discord allows no more starts for now; find out why the bot starts so often",
            left=limits.remaining,
            of=limits.total,
            in_seconds=seconds,
        )
        return seconds

    @property
    def own_shards(self) -> Sequence[int]:
        """The shards of this process; empty until Discord has said how many shards there are."""
        return self.shard_ids or range(self.shard_count or 0)

    async def on_shard_connect(self, shard_id: int) -> None:
        """Count a shard as connected."""
        self.connected_shards.add(shard_id)
        self.has_connected = True

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Count a shard as connected again."""
        self.connected_shards.add(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Count a shard as disconnected."""
        self.connected_shards.discard(shard_id)

    async def leave_gateway(self) -> None:
        """Leave the gateway; interactions that have arrived can still be answered."""
        leaving = [shard.disconnect() for shard in self.shards.values()]
        await asyncio.gather(*leaving, return_exceptions=True)

    async def close(self) -> None:
        """Leave Discord first, so that no new interactions arrive; then close the rest."""
        if self._registering:
            self._registering.cancel()
        await super().close()
        await self.catalogue.close()
        await self._answers.close()
