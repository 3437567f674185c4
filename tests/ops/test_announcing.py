"""Announcements of real processes: each piece of news comes once."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from standins.astria.pack_builders import made_up_pack
from standins.astria.server import KEY, Astria
from standins.discord.faults import HangUp
from standins.discord.rest import Call
from standins.discord.server import DiscordServer
from standins.processes import ROOT, free_port
from tests.servers import redis_server
from tests.waiting import until

# The unmodified bot, but with shorter waits.
_PROGRAM = """
import sys
from standins.launch import point_at
point_at(sys.argv[1])
import bot
from api.catalogue import background
from cogs.announcements import cog
background._FIRST_AFTER, background._LOOK_AGAIN, background._BETWEEN_REQUESTS = 0.0, 0.3, 0.0
cog._LOOK_EVERY = 0.3
sys.exit(bot.main([]))
"""


@asynccontextmanager
async def announcing(
    discord: DiscordServer, astria: Astria, cache_url: str
) -> AsyncGenerator[asyncio.subprocess.Process]:
    environment = {
        "DISCORD_TOKEN": discord.token,
        "ASTRIA_API_KEY": KEY,
        "ASTRIA_API_URL": astria.url,
        "ANNOUNCE_CHANNEL_ID": str(discord.guild_ids[0] + 1),
        "CACHE_URL": cache_url,
        "CACHE_TTL_SECONDS": "0.3",
        "HTTP_PORT": str(free_port()),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROGRAM, discord.url, cwd=ROOT, env=environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 20)


_POSTED_ALL_THE_SAME: list[dict[str, Any]] = [
    {"hangs_up": HangUp.AFTER}, {"status": 500, "handled": True},
]  # fmt: skip


@pytest.mark.parametrize("faults", [[], _POSTED_ALL_THE_SAME], ids=["no fault", "faults"])
async def test_two_processes_on_one_redis_announce_once(
    discord: DiscordServer, astria: Astria, tmp_path: Path, faults: list[dict[str, Any]]
) -> None:
    """Even if Discord accepts the post, and then the connection breaks or Discord says 500."""
    astria.offer(*(made_up_pack(number) for number in (1, 2)))
    astria.offer(gallery=True)
    async with AsyncExitStack() as stack:
        redis = stack.enter_context(redis_server(tmp_path))
        for fault in faults:
            path = r"/channels/\d+/messages$"
            stack.enter_context(discord.fault("POST", path, times=1, **fault))
        for _ in range(2):
            await stack.enter_async_context(announcing(discord, astria, redis.url))
        # The first list is not news; after it is stored, a changed one is.
        await until(lambda: _looked(discord, 4), within=30)
        await asyncio.sleep(1)
        assert not discord.rest.posts
        astria.offer(*(made_up_pack(number) for number in (1, 2, 3)))
        await until(lambda: bool(_accepted(discord)), within=30)
        await asyncio.sleep(1.5)
        (told,) = discord.rest.posts.values()
        assert told["content"] == "**New pack: Pack number 3**"
        # After each fault it was sent again, with the same nonce.
        assert len(_accepted(discord)) == 1


def _accepted(discord: DiscordServer) -> list[Call]:
    calls = list(discord.rest.calls)
    return [one for one in calls if one.path.endswith("/messages") and one.status == HTTPStatus.OK]


def _looked(discord: DiscordServer, times: int) -> bool:
    return sum("/members/" in call.path for call in discord.rest.calls) >= times
