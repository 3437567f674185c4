"""The page: the real bot on a simulated Discord, with the stand-in for Astria behind it."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import discord
import simcord

from config import PreviewSettings
from preview.astria import serve
from preview.catalogue import catalogue
from preview.pictures import draw_pictures
from preview.simulation import complete_interactions

MakeBot = Callable[[PreviewSettings, str], discord.Client]

_KEY = "preview-key"
_GREETING = (
    "**Welcome!** This is the real bot on a simulated Discord; nothing leaves this computer.\n"
    "Type `/packs` to look through the catalogue, or `/pack` and pick one, such as 260.\n"
    "Switch the viewer to see what somebody else sees: Mia is a member, Sam moderates."
)


@asynccontextmanager
async def preview_page(
    make_bot: MakeBot, settings: PreviewSettings, port: int
) -> AsyncGenerator[str]:
    """Open the page on a loopback port, any free one for 0, and yield its address."""
    packs = catalogue()
    pictures = await asyncio.to_thread(draw_pictures, packs)
    async with serve(packs, _KEY) as astria_url:
        local = replace(settings, astria_api_url=astria_url, shard_count=1, shard_ids=None)
        bot = make_bot(local, _KEY)
        try:
            async with (
                simcord.run(bot, check_errors=False) as env,
                _channel_page(env, pictures, port) as url,
            ):
                yield url
        finally:
            await bot.close()


@asynccontextmanager
async def _channel_page(
    env: simcord.Env, pictures: Mapping[str, tuple[str, bytes]], port: int
) -> AsyncGenerator[str]:
    complete_interactions(env, languages={})
    guild = env.create_guild("Photo pack community")
    channel = guild.create_text_channel("ask-about-packs")
    support = guild.create_role("Support", permissions=discord.Permissions(manage_messages=True))
    mia = guild.add_member(env.create_user("mia", global_name="Mia"))
    sam = guild.add_member(env.create_user("sam", global_name="Sam"), roles=[support])
    await guild.create_webhook(channel, "Welcome").send(_GREETING)
    async with env.preview(
        channel,
        viewers=[mia, sam],
        layout="channel",
        assets=pictures,
        port=port or None,
    ) as preview:
        yield preview.url


async def serve_preview(make_bot: MakeBot, settings: PreviewSettings, port: int) -> int:
    """Show the page until Ctrl-C or SIGTERM; return the exit status."""
    stop = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    print("Drawing the pictures …", flush=True)
    try:
        async with preview_page(make_bot, settings, port) as url:
            print(f"\nOpen this in a browser:\n\n  {url}\n\nCtrl-C ends it.", flush=True)
            await stop.wait()
    except simcord.SetupError as error:
        print(f"The preview did not start: {error}. Try another --port.", file=sys.stderr)
        return 1
    return 0
