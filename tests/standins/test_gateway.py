"""The stand-in's gateway with a client that is not discord.py."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import zstandard

from standins.discord.server import TOKEN, DiscordServer, discord_server


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with discord_server(guilds=4) as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def identify(token: str, shard: tuple[int, int] = (0, 1), intents: int = 0) -> dict[str, Any]:
    return {"op": 2, "d": {"token": token, "shard": shard, "intents": intents, "properties": {}}}


@pytest.mark.parametrize("compression", ["zlib-stream", "zstd-stream"])
async def test_frames_are_one_compressed_stream(
    discord: DiscordServer, http: aiohttp.ClientSession, compression: str
) -> None:
    stream = zlib.decompressobj()
    if compression == "zstd-stream":
        stream = zstandard.ZstdDecompressor().decompressobj()
    async with http.ws_connect(f"{discord.gateway.url}?compress={compression}") as socket:
        assert json.loads(stream.decompress(await socket.receive_bytes()))["op"] == 10
        await socket.send_json(identify(discord.token))
        ready = json.loads(stream.decompress(await socket.receive_bytes()))
        assert ready["t"] == "READY"
        assert len(ready["d"]["guilds"]) == 4


async def test_servers_are_divided_among_shards(
    discord: DiscordServer, http: aiohttp.ClientSession
) -> None:
    async with http.ws_connect(discord.gateway.url) as socket:
        await socket.receive_json()
        await socket.send_json(identify(discord.token, (1, 2), intents=1))
        ready = await socket.receive_json()
        own = [int(guild["id"]) for guild in ready["d"]["guilds"]]
        assert own == [guild for guild in discord.guild_ids if (guild >> 22) % 2 == 1]
        for guild in own:
            created = await socket.receive_json()
            assert created["t"] == "GUILD_CREATE"
            assert created["d"]["id"] == str(guild)


@pytest.mark.parametrize(
    ("first", "code"),
    [
        (identify("wrong"), 4004),
        (identify(TOKEN, (2, 2)), 4010),
        ({"op": 4, "d": {}}, 4003),
    ],
)
async def test_refused_sessions_get_a_close_code(
    discord: DiscordServer, http: aiohttp.ClientSession, first: dict[str, Any], code: int
) -> None:
    async with http.ws_connect(discord.gateway.url) as socket:
        await socket.receive_json()
        await socket.send_json(first)
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == code


async def test_an_unknown_session_cannot_be_resumed(
    discord: DiscordServer, http: aiohttp.ClientSession
) -> None:
    async with http.ws_connect(discord.gateway.url) as socket:
        await socket.receive_json()
        resume = {"token": discord.token, "session_id": "unknown", "seq": 1}
        await socket.send_json({"op": 6, "d": resume})
        assert await socket.receive_json() == {"t": None, "s": None, "op": 9, "d": False}


async def test_unknown_objects_are_refused_as_by_discord(
    discord: DiscordServer, http: aiohttp.ClientSession
) -> None:
    for method, path, status, code in (
        ("GET", "/users/@me", 401, 0),
        ("GET", "/no/such/route", 404, 0),
        ("POST", "/interactions/1/token/callback", 404, 10062),
        ("PATCH", "/webhooks/1/token/messages/@original", 404, 10015),
    ):
        async with http.request(method, discord.url + path, json={}) as response:
            assert (response.status, (await response.json())["code"]) == (status, code)
