"""`/about`: how the bot is doing, for those who manage the server."""

from __future__ import annotations

import discord
import pytest
import simcord

from tests.astria import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import message_of
from version import version


@pytest.fixture
def boss(world: World) -> simcord.MemberActor:
    role = world.guild.create_role("Boss", permissions=discord.Permissions(manage_guild=True))
    return world.guild.add_member(world.env.create_user("boss"), roles=[role])


async def about(world: World, boss: simcord.MemberActor) -> dict[str | None, str | None]:
    message = message_of(await boss.slash(world.channel, "about"))
    assert message.ephemeral
    (embed,) = message.embeds
    assert embed.title == f"Astria packs bot {version()}"
    return {field.name: field.value for field in embed.fields}


async def test_all_is_well(world: World, boss: simcord.MemberActor) -> None:
    told = await about(world, boss)
    assert list(told) == ["Astria", "Catalogue", "Shard"]
    assert str(told["Astria"]).startswith("✅ Connection: OK (")
    assert str(told["Catalogue"]).startswith("1 pack, as of <t:")
    assert str(told["Shard"]).startswith("0 of 1, numbered from 0")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "❌ Astria does not let me in"),
        (429, "❌ Astria is getting too many questions from me"),
        (500, "❌ Astria does not answer at the moment"),
        (400, "❌ Astria answered with something I cannot read"),
    ],
)
async def test_astria_is_down(
    world: World, astria: Astria, boss: simcord.MemberActor, status: int, reason: str
) -> None:
    astria.fail("/packs?public=true&listed=true", status, **{"Retry-After": "60"})
    told = await about(world, boss)
    assert str(told["Astria"]).startswith(reason)
    assert str(told["Catalogue"]).startswith("1 pack, as of <t:")


async def test_nothing_is_known_yet(
    world: World, astria: Astria, boss: simcord.MemberActor
) -> None:
    for path in ("/packs", "/gallery/packs"):
        astria.fail(f"{path}?public=true&listed=true", 503)
    await world.restart()
    assert (await about(world, boss))["Catalogue"] == "Nothing has been loaded yet."


async def test_not_for_everybody(world: World, boss: simcord.MemberActor) -> None:
    assert "about" in boss.available_commands(world.channel)
    assert "about" not in world.mod.available_commands(world.channel)
    assert "about" not in boss.user.available_commands()


async def test_not_even_where_a_server_lets_them(world: World) -> None:
    (command,) = [one for one in await world.bot.tree.fetch_commands() if one.name == "about"]
    world.guild.set_command_permissions(command.id, {world.alice: True})
    message = message_of(await world.alice.slash(world.channel, "about"))
    assert message.ephemeral
    assert "Manage Server" in message.content
    assert message.embeds == []
