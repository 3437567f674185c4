"""The log of a running bot: its lines, and no secrets."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

import pytest

from standins.astria.server import KEY, Astria
from standins.discord.guilds import DIRECT
from standins.discord.interactions import Interaction
from standins.discord.messages import control
from standins.discord.people import ANYONE
from standins.discord.server import DiscordServer, discord_server
from standins.processes import Program, free_port, running_bot
from tests.ops.conftest import log_of
from tests.waiting import until

FIELDS = {"reference", "command", "server", "user", "shard", "took_ms", "cache"}


async def line_of(bot: Program, event: str, **fields: object) -> dict[str, Any]:
    """Wait for a line; return the only one."""

    def found() -> list[dict[str, Any]]:
        lines = [line for line in log_of(bot) if line["event"] == event]
        return [line for line in lines if fields.items() <= line.items()]

    await until(lambda: bool(found()))
    (line,) = found()
    return line


def lines_with(bot: Program, reference: str) -> list[dict[str, Any]]:
    """Return all lines of one interaction."""
    return [one for one in log_of(bot) if one.get("reference") == reference]


async def test_each_line_names_its_interaction(discord: DiscordServer, astria: Astria) -> None:
    place = discord.guild_ids[0]
    async with running_bot(
        discord, astria.url, log_format="json", log_level="debug", shard_count="2", shard_ids="0,1"
    ) as bot:
        await discord.connected(2)
        for cache in ("miss", "hit"):
            await (await discord.command("pack", {"id": "260"})).finished()
            line = await line_of(bot, "handled", command="pack", cache=cache)
            assert line["outcome"] == "answered"
            assert line["server"] == place
            assert line["user"] == ANYONE.id
            assert line["shard"] == (place >> 22) % 2
            assert 0 < line["took_ms"] < 60_000
            if cache == "miss":
                # Among them are discord.py's lines about its requests for this interaction.
                its_own = lines_with(bot, line["reference"])
                assert {one["logger"] for one in its_own} >= {"cogs", "discord.webhook.async_"}
        await (
            await discord.command("packs", {"include": "everything"}, guild_id=DIRECT)
        ).finished()
        line = await line_of(bot, "handled", command="packs")
        assert (line["outcome"], line["server"], line["shard"]) == ("refused", None, 0)
        await (await discord.command("pack", {"id": "no such"})).finished()
        line = await line_of(bot, "pack not found")
        await line_of(bot, "handled", reference=line["reference"])
        assert all(one.keys() >= FIELDS for one in lines_with(bot, line["reference"]))


async def test_reference_leads_to_the_cause(discord: DiscordServer, astria: Astria) -> None:
    astria.answer("/p/1", {}, status=500)
    async with running_bot(discord, astria.url, log_format="json") as bot:
        await discord.connected()
        message = await (await discord.command("pack", {"id": "1", "private": True})).finished()
        line = await line_of(bot, "Astria gave no answer")
        assert message["content"].endswith(f"Reference: {line['reference']}")
        assert line["status"] == 500
        assert line.keys() >= FIELDS


async def test_lines_at_info_are_for_operators(discord: DiscordServer, astria: Astria) -> None:
    async with running_bot(discord, astria.url, log_format="json", http_port="0") as bot:
        await discord.connected()
        message = await (await discord.command("pack", {"id": "260"})).finished()
        await (await discord.command("pack", {"id": "2"}, typing="id")).answered()
        await (await discord.click(message, control(message, "next")["custom_id"])).finished()
    events = [line["event"] for line in log_of(bot)]
    assert [event for event in events if not event.startswith("Shard ID 0 has connected")] == [
        "starting", "commands registered", "stopping", "stopped",
    ]  # fmt: skip
    assert log_of(bot)[0]["http"] == "off"


async def test_outage_of_discord_is_one_line_per_attempt(astria: Astria) -> None:
    port = free_port()
    async with AsyncExitStack() as stack:
        async with discord_server(port=port) as discord:
            bot = await stack.enter_async_context(
                running_bot(discord, astria.url, log_format="json")
            )
            await discord.connected()
        await until(lambda: any("Attempting a reconnect" in line for line in bot.said))
        async with discord_server(port=port) as discord:
            await discord.connected()
    attempts = [line for line in log_of(bot) if line["event"].startswith("Attempting")]
    assert any("ClientConnectorError" in line["cause"] for line in attempts)
    assert not [line for line in log_of(bot) if "exception" in line]


@pytest.mark.parametrize("style", ["json", "console"])
async def test_secrets_are_not_logged(discord: DiscordServer, astria: Astria, style: str) -> None:
    astria.answer("/p/1", {}, status=401)
    asked: list[Interaction] = []
    async with running_bot(
        discord, astria.url, log_format=style, log_level="DEBUG", astria_api_key=KEY
    ) as bot:
        await discord.connected()
        for ref in ("260", "260", "1", "no such"):
            asked.append(await discord.command("pack", {"id": ref}))
            message = await asked[-1].finished()
            if message["components"]:
                pressed = control(message, "next")["custom_id"]
                asked.append(await discord.click(message, pressed))
                await asked[-1].finished()
        await discord.ask_to_reconnect()
        await until(lambda: any("RESUME" in line for line in bot.said))
    text = "\n".join(bot.said)
    assert "INTERACTION_CREATE" in text
    assert text.count("[secret]") > len(asked)
    for secret in (KEY, discord.token, *(one.token for one in asked)):
        assert secret not in text
