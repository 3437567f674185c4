"""How the bot ends: when it is told to, and when it cannot go on."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from standins.discord.payloads import members
from standins.discord.server import DiscordServer
from standins.processes import Program, running_bot
from tests.astria import Astria, made_up_pack
from tests.ops.conftest import log_of
from tests.waiting import until

MEMBERS = 40


def faults_of(program: Program) -> list[str]:
    return [line["event"] for line in log_of(program) if line["level"] in {"error", "critical"}]


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
async def test_what_is_running_is_finished(
    discord: DiscordServer, astria: Astria, signal_number: signal.Signals
) -> None:
    astria.offer(*(made_up_pack(number) for number in range(1, MEMBERS + 1)))
    waiting = asyncio.Event()
    for number in range(1, MEMBERS + 1):
        astria.answer(f"/p/{number}", made_up_pack(number), wait=waiting)
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        asked = [
            await discord.command("pack", {"id": str(number)}, by=member)
            for number, member in enumerate(members(MEMBERS), start=1)
        ]
        for one in asked:
            await one.answered()
        await until(lambda: astria.asked(f"/p/{MEMBERS}") == 1)
        bot.send_signal(signal_number)
        # It takes nothing new before it waits for what is running.
        await discord.disconnected()
        assert bot.status is None
        waiting.set()
        messages = [await one.finished() for one in asked]
        assert await bot.ended() == 0
    titles = [message["embeds"][0]["title"] for message in messages]
    assert titles == [f"Pack number {number}" for number in range(1, MEMBERS + 1)]
    assert not faults_of(bot)
    assert [line["event"] for line in log_of(bot)][-2:] == ["stopping", "stopped"]


async def test_who_cannot_be_waited_for_is_told(discord: DiscordServer, astria: Astria) -> None:
    astria.answer("/p/260", {}, wait=asyncio.Event())
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        asked = await discord.command("pack", {"id": "260"})
        await asked.answered()
        bot.send_signal(signal.SIGTERM)
        assert await bot.ended() == 0
    (message,) = asked.messages
    assert "I am being restarted" in message["content"]
    events = [line["event"] for line in log_of(bot)]
    assert "answers took too long to wait for" in events
    assert not faults_of(bot)


async def test_who_has_an_answer_from_old_data_is_not_told(
    discord: DiscordServer, astria: Astria
) -> None:
    async with running_bot(
        discord, astria.url, log_format="json", cache_ttl_seconds="0.001"
    ) as bot:
        await discord.connected()
        await (await discord.command("pack", {"id": "260"})).finished()
        before = astria.asked("/p/260")
        astria.answer("/p/260", {}, wait=asyncio.Event())
        asked = await discord.command("pack", {"id": "260"})
        await asked.finished()
        await until(lambda: astria.asked("/p/260") > before)
        bot.send_signal(signal.SIGTERM)
        assert await bot.ended() == 0
    (message,) = asked.messages
    assert message["embeds"]
    events = [line["event"] for line in log_of(bot)]
    assert "answers from old data were not checked again" in events
    assert "answers took too long to wait for" not in events


async def test_discord_does_not_answer_at_the_end(discord: DiscordServer, astria: Astria) -> None:
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        with discord.fault("POST", "/callback", held=True) as callback:
            asked = await discord.command("pack", {"id": "260"})
            await until(lambda: callback.met == 1)
            bot.send_signal(signal.SIGTERM)
            assert await bot.ended() == 0
            assert not asked.messages
    assert not faults_of(bot)


async def test_a_second_signal_acts_at_once(discord: DiscordServer, astria: Astria) -> None:
    astria.answer("/p/260", {}, wait=asyncio.Event())
    async with running_bot(discord, astria.url) as bot:
        await discord.connected()
        await (await discord.command("pack", {"id": "260"})).answered()
        bot.send_signal(signal.SIGTERM)
        await discord.disconnected()
        bot.send_signal(signal.SIGTERM)
        assert await bot.ended() == -signal.SIGTERM


async def test_it_is_told_to_stop_while_it_starts(discord: DiscordServer, astria: Astria) -> None:
    with discord.fault("GET", "/users/@me", held=True) as login:
        async with running_bot(discord, astria.url, log_format="json") as bot:
            await until(lambda: login.met == 1)
            bot.send_signal(signal.SIGTERM)
            assert await bot.ended() == 0
    assert not faults_of(bot)


async def test_a_token_that_is_not_accepted(discord: DiscordServer, astria: Astria) -> None:
    async with running_bot(
        discord, astria.url, log_format="json", discord_token="marked-token"
    ) as bot:
        assert await bot.ended() == 1
    assert faults_of(bot) == [
        "Discord does not accept DISCORD_TOKEN; copy it anew from the developer portal"
    ]
    assert "marked" not in "".join(bot.said)


@pytest.mark.parametrize("cache", ["mem://", "disk://{folder}/kept"])
async def test_a_token_that_the_gateway_refuses(
    discord: DiscordServer, astria: Astria, tmp_path: Path, cache: str
) -> None:
    discord.gateway.token = "another"
    async with running_bot(
        discord, astria.url, log_format="json", cache_url=cache.format(folder=tmp_path)
    ) as bot:
        assert await bot.ended() == 1
    assert faults_of(bot) == [
        "Discord does not accept DISCORD_TOKEN; copy it anew from the developer portal"
    ]
    assert log_of(bot)[-1]["shard"] == 0


async def test_discord_cannot_be_reached(discord: DiscordServer, astria: Astria) -> None:
    discord.url = "http://127.0.0.1:1/api/v10"
    async with running_bot(discord, astria.url, log_format="json") as bot:
        assert await bot.ended() == 1
    line = log_of(bot)[-1]
    assert line["event"] == "Discord cannot be reached"
    assert "Cannot connect to host 127.0.0.1:1" in line["cause"]


async def test_an_unexpected_end_is_one_line_too(discord: DiscordServer, astria: Astria) -> None:
    # What Discord says of the bot makes no sense.
    with discord.fault("GET", "/users/@me", status=200):
        async with running_bot(discord, astria.url, log_format="json") as bot:
            assert await bot.ended() == 1
    line = log_of(bot)[-1]
    assert line["event"] == "the bot cannot go on"
    assert "Traceback" in line["exception"]
