"""Stale data while Astria is silent, with the real process, as simcord stops the time."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import Any

import pytest

from standins.astria.server import Astria
from standins.discord.messages import control
from standins.discord.people import Json
from standins.discord.server import DiscordServer, Options
from standins.processes import running_bot
from tests.ops.conftest import log_of
from tests.waiting import until

UNREACHABLE = "Astria can't be reached; as of <t:"

SILENT: dict[str, dict[str, Any]] = {
    "never answers": {"wait": asyncio.Event()},
    "a byte a second": {"drip": True},
}


@pytest.mark.parametrize("how", SILENT.values(), ids=SILENT)
async def test_answers_and_pages(
    discord: DiscordServer, astria: Astria, how: dict[str, Any]
) -> None:
    settings = {"cache_ttl_seconds": "0.001", "astria_timeout_seconds": "1"}
    async with running_bot(discord, astria.url, **settings) as bot:
        await discord.connected()
        await (await discord.command("pack", {"id": "260"})).finished()
        await (await discord.command("packs")).finished()
        astria.answer_all(**how)
        pack = await asked_until(discord, "pack", {"id": "260"})
        await asked_until(discord, "packs")
        click = await discord.click(pack, control(pack, "next")["custom_id"])
        turned = await click.finished()
        assert control(turned, "jump")["label"].endswith("2 / 35")
        assert UNREACHABLE in str(turned)
        assert bot.status is None


@pytest.mark.parametrize("left", [["This pack is no longer available."], []])
async def test_message_is_taken_down_after_its_click_has_expired(
    discord: DiscordServer, astria: Astria, left: list[str]
) -> None:
    async with running_bot(
        discord, astria.url, cache_ttl_seconds="0.001", log_format="json"
    ) as bot:
        await discord.connected()
        asked = await discord.command("pack", {"id": "260"})
        pack = await asked.finished()
        astria.answer_all(status=404)
        expired = discord.fault("POST", "/callback$", status=404, code=10062)
        no_edit = discord.fault("PATCH", "/channels/", status=403, code=50013)
        with expired, nullcontext() if left else no_edit:
            await discord.click(pack, control(pack, "next")["custom_id"])
            await until(lambda: [one["content"] for one in asked.messages] == left)
    assert not [line for line in log_of(bot) if line["level"] == "error"]


async def asked_until(discord: DiscordServer, command: str, options: Options | None = None) -> Json:
    """Return the first answer that says that Astria is down; all before but the first are stale."""
    for attempt in range(20):
        asked = await discord.command(command, options)
        message = await asked.finished()
        assert message["embeds"]
        # A request that began before the outage may have brought new data for the first.
        assert attempt == 0 or "of <t:" in str(message)
        if UNREACHABLE in str(message):
            return message
        await asyncio.sleep(0.5)
    raise AssertionError("Astria is not given up")
