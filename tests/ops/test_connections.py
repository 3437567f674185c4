"""Connections to Discord and Astria: kept while idle, and replaced if they were closed."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from api.wire.transport import Transport
from standins.astria.server import Astria
from standins.discord.faults import HangUp
from standins.discord.server import DiscordServer
from standins.processes import running_bot
from tests.ops.conftest import log_of

CALLBACK = "/callback$"


@pytest.mark.parametrize("when", HangUp)
async def test_answer_over_a_closed_connection_is_sent_again(
    discord: DiscordServer, astria: Astria, when: HangUp
) -> None:
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        first = await (await discord.command("pack", {"id": "260"})).finished()
        with discord.fault("POST", CALLBACK, times=1, hangs_up=when) as fault:
            second = await (await discord.command("pack", {"id": "260"})).finished()
        assert fault.met == 1
        assert second["embeds"] == first["embeds"]
    assert not [line for line in log_of(bot) if line["level"] not in {"info", "debug"}]


async def test_edit_over_a_closed_connection_is_sent_again(
    discord: DiscordServer, astria: Astria
) -> None:
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        # The first answer waits for Astria: it is an edit of "is thinking".
        with discord.fault(
            "PATCH", "/messages/@original$", times=1, hangs_up=HangUp.BEFORE
        ) as fault:
            message = await (await discord.command("pack", {"id": "260"})).finished()
        assert fault.met == 1
        assert message["embeds"]
    assert not [line for line in log_of(bot) if line["level"] not in {"info", "debug"}]


async def test_attempts_over_closing_connections_are_limited(
    discord: DiscordServer, astria: Astria
) -> None:
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        with discord.fault("POST", CALLBACK, hangs_up=HangUp.BEFORE) as fault:
            await discord.command("pack", {"id": "260"})
            await fault.happened()
            await asyncio.sleep(0.5)
        # The answer and its error message, twice each.
        assert fault.met <= 4
        assert (await (await discord.command("pack", {"id": "260"})).finished())["embeds"]
    assert not [line for line in log_of(bot) if line["level"] in {"error", "critical"}]


async def test_connection_to_astria_survives_two_idle_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    peers: list[object] = []

    async def answer(request: web.Request) -> web.Response:
        peers.append(request.transport and request.transport.get_extra_info("peername"))
        return web.json_response([])

    async def undecoded(path: str, body: bytes) -> bytes:
        return body

    app = web.Application()
    app.router.add_get("/packs", answer)
    # As Cloudflare does.
    runner = web.AppRunner(app, keepalive_timeout=400)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    transport = Transport(f"http://127.0.0.1:{runner.addresses[0][1]}", "key", timeout=5)
    loop, quiet = asyncio.get_running_loop(), [0.0]
    real = loop.time
    monkeypatch.setattr(loop, "time", lambda: real() + quiet[0])
    try:
        await transport.get("/packs", {}, undecoded)
        quiet[0] = 120.0
        await asyncio.sleep(0)
        await transport.get("/packs", {}, undecoded)
    finally:
        await transport.close()
        await runner.cleanup()
    assert len(peers) == 2
    assert peers[0] == peers[1]
