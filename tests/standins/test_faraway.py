"""A remote server: TLS and latency."""

from __future__ import annotations

import asyncio
import ssl

import aiohttp

from standins.discord.server import discord_server
from standins.faraway import far_away

EACH_WAY = 0.05


async def test_request_takes_a_round_trip() -> None:
    with far_away(EACH_WAY) as distance:
        trusting = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=distance.authority))
        async with (
            discord_server(distance=distance) as discord,
            aiohttp.ClientSession(connector=trusting) as session,
        ):
            times: list[float] = []
            for _ in range(2):
                loop_time = asyncio.get_running_loop().time
                began = loop_time()
                async with session.get(f"{discord.url}/gateway") as response:
                    await response.read()
                times.append(loop_time() - began)
    first, second = times
    assert second >= 2 * EACH_WAY
    # The handshakes of TCP and TLS come first.
    assert first >= 6 * EACH_WAY
