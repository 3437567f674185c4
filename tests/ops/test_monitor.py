"""Liveness, readiness, and the reasons if the bot is not ready."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from standins.astria.server import Astria
from standins.discord.server import DiscordServer
from standins.processes import running_bot
from tests.monitor import Monitor
from tests.ops.conftest import log_of, run


async def test_start_is_not_ready_until_login_and_list(
    discord: DiscordServer, astria: Astria, monitor: Monitor
) -> None:
    with discord.fault("GET", "/users/@me", held=True) as login:
        async with running_bot(discord, astria.url, http_port=str(monitor.port)):
            await monitor.listens()
            status, state = await monitor.readiness()
            assert status == 503
            assert not state["ready"]
            assert "not logged in" in state["missing"][0]
            assert "no list of packs" in state["missing"][1]
            login.release()
            await monitor.ready()
            status, state = await monitor.readiness()
            assert state["missing"] == []
            assert state["connected_shards"] == state["shards"] == [0]
            assert state["catalogue_age_seconds"] >= 0


async def test_ready_when_astria_accepts_the_key(
    discord: DiscordServer, astria: Astria, monitor: Monitor
) -> None:
    good = dict(astria.answers)
    astria.answer_all({}, status=401)
    async with running_bot(discord, astria.url, http_port=str(monitor.port)):
        await monitor.listens()
        await discord.connected()
        status, state = await monitor.readiness()
        while "not accepted" not in str(state["missing"]):
            status, state = await monitor.readiness()
        assert status == 503
        # Nobody uses the bot; a request for its readiness is enough.
        astria.answers = good
        await monitor.ready()


async def test_ready_with_stale_data(
    discord: DiscordServer, astria: Astria, monitor: Monitor, tmp_path: Path
) -> None:
    kept = {"cache_url": f"disk://{tmp_path}/kept", "http_port": str(monitor.port)}
    async with running_bot(discord, astria.url, **kept):
        await monitor.ready()
    astria.answer_all({}, status=500)
    kept |= {"cache_ttl_seconds": "0.001"}
    async with running_bot(discord, astria.url, **kept):
        await monitor.ready()


async def test_two_processes_have_their_own_shards(
    discord: DiscordServer, astria: Astria, monitor: Monitor
) -> None:
    settings = {"shard_count": "3", "shard_ids": "1", "http_port": str(monitor.port)}
    async with running_bot(discord, astria.url, **settings):
        await monitor.ready()
        _, state = await monitor.readiness()
        assert state["connected_shards"] == state["shards"] == [1]
        _, metrics = await monitor.get("/metrics")
        assert "\npacks_bot_shards 1.0\n" in metrics
        assert 'packs_bot_gateway_latency_seconds{shard="1"}' in metrics


async def test_port_in_use_ends_the_bot(discord: DiscordServer, astria: Astria) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        async with running_bot(discord, astria.url, http_port=port, log_format="json") as bot:
            assert await bot.ended() == 1
    line = log_of(bot)[-1]
    assert line["event"] == "HTTP_HOST and HTTP_PORT cannot be used"
    assert line["address"] == f"127.0.0.1:{port}"
    assert "in use" in line["cause"]


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - is only asked, not listened on
async def test_health_command_asks_the_bot(
    discord: DiscordServer, astria: Astria, monitor: Monitor, host: str
) -> None:
    asked = {"http_host": host, "http_port": str(monitor.port)}
    nobody = await run(discord.url, "--health", **asked)
    assert nobody.status == 1
    assert "no answer" in nobody.complained
    with discord.fault("GET", "/users/@me", held=True) as login:
        async with running_bot(discord, astria.url, http_port=str(monitor.port)):
            await monitor.listens()
            early = await run(discord.url, "--health", **asked)
            assert early.status == 1
            assert "not logged in" in json.loads(early.said)["missing"][0]
            login.release()
            await monitor.ready()
            healthy = await run(discord.url, "--health", **asked)
            assert healthy.status == 0
            assert json.loads(healthy.said)["ready"]
    off = await run(discord.url, "--health", http_port="0")
    assert off.status == 1
    assert "HTTP_PORT is 0" in off.complained
