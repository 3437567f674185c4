"""Discord's part of `--check`. It does not connect to the gateway: Discord limits starts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

import discord

from cogs.announcements.channel import CannotAnnounce, Channel
from cogs.discord_internals import Json, registered_commands
from cogs.interactions.staff_servers import StaffServers
from cogs.packs_bot import PacksBot
from cogs.registration import are_registered, refusal
from config import ProductionSettings
from ops.causes import lasting_cause, passing_cause
from ops.finding import Finding

# Enough for five attempts of discord.py. In seconds.
_LONGEST_LOGIN = 30.0
_LONGEST_CALL = 10.0

_NOT_TRIED = "not tried, as Discord did not let the bot in"


class _Bot(PacksBot):
    """The bot, but it registers no commands and sends no requests to Astria."""

    commands_wanted: Sequence[Json] = ()

    async def setup_hook(self) -> None:
        """Load the features."""
        self.commands_wanted = await self.load_features()


async def discord_findings(settings: ProductionSettings) -> AsyncGenerator[Finding]:
    """Yield the findings about Discord."""
    async with _Bot(replace(settings, cache_url="mem://", shop_file=None), "") as bot:
        yield await _token(bot, settings.discord_token.get_secret_value())
        yield _hidden_packs(settings.staff_guild_ids, bot.application)
        yield await _starts(bot)
        yield await _commands(bot, settings.dev_guild_id)
        if settings.announce_channel_id is not None:
            yield await _announcements(bot, settings.announce_channel_id)


async def _token(bot: _Bot, token: str) -> Finding:
    try:
        async with asyncio.timeout(_LONGEST_LOGIN):
            await bot.login(token)
    except Exception as error:
        return _token_finding(_words(error))
    if bot.application and bot.application.interactions_endpoint_url:
        return _token_finding(
            "accepted, but the commands would go elsewhere. In the developer portal empty "
            "Interactions Endpoint URL on the General Information page"
        )
    return _token_finding(f"accepted; the bot is {bot.user}", works=True)


def _token_finding(says: str, *, works: bool = False) -> Finding:
    return Finding("Discord token", works, says)


def _words(error: Exception) -> str:
    if lasting := lasting_cause(error):
        return lasting
    cause = str(error) or type(error).__name__
    return f"{passing_cause(error) or 'Discord gives an answer that cannot be read'} ({cause})"


def _hidden_packs(staff_guild_ids: Sequence[int], application: discord.AppInfo | None) -> Finding:
    """Return which servers' moderators may see packs that are not public."""
    if application is None:
        says = "not tried, as Discord did not say who can add the bot"
        return Finding("hidden packs", works=False, says=says)
    servers = StaffServers.of(frozenset(staff_guild_ids), public_bot=application.bot_public)
    if servers.none:
        says = (
            "nobody sees packs that are not public, as anyone can add this bot to a server. Name "
            "your own servers in STAFF_GUILD_IDS, or turn Public Bot off"
        )
    elif servers.ids:
        listed = ", ".join(str(one) for one in sorted(servers.ids))
        says = f"moderators of the servers in STAFF_GUILD_IDS see them ({listed})"
    else:
        says = "moderators of every server with the bot see them, as only you can add it"
    return Finding("hidden packs", works=True, says=says)


async def _starts(bot: _Bot) -> Finding:
    if not bot.commands_wanted:
        return Finding("starts", works=False, says=_NOT_TRIED)
    try:
        async with asyncio.timeout(_LONGEST_CALL):
            limits = await bot.fetch_session_start_limits()
    except Exception as error:
        return Finding("starts", works=False, says=_words(error))
    says = f"{limits.remaining} of {limits.total} starts left"
    if limits.remaining < 1:
        minutes = round(limits.reset_after / 60_000)
        says += f"; the bot waits until there are more, in {minutes} minutes. Find in its log why "
        says += "it starts so often"
    return Finding("starts", limits.remaining > 0, says)


async def _commands(bot: _Bot, guild_id: int | None) -> Finding:
    wanted = bot.commands_wanted
    if not wanted:
        return Finding("commands", works=False, says=_NOT_TRIED)
    try:
        async with asyncio.timeout(_LONGEST_CALL):
            registered = await registered_commands(bot, guild_id)
            ready = are_registered(wanted, registered, guild_id)
    except Exception as error:
        return Finding("commands", works=False, says=refusal(error))
    where = f"in server {guild_id} only, as DEV_GUILD_ID says" if guild_id else "everywhere"
    when = "are registered" if ready else "will be registered at the next start"
    return Finding("commands", works=True, says=f"{len(wanted)} commands {when}, {where}")


async def _announcements(bot: _Bot, channel_id: int) -> Finding:
    if not bot.commands_wanted:
        return Finding("announcements", works=False, says=_NOT_TRIED)
    try:
        async with asyncio.timeout(_LONGEST_CALL):
            channel = await Channel(bot, channel_id).open()
    except CannotAnnounce as error:
        return Finding("announcements", works=False, says=str(error))
    except Exception as error:
        return Finding("announcements", works=False, says=_words(error))
    return Finding("announcements", works=True, says=f"the bot can post in #{channel.name}")
