"""`/about`: the state of the bot, for managers of the server."""

from __future__ import annotations

from pathlib import Path

import discord
import pytest
import simcord

from standins.astria.pack_builders import costs, full_pack
from standins.astria.server import Astria
from tests.e2e.conftest import World
from tests.e2e.shown import message_of
from version import version

CATS = [
    full_pack(number, costs=costs(cat=(cents, 6)))
    for number, cents in ((301, 180), (302, 2500), (303, 99))
]


@pytest.fixture
def boss(world: World) -> simcord.MemberActor:
    role = world.guild.create_role("Boss", permissions=discord.Permissions(manage_guild=True))
    return world.guild.add_member(world.env.create_user("boss"), roles=[role])


async def about(world: World, boss: simcord.MemberActor) -> dict[str | None, str | None]:
    message = message_of(await boss.slash(world.channel, "about"))
    assert message.ephemeral
    (embed,) = message.embeds
    assert str(embed.title).endswith(f" {version()}")
    return {field.name: field.value for field in embed.fields}


async def test_all_is_well(world: World, boss: simcord.MemberActor) -> None:
    told = await about(world, boss)
    assert list(told) == [
        "Astria", "Catalogue", "Prices", "Cache", "Packs that aren't public", "Discord",
    ]  # fmt: skip
    assert str(told["Astria"]).startswith("✅ Connection: OK (")
    assert str(told["Catalogue"]).startswith("1 pack, as of <t:")
    assert told["Prices"] == (
        "✅ The unit of Astria's list prices was set by the operator.\n10,000 units = $1.00"
    )
    assert str(told["Cache"]).startswith("In memory only")
    assert "*Manage Messages*" in str(told["Packs that aren't public"])
    assert str(told["Discord"]).endswith("All servers share one connection (shard 0).")


@pytest.mark.parametrize(
    ("own_packs", "locale", "said"),
    [
        ("public", "en-US", "Of our own packs, members see those that are public on Astria."),
        ("listed", "de", "sehen Mitglieder alle außer den nicht gelisteten, auch wenn"),
    ],
)
async def test_about_says_which_own_packs_members_see(
    world: World, boss: simcord.MemberActor, own_packs: str, locale: str, said: str
) -> None:
    await world.bot.close()
    world.bot = world.make_bot(own_packs=own_packs)
    await world.env.restart_bot(world.bot)
    _, catalogue, *_ = await told_in(world, boss, locale)
    assert said in str(catalogue)


async def learning(world: World, astria: Astria) -> None:
    """Make the bot learn the unit of `cost_mc_hash`, as by default."""
    await world.bot.close()
    astria.offer(gallery=True)
    world.bot = world.make_bot(astria_cost_mc_per_usd=None)
    await world.env.restart_bot(world.bot)


async def told_in(world: World, boss: simcord.MemberActor, locale: str) -> list[str | None]:
    world.speaks(boss, locale)
    return list((await about(world, boss)).values())


async def test_prices_are_proven(world: World, astria: Astria, boss: simcord.MemberActor) -> None:
    astria.offer(*CATS)
    await learning(world, astria)
    assert (await about(world, boss))["Prices"] == (
        "✅ The unit of Astria's list prices is proven.\n10,000 units = $1.00\n"
        "Compared: 3 prices in 3 packs"
    )
    assert (
        "✅ Die Einheit von Astrias Listenpreisen ist bestätigt.\n10.000 Einheiten = 1,00\xa0$\n"
        "Verglichen: 3 Preise in 3 Foto-Packs"
    ) in await told_in(world, boss, "de")


async def test_prices_are_not_proven(
    world: World, astria: Astria, boss: simcord.MemberActor
) -> None:
    astria.offer(*CATS)
    for pack in CATS:
        astria.fail(f"/p/{pack['id']}", 404)
    await learning(world, astria)
    assert (await about(world, boss))["Prices"] == (
        "⚠️ The unit of Astria's list prices isn't proven yet, so some prices are approximate.\n"
        "10,000 units = $1.00\nI haven't found a price to compare with yet."
    )
    assert (
        "⚠️ L'unité des prix des listes d'Astria n'est pas encore confirmée, "
        "certains prix sont donc approximatifs.\n10\u202f000 unités = 1,00\xa0$US\n"
        "Je n'ai pas encore trouvé de prix pour comparer."
    ) in await told_in(world, boss, "fr")


async def test_prices_are_contradictory(
    world: World, astria: Astria, boss: simcord.MemberActor
) -> None:
    astria.offer(*CATS[:2], CATS[2] | {"cost_mc_hash": {"cat": 77_777}})
    await learning(world, astria)
    assert (await about(world, boss))["Prices"] == (
        "❌ Astria's list prices contradict its exact prices, so some prices are unknown. "
        "The bot's log names a class that doesn't fit.\nCompared: 3 prices in 3 packs"
    )
    assert any("contradicen" in str(one) for one in await told_in(world, boss, "es-ES"))


async def test_the_cache(world: World, boss: simcord.MemberActor, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place, said, in_german in (
        ("kept", "✅ Works", "✅ Funktioniert: Nach"),
        ("file", "❌ Doesn't work", "❌ Funktioniert gerade nicht"),
    ):
        await world.bot.close()
        world.bot = world.make_bot(cache_url=f"disk://{tmp_path}/{place}")
        await world.env.restart_bot(world.bot)
        world.speaks(boss, "en-US")
        assert str((await about(world, boss))["Cache"]).startswith(said)
        german = await told_in(world, boss, "de")
        assert any(str(one).startswith(in_german) for one in german)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "❌ Astria doesn't let me in"),
        (429, "❌ Astria is getting too many questions from me"),
        (500, "❌ Astria isn't answering at the moment"),
        (400, "❌ Astria answered with something I can't read"),
    ],
)
async def test_astria_is_down(
    world: World, astria: Astria, boss: simcord.MemberActor, status: int, reason: str
) -> None:
    astria.fail("/packs?public=true&listed=true", status, **{"Retry-After": "60"})
    told = await about(world, boss)
    assert str(told["Astria"]).startswith(reason)
    assert str(told["Catalogue"]).startswith("1 pack, as of <t:")


async def test_about_before_anything_was_loaded(
    world: World, astria: Astria, boss: simcord.MemberActor
) -> None:
    for path in ("/packs", "/gallery/packs"):
        astria.fail(f"{path}?public=true&listed=true", 503)
    await world.restart()
    assert (await about(world, boss))["Catalogue"] == "Nothing has been loaded yet."


async def test_about_is_refused_to_members(world: World, boss: simcord.MemberActor) -> None:
    assert "about" in boss.available_commands(world.channel)
    assert "about" not in world.mod.available_commands(world.channel)
    assert "about" not in boss.user.available_commands()


async def test_members_are_refused_even_if_the_server_grants_the_command(world: World) -> None:
    (command,) = [one for one in await world.bot.tree.fetch_commands() if one.name == "about"]
    world.guild.set_command_permissions(command.id, {world.alice: True})
    message = message_of(await world.alice.slash(world.channel, "about"))
    assert message.ephemeral
    assert "Manage Server" in message.content
    assert message.embeds == []
