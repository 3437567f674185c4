"""The baselines answer, and their cost can be measured."""

from __future__ import annotations

from benchmarks.subjects import running_pong
from standins.discord.interactions import NEW_MESSAGE
from standins.discord.people import members
from standins.discord.server import discord_server


async def test_pong_answers() -> None:
    async with discord_server() as discord, running_pong(discord) as program:
        await discord.connected()
        for member in members(3):
            asked = await discord.command("ping", by=member)
            assert (await asked.answered()).body["type"] == NEW_MESSAGE
        assert program.cpu_seconds() > 0
        assert program.memory() > 10_000_000
