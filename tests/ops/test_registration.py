"""Commands are registered once; a refusal costs a line, and neither the bot nor other commands."""

from __future__ import annotations

from typing import Any

import pytest

from standins.discord.payloads import APPLICATION_ID
from standins.discord.server import DiscordServer
from standins.processes import Program, running_bot
from tests.astria import Astria
from tests.ops.conftest import log_of
from tests.waiting import until

ENTRY_POINT: dict[str, Any] = {
    "id": "1300000000000000001",
    "application_id": str(APPLICATION_ID),
    "version": "1300000000000000002",
    "type": 4,
    "name": "launch",
    "description": "",
    "default_member_permissions": "0",
    "handler": 2,
    "integration_types": [0, 1],
    "contexts": [0, 1, 2],
}


def writes(discord: DiscordServer) -> list[int]:
    """Return the statuses of all writes of commands so far."""
    return [call.status for call in discord.calls if call.path.endswith("/commands")
            and call.method != "GET"]  # fmt: skip


def warnings_of(program: Program) -> list[dict[str, Any]]:
    return [line for line in log_of(program) if line["level"] != "info"]


async def start(discord: DiscordServer, astria: Astria, **settings: str) -> None:
    async with running_bot(discord, astria.url, **settings):
        await discord.connected()


@pytest.mark.parametrize("in_one_server", [False, True])
async def test_a_second_start_writes_nothing(
    discord: DiscordServer, astria: Astria, in_one_server: bool
) -> None:
    place = discord.guild_ids[0] if in_one_server else None
    settings = {"dev_guild_id": str(place)} if place else {}
    await start(discord, astria, **settings)
    assert writes(discord) == [200]
    registered = {(one["type"], one["name"]) for one in discord.commands(place)}
    assert (3, "Show pack") in registered
    await start(discord, astria, **settings)
    assert writes(discord) == [200]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("default_member_permissions", "8"),
        ("description", "Of before."),
        ("options", []),
        ("description_localizations", {"de": "Von früher."}),
        ("nsfw", True),
        ("contexts", [0]),
    ],
)
async def test_what_differs_is_written(
    discord: DiscordServer, astria: Astria, field: str, value: object
) -> None:
    await start(discord, astria)
    commands = discord.rest.commands[None]
    (pack,) = (one for one in commands if one["name"] == "pack")
    right = pack.get(field)
    pack[field] = value
    await start(discord, astria)
    assert writes(discord) == [200, 200]
    (pack,) = (one for one in discord.commands() if one["name"] == "pack")
    assert pack.get(field) == right


async def test_a_command_of_before_goes(discord: DiscordServer, astria: Astria) -> None:
    discord.rest.commands[None] = [{"id": "1", "type": 1, "name": "old", "description": "Old."}]
    await start(discord, astria)
    assert "old" not in {one["name"] for one in discord.commands()}


async def test_an_entry_point_survives(discord: DiscordServer, astria: Astria) -> None:
    discord.rest.commands[None] = [ENTRY_POINT]
    await start(discord, astria)
    (kept,) = (one for one in discord.commands() if one["type"] == 4)
    for field in ("name", "handler", "contexts", "default_member_permissions"):
        assert kept[field] == ENTRY_POINT[field]
    assert len(discord.commands()) > 4
    await start(discord, astria)
    assert writes(discord) == [200]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"status": 403, "code": 50001}, "not in the server of DEV_GUILD_ID"),
        ({"status": 400, "code": 30034}, "no more new commands of this bot today"),
        ({"status": 400, "code": 50240}, "Entry Point"),
        ({"status": 400, "code": 50035}, "50035"),
        ({"status": 503}, "503"),
        ({"status": 429}, "429"),
    ],
)
async def test_a_refusal_is_one_line(
    discord: DiscordServer, astria: Astria, how: dict[str, Any], says: str
) -> None:
    await start(discord, astria)
    discord.rest.commands[None][0]["description"] = "Of before."
    with discord.fault("PUT", "/commands", **how) as refusal:
        async with running_bot(discord, astria.url, log_format="json") as bot:
            await discord.connected()
            await until(lambda: bool(warnings_of(bot)))
            # The commands of before work, and it tries again.
            message = await (await discord.command("pack", {"id": "260"})).finished()
            assert message["embeds"]
            await until(lambda: refusal.met == 2)
            (line,) = warnings_of(bot)
            assert line["event"] == "commands not registered; those of before stay"
            assert says in line["cause"]
            refusal.times = 0
            await until(lambda: writes(discord)[-1] == 200)


@pytest.mark.parametrize(
    "how", [{"status": 500}, {"status": 429, "retry_after": 3600}, {"held": True}]
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_discord_takes_its_time(
    discord: DiscordServer, astria: Astria, method: str, how: dict[str, Any]
) -> None:
    await start(discord, astria)
    discord.rest.commands[None][0]["description"] = "Of before."
    with discord.fault(method, "/commands", **how) as slow:
        async with running_bot(discord, astria.url, log_format="json") as bot:
            await discord.connected(within=10)
            assert slow.met
            await (await discord.command("pack", {"id": "260"})).finished()
            assert await bot.end() == 0
            assert not [line for line in log_of(bot) if line["level"] in {"error", "critical"}]


async def test_commands_that_make_no_sense(discord: DiscordServer, astria: Astria) -> None:
    with discord.fault("GET", "/commands", status=200, times=1):
        async with running_bot(discord, astria.url, log_format="json") as bot:
            await discord.connected()
            await until(lambda: writes(discord) == [200])
            assert len(warnings_of(bot)) == 1
