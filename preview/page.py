"""The page: the real bot on a simulated Discord, with the stand-in for Astria."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import discord
import simcord

from cogs.packs_bot import PacksBot
from config import Settings
from preview.greeting import LOCALES, greeting
from standins.astria.demo_packs import demo_packs
from standins.astria.pictures import Pictures
from standins.astria.server import Astria, astria_server
from standins.simulation import complete_interactions, let_only_its_owner_add

_KEY = "preview-key"

# In seconds: the longest wait until all packs are loaded, and for an answer on a busy machine.
_LOADED_AFTER, _SETTLED_WITHIN = 20.0, 30.0

_OPEN_THIS = """
Open this address in a browser, all of it: what follows # belongs to it.

  {url}

Ctrl-C ends the demo."""


@dataclass(frozen=True)
class PreviewPage:
    """The page with its server, people and messages."""

    url: str
    env: simcord.Env
    astria: Astria
    channel: simcord.ChannelHandle
    locale: str
    mia: simcord.MemberActor
    sam: simcord.MemberActor


@asynccontextmanager
async def preview_page(
    settings: Settings, port: int, *, language: str = "en"
) -> AsyncGenerator[PreviewPage]:
    """Open the page on a loopback port (0: any free one), for people who speak a language."""
    packs = demo_packs()
    async with astria_server(key=_KEY) as astria:
        astria.offer(*packs.mine)
        astria.offer(*packs.gallery, gallery=True)
        local = replace(settings, astria_api_url=astria.url, shard_count=1, shard_ids=None)
        bot, pictures = PacksBot(local, _KEY), Pictures(packs.all)
        let_only_its_owner_add(bot)
        try:
            async with (
                simcord.run(bot, check_errors=False) as env,
                _channel_page(env, bot, astria, pictures, port, LOCALES[language]) as page,
            ):
                yield page
        finally:
            await bot.close()


async def finish_loading(preview: PreviewPage) -> None:
    """Load all packs now, then stop: simcord waits for background work before each answer."""
    await preview.env.advance_time(_LOADED_AFTER)
    await cast(PacksBot, preview.env.bot).catalogue.end_loading()
    preview.env.settle_timeout = _SETTLED_WITHIN


@asynccontextmanager
async def _channel_page(
    env: simcord.Env,
    bot: PacksBot,
    astria: Astria,
    pictures: Pictures,
    port: int,
    locale: str,
) -> AsyncGenerator[PreviewPage]:
    env.backend.edit_bot_profile("Photo packs")
    guild = env.create_guild("Photo pack community")
    channel = guild.create_text_channel("ask-about-packs")
    rights = discord.Permissions(manage_messages=True, manage_guild=True)
    support = guild.create_role("Support", permissions=rights)
    mia = guild.add_member(env.create_user("mia", global_name="Mia"))
    sam = guild.add_member(env.create_user("sam", global_name="Sam"), roles=[support])
    complete_interactions(env, {mia.id: locale, sam.id: locale})
    await guild.create_webhook(channel, "Welcome").send(greeting(bot, locale))
    async with env.preview(
        channel,
        viewers=[mia, sam],
        layout="channel",
        locale=locale,
        # The page's clock stands still. It is a minute ahead, so that nothing is in the future.
        presentation_time=datetime.now(UTC) + timedelta(minutes=1),
        port=port or None,
    ) as preview:
        # simcord's public argument, `assets`, needs the bytes of all pictures at the start: drawing
        # more than 200 takes seconds. Here, each is drawn when it is first shown.
        preview._explicit_assets = pictures  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
        yield PreviewPage(preview.url, env, astria, channel, locale, mia, sam)


async def serve_preview(settings: Settings, port: int, language: str) -> int:
    """Show the page until Ctrl-C or SIGTERM; return the exit status."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    try:
        async with preview_page(settings, port, language=language) as page:
            print(_OPEN_THIS.format(url=page.url), flush=True)
            await stop.wait()
    except simcord.SetupError as error:
        print(f"The preview did not start: {error}. Try another --port.", file=sys.stderr)
        return 1
    return 0
