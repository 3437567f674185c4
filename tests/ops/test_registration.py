"""Commands are registered once; a refusal is one line in the log, and breaks nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cogs.registration import are_registered
from standins.astria.server import Astria, astria_server
from standins.discord.people import APPLICATION_ID, Json
from standins.discord.server import DiscordServer, discord_server
from standins.processes import Program, running_bot
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


@pytest.fixture(scope="module")
def as_registered() -> list[Json]:
    """The commands as a first start registers them."""

    async def register() -> list[Json]:
        async with discord_server() as discord, astria_server() as astria:
            await start(discord, astria)
            return list(discord.commands())

    return asyncio.run(register())


@pytest.fixture
def registered(discord: DiscordServer, as_registered: list[Json]) -> list[Json]:
    """Discord's commands of an earlier start, for a test to change."""
    commands = [dict(one) for one in as_registered]
    discord.rest.commands[None] = commands
    return commands


def change(registered: list[Json], **fields: object) -> Json:
    """Change `/pack` at Discord; return the changed command."""
    (pack,) = (one for one in registered if one["name"] == "pack")
    pack |= fields
    return pack


async def start(discord: DiscordServer, astria: Astria, **settings: str) -> None:
    async with running_bot(discord, astria.url, **settings):
        await discord.connected()


@pytest.mark.parametrize("in_one_server", [False, True])
async def test_second_start_writes_nothing(
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


async def test_changed_commands_are_registered(
    discord: DiscordServer, astria: Astria, registered: list[Json]
) -> None:
    pack = change(registered, description="Of before.")
    await start(discord, astria)
    assert writes(discord) == [200]
    (written,) = (one for one in discord.commands() if one["name"] == "pack")
    assert written["description"] != pack["description"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("default_member_permissions", "8"),
        ("options", []),
        ("description_localizations", {"de": "Von früher."}),
        ("nsfw", True),
        ("contexts", [0]),
    ],
)
def test_differences_that_need_registration(
    as_registered: list[Json], registered: list[Json], field: str, value: object
) -> None:
    assert are_registered(as_registered, registered, None)
    change(registered, **{field: value})
    assert not are_registered(as_registered, registered, None)


async def test_old_command_is_removed(discord: DiscordServer, astria: Astria) -> None:
    discord.rest.commands[None] = [{"id": "1", "type": 1, "name": "old", "description": "Old."}]
    await start(discord, astria)
    assert "old" not in {one["name"] for one in discord.commands()}


async def test_entry_point_survives(discord: DiscordServer, astria: Astria) -> None:
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
async def test_refusal_is_one_line(
    discord: DiscordServer,
    astria: Astria,
    registered: list[Json],
    how: dict[str, Any],
    says: str,
) -> None:
    change(registered, description="Of before.")
    with discord.fault("PUT", "/commands", **how):
        async with running_bot(discord, astria.url, log_format="json") as bot:
            await until(lambda: bool(warnings_of(bot)))
    (line,) = warnings_of(bot)
    assert line["event"] == "commands not registered; the earlier ones stay"
    assert says in line["cause"]


async def test_registration_is_tried_again_after_a_refusal(
    discord: DiscordServer, astria: Astria
) -> None:
    with discord.fault("PUT", "/commands", status=403, code=50001, times=2) as refusal:
        async with running_bot(discord, astria.url, log_format="json") as bot:
            await until(lambda: refusal.met == 2)
            await until(lambda: writes(discord)[-1] == 200)
    # The same reason again is no further line.
    assert len(warnings_of(bot)) == 1


@pytest.mark.parametrize(
    ("method", "how"),
    [
        ("PUT", {"status": 500}),
        ("PUT", {"status": 429, "retry_after": 3600}),
        ("GET", {"held": True}),
    ],
)
async def test_slow_registration_does_not_delay_the_start(
    discord: DiscordServer,
    astria: Astria,
    registered: list[Json],
    method: str,
    how: dict[str, Any],
) -> None:
    change(registered, description="Of before.")
    with discord.fault(method, "/commands", **how) as slow:
        async with running_bot(discord, astria.url, log_format="json") as bot:
            await discord.connected(within=10)
            assert slow.met
            await (await discord.command("pack", {"id": "260"})).finished()
            assert await bot.end() == 0
            assert not [line for line in log_of(bot) if line["level"] in {"error", "critical"}]


async def test_malformed_commands_are_survived(discord: DiscordServer, astria: Astria) -> None:
    with discord.fault("GET", "/commands", status=200, times=1):
        async with running_bot(discord, astria.url, log_format="json") as bot:
            await discord.connected()
            await until(lambda: writes(discord) == [200])
            assert len(warnings_of(bot)) == 1
